/// ActivityNet: `activity_net.v1-3.min.json`. A sample is one annotated stretch of a video.
#pragma once

#include <map>
#include <memory>

#include "datasets/common/annotations.hpp"
#include "datasets/common/segments_file.hpp"

namespace pgt::datasets {

struct ActivityNetOptions {
  std::string root;
  std::string file;
  Missing missing = Missing::skip;

  void describe(sdk::Options& o);
};

/// Train is the subset `training`, val `validation`; `testing` has no labels. Stretches of one video stay together.
class ActivityNet final : public AnnotatedFiles {
 public:
  using Options = ActivityNetOptions;
  /// Throws std::runtime_error with all that is wrong, as `FILE:LINE:COLUMN: what`, one per line.
  ActivityNet(const Options& options, const sdk::DatasetContext& context);

 private:
  struct Video {
    std::string id;
    std::filesystem::path file;  ///< empty: it is missing
    sdk::Split split;
    double duration;  ///< seconds
  };
  void read(const std::string& id, const nlohmann::json& video);
  void take(const Video& video, const SegmentsFile::Path& path, const nlohmann::json& annotation);
  void tell_apart();
  void warn_about_changes();

  Options options_;
  std::unique_ptr<SegmentsFile> file_;  ///< only while it is read
  VideoFinder finder_;
  std::map<std::string, std::int64_t> numbers_;  ///< of the classes
  std::vector<std::string> inverted_;            ///< places of stretches that end before they start
  Clipping clipping_;
  std::size_t repeated_ = 0, not_annotated_ = 0;
};

}  // namespace pgt::datasets
