/// What plugins answer, as lines (plugin/answer_lines.hpp), and a checksum of them for another process.
#pragma once

#include <string>

#include "plugin/answer_lines.hpp"

namespace pgt::check {

using plugin::difference;
using plugin::Lines;
using plugin::lines_of;
using plugin::text_of;

/// Eight digits that differ where the lines do.
std::string checksum_of(const Lines& lines);

}  // namespace pgt::check
