/// Keys with very many parts: the parser makes nested tables of them, and the stack ends before they do.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "config/diagnostics.hpp"
#include "config/source.hpp"

namespace pgt::config {

struct DeepKey {
  std::size_t line = 1;    ///< of the text, from 1
  std::size_t column = 1;  ///< where the key or its section's name begins, in characters from 1
};

/// The first key, or name of a section, of more parts than any run file needs. What is nested in brackets or braces is
/// for the parser to refuse.
std::optional<DeepKey> find_deep_key(std::string_view text);

void report_deep_key(const DeepKey& key, const Source& source, Diagnostics& diagnostics);

}  // namespace pgt::config
