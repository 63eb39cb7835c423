/// What plugins answer, as lines (pgt/sdk/testing/rules/answers.hpp), and a checksum of them for another process.
#pragma once

#include <string>

#include <pgt/sdk/testing/rules/answers.hpp>

namespace pgt::check {

using sdk::testing::difference;
using sdk::testing::Lines;
using sdk::testing::lines_of;
using sdk::testing::text_of;

/// Eight digits that differ where the lines do.
std::string checksum_of(const Lines& lines);

}  // namespace pgt::check
