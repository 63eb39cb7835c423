/// Patterns of names, as shells have them.
#pragma once

#include <string>

namespace pgt {

/// Whether `pattern`, with `*`, `?` and `[…]`, matches all of `name`.
bool matches_glob(const std::string& pattern, const std::string& name);

}  // namespace pgt
