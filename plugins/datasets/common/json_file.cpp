#include "datasets/common/json_file.hpp"

#include <algorithm>
#include <stdexcept>

namespace pgt::datasets {

nlohmann::json parse_json(const std::string& text, const std::string& file) {
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    const std::string before = text.substr(0, error.byte == 0 ? 0 : error.byte - 1);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t start = before.rfind('\n');
    const std::size_t column = before.size() - (start == std::string::npos ? 0 : start + 1) + 1;
    throw std::runtime_error(file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": is not valid JSON");
  }
}

}  // namespace pgt::datasets
