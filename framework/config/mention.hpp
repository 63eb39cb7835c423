/// Names of options within messages.
#pragma once

#include <cstddef>
#include <string_view>

namespace pgt::config {

/// Where `text` has the option's name as a whole word; npos: nowhere.
std::size_t mention_of(std::string_view name, std::string_view text);

}  // namespace pgt::config
