/// UCF101: classInd.txt, trainlistNN.txt and testlistNN.txt.
#pragma once

#include <map>

#include "datasets/common/annotations.hpp"

namespace pgt::datasets {

struct Ucf101Options {
  std::string root;
  std::string splits;
  std::int64_t fold = 1;
  Missing missing = Missing::skip;

  void describe(sdk::Options& o);
};

/// Train is the fold's training list, val its test list. The clips of one group (`gNN`) come from one long video.
class Ucf101 final : public AnnotatedFiles {
 public:
  using Options = Ucf101Options;
  /// Throws std::runtime_error with all that is wrong, as `FILE:LINE:COLUMN: what`, one per line.
  Ucf101(const Options& options, const sdk::DatasetContext& context);

 private:
  void read_classes();
  void read_list(sdk::Split split, const std::string& name);

  Options options_;
  VideoFinder finder_;
  std::map<std::string, std::int64_t> numbers_;  ///< of classes, from 0
};

}  // namespace pgt::datasets
