/// HMDB51: CLASS_test_splitN.txt, one file per class.
#pragma once

#include "datasets/common/annotations.hpp"

namespace pgt::datasets {

struct Hmdb51Options {
  std::string root;
  std::string splits;
  std::int64_t fold = 1;
  Missing missing = Missing::skip;

  void describe(sdk::Options& o);
};

/// Train is what the fold marks with 1, val what it marks with 2; 0 is not used.
class Hmdb51 final : public AnnotatedFiles {
 public:
  using Options = Hmdb51Options;
  /// Throws std::runtime_error with all that is wrong, as `FILE:LINE:COLUMN: what`, one per line.
  Hmdb51(const Options& options, const sdk::DatasetContext& context);

 private:
  void read_class(const std::string& file, const std::string& name, const VideoFinder& finder);

  Options options_;
};

}  // namespace pgt::datasets
