/// Videos and labels out of a CSV file.
#pragma once

#include <filesystem>
#include <map>

#include "datasets/common/annotations.hpp"
#include "rows.hpp"

namespace pgt::datasets {

/// Whether a video has one label or any number. `automatic`: any number if a row has several.
enum class Labels { automatic, single, multi };

struct ListOptions {
  std::string file;
  std::string root;
  Labels task = Labels::automatic;
  Missing missing = Missing::error;
  double frame_rate = 25;
  double val_fraction = 0.2;

  void describe(sdk::Options& o);
};

class List final : public AnnotatedFiles {
 public:
  using Options = ListOptions;
  /// Throws std::runtime_error with all that is wrong, as "FILE:LINE:COLUMN: what", one per line.
  List(const Options& options, const sdk::DatasetContext& context);

 private:
  void choose_task(const std::vector<ListRow>& rows);
  void name_classes(const std::vector<ListRow>& rows);
  void check_labels(const ListRow& row);
  void add(const ListRow& row, std::map<std::string, std::size_t>& lines);
  /// Whether the row's file is there; otherwise it is noted.
  bool is_there(const ListRow& row, const std::filesystem::path& file);
  void problem(const Place& place, const std::string& text);

  ListOptions options_;
  std::map<std::string, std::int64_t> numbers_;  ///< of the classes
  std::filesystem::path root_;
};

}  // namespace pgt::datasets
