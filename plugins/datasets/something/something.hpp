/// Something-Something: version 2 (JSON) and version 1 (lines `id;label`).
#pragma once

#include <map>

#include "datasets/common/annotations.hpp"

namespace pgt::datasets {

struct SomethingOptions {
  std::string root;
  std::string labels;
  std::string train;
  std::string val;
  Missing missing = Missing::skip;

  void describe(sdk::Options& o);
};

/// Left and right are classes of their own here, so videos are never mirrored.
class Something final : public AnnotatedFiles {
 public:
  using Options = SomethingOptions;
  /// Throws std::runtime_error with all that is wrong, as `FILE:LINE:COLUMN: what`, one per line.
  Something(const Options& options, const sdk::DatasetContext& context);

 private:
  void read_labels();
  void read(sdk::Split split, const std::string& option, const std::string& file);
  void read_json(sdk::Split split, const std::string& file, const std::string& text);
  void add(sdk::Split split, const std::string& file, const Place& place, const std::string& id,
           const std::string& label);

  Options options_;
  VideoFinder finder_;
  std::map<std::string, std::int64_t> numbers_;  ///< of classes
};

}  // namespace pgt::datasets
