/// The rows of a list, before anything is looked up on disk.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pgt/sdk/dataset.hpp>

#include "datasets/common/csv.hpp"

namespace pgt::datasets {

struct ListRow {
  std::string path;  ///< as written there
  Place path_place;
  std::vector<std::string> labels;  ///< in the order in which they are written there
  Place label_place;
  double start = 0;
  double end = std::numeric_limits<double>::infinity();
  std::optional<sdk::Split> split;  ///< nothing where there is no such column
  std::string group;
};

struct ListRows {
  std::vector<ListRow> rows;
  std::vector<CsvProblem> problems;
  std::vector<std::string> unknown_columns;
};

/// Understands `path,label[,start,end,split,group]`, columns in any order, several labels as `a|b`.
ListRows read_rows(std::string_view text);

}  // namespace pgt::datasets
