/// JSON files, read so that a mistake can be located.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace pgt::datasets {

/// Parses `text`, the content of `file`. Throws std::runtime_error: `FILE:LINE:COLUMN: what`, also where a
/// table has a name twice.
nlohmann::json parse_json(const std::string& text, const std::string& file);

}  // namespace pgt::datasets
