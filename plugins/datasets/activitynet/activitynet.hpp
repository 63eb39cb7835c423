/// ActivityNet: `activity_net.v1-3.min.json`. A sample is one annotated stretch of a video.
#pragma once

#include "datasets/common/annotations.hpp"
#include "datasets/common/json_file.hpp"

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
  void name_classes(const nlohmann::json& database);
  void read(const std::string& id, const nlohmann::json& video);

  Options options_;
  VideoFinder finder_;
  std::map<std::string, std::int64_t> numbers_;  ///< of the classes
  std::size_t stretches_left_out_ = 0;
};

}  // namespace pgt::datasets
