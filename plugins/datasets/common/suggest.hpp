/// What a misspelt word may have meant.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace pgt::datasets {

/// The candidate closest to `word`, or "" where none is close (two edits, and fewer than either has letters).
std::string closest(std::string_view word, std::span<const std::string> candidates);

}  // namespace pgt::datasets
