/// Segments of whole videos in ActivityNet's JSON, to which THUMOS14, ActivityNet, HACS, FineAction, EPIC-Kitchens,
/// Ego4D, Charades and MultiTHUMOS are commonly converted. Segments may overlap; where none is, there is no class.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "datasets/common/annotations.hpp"
#include "datasets/common/segments_file.hpp"

namespace pgt::datasets {

struct SegmentsOptions {
  std::string root;
  std::string file;
  std::string train, val, test;  ///< names of the subsets; empty: as they are usually called
  std::string classes;
  std::vector<std::string> ambiguous;
  double moments_per_second = 0;
  double frame_rate = 25;
  Missing missing = Missing::skip;

  void describe(sdk::Options& o);
};

class Segments final : public AnnotatedFiles, public sdk::SegmentedDataset {
 public:
  using Options = SegmentsOptions;
  /// Throws std::runtime_error with all that is wrong, as `FILE:LINE:COLUMN: what`, one per line.
  Segments(const Options& options, const sdk::DatasetContext& context);
  sdk::Target target(sdk::Split split, std::size_t index, std::span<const double> times) const override;
  std::vector<sdk::Segment> segments(sdk::Split split, std::size_t index) const override;
  const void* extension(std::string_view id) const override {
    return sdk::extension_among<sdk::SegmentedDataset>(this, id);
  }

 private:
  struct Annotated {
    std::vector<sdk::Segment> segments;  ///< by start
    std::vector<Stretch> ambiguous;
  };
  using Path = SegmentsFile::Path;

  bool is_ambiguous(const std::string& label) const;
  void name_classes();
  void read_class_list();
  void check_subsets();
  void check_ambiguous();
  std::optional<sdk::Split> split_of(const std::string& subset) const;
  void read(const std::string& id, const nlohmann::json& video);
  /// Takes an annotation of a video that lasts until `duration`.
  void take(const nlohmann::json& annotation, const Path& path, double duration, Annotated& video);
  void warn_about_changes();

  Options options_;
  std::unique_ptr<SegmentsFile> file_;  ///< only while it is read
  VideoFinder finder_;
  std::map<std::string, std::int64_t> numbers_;      ///< of the classes
  std::array<std::vector<Annotated>, 3> annotated_;  ///< of each video, by sdk::Split
  std::set<std::string> ambiguous_;                  ///< labels that were found
  std::map<std::string, std::size_t> unused_;        ///< subsets that are no split, and how many videos are of them
  Clipping clipping_;
  std::size_t not_annotated_ = 0;
};

}  // namespace pgt::datasets
