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

/// Of each member of the table that `table` is the name of, in one pass: where its value begins. By their names.
std::map<std::string, Place> places_of_members(std::string_view text, const std::string& table);

}  // namespace pgt::datasets
