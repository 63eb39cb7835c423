/// A class for each frame, in the files of MS-TCN: `groundTruth/VIDEO.txt` with a label a line, `mapping.txt`, and
/// bundles that list the videos of a split. GTEA, 50Salads and Breakfast are published in this form.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "datasets/common/annotations.hpp"

namespace pgt::datasets {

struct BundlesOptions {
  std::string root;
  std::string labels;
  std::string mapping;
  std::string train, val, test;
  double labels_per_second = 15;
  std::vector<std::string> unlabelled;
  Missing missing = Missing::skip;

  void describe(sdk::Options& o);
};

class Bundles final : public AnnotatedFiles {
 public:
  using Options = BundlesOptions;
  /// Throws std::runtime_error with all that is wrong, as `FILE:LINE:COLUMN: what`, one per line.
  Bundles(const Options& options, const sdk::DatasetContext& context);
  sdk::Target target(sdk::Split split, std::size_t index, std::span<const double> times) const override;

 private:
  static constexpr std::int32_t no_label = -1;
  using Labels = std::vector<std::int32_t>;  ///< class of each frame, or no_label

  void read_mapping();
  void read_bundle(sdk::Split split, const std::string& option, const std::string& file);
  std::string find(const std::string& name) const;
  Labels read_labels(const std::string& file);

  Options options_;
  VideoFinder finder_;
  VideoFinder joined_;                           ///< by folders and name, joined by "_"
  std::map<std::string, std::int64_t> numbers_;  ///< of the classes
  std::array<std::vector<Labels>, 3> labels_;    ///< of each video, by sdk::Split
  std::vector<std::string> empty_;               ///< videos without a single label
};

}  // namespace pgt::datasets
