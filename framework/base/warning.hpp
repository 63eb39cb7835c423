/// Warnings that go to a terminal, and not to a run's log.
#pragma once

#include <string>

namespace pgt {

/// Prints `warning: TEXT` on stderr, as a terminal may get it.
void print_warning(const std::string& text);

}  // namespace pgt
