/// `pgt-data synth …`.
#pragma once

#include <CLI/CLI.hpp>

namespace pgt::data {

/// Adds the verb; what it is asked for is done when it has been parsed.
void add_synth(CLI::App& app);

}  // namespace pgt::data
