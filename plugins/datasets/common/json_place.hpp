/// Where in a JSON file something is, so that a mistake can be located.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/common/csv.hpp"

namespace pgt::datasets {

/// Where the value begins that `path` leads to in a valid JSON text: names of members, and numbers of elements from 0.
/// Where the path leads nowhere, the place of its last part that is there.
Place place_in_json(std::string_view text, const std::vector<std::string>& path);

/// The place of an offset in any text.
Place place_at(std::string_view text, std::size_t offset);

/// Places in a table or list of many members, of which each may be asked for: the text is gone through once.
class TablePlaces {
 public:
  /// `text`, valid JSON, must outlive this; `table` leads to the table.
  explicit TablePlaces(std::string_view text, std::vector<std::string> table = {});
  /// As place_in_json, with a path below the table.
  Place find(const std::vector<std::string>& path);

 private:
  struct Value {
    std::size_t offset;
    Place place;
  };
  void find_members();

  std::string_view text_;
  std::vector<std::string> table_;
  std::map<std::string, Value> members_;  ///< empty until a place is asked for
};

}  // namespace pgt::datasets
