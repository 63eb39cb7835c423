/// What the TOML parser complains of, in our words.
#pragma once

#include <toml++/toml.h>

#include "config/diagnostics.hpp"
#include "config/source.hpp"

namespace pgt::config {

/// `source` holds the text that was parsed.
void report_complaint(const toml::parse_error& complaint, const Source& source, Diagnostics& diagnostics);

}  // namespace pgt::config
