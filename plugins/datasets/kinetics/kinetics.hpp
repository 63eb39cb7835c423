/// Kinetics: its official CSV files, and the lists `path label` that training programs make of them.
#pragma once

#include <map>

#include "datasets/common/annotations.hpp"

namespace pgt::datasets {

struct KineticsOptions {
  std::string root;
  std::string train;
  std::string val;
  std::string test;
  std::string classes;
  std::string separator = " ";
  Missing missing = Missing::skip;

  void describe(sdk::Options& o);
  void check(sdk::Problems& problems) const;
};

class Kinetics final : public AnnotatedFiles {
 public:
  using Options = KineticsOptions;
  /// Throws std::runtime_error with all that is wrong, as `FILE:LINE:COLUMN: what`, one per line.
  Kinetics(const Options& options, const sdk::DatasetContext& context);

 private:
  struct Row {
    sdk::Split split;
    std::string file;  ///< of annotations
    Place place;
    std::string label;
    LabelledFile video;
  };
  void read(sdk::Split split, const std::string& option, const std::string& file);
  void read_official(sdk::Split split, const std::string& option, const std::string& file, const CsvTable& table);
  void read_list(sdk::Split split, const std::string& file, const std::string& text);
  void find_video(LabelledFile& video, const std::string& id, double start, double end) const;
  void name_classes();

  Options options_;
  VideoFinder finder_;
  std::vector<Row> rows_;
  std::string official_, list_;  ///< a file of that form
};

}  // namespace pgt::datasets
