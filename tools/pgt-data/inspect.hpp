/// `pgt-data framemd5`, `check`, `stats`, `index` and `transcode`.
#pragma once

#include <CLI/CLI.hpp>

namespace pgt::data {

/// Adds the verbs; what is asked for is done when it has been parsed, and `code` becomes the program's exit code.
void add_inspection(CLI::App& app, int& code);

}  // namespace pgt::data
