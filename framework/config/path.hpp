/// Paths in a run file.
#pragma once

#include <filesystem>
#include <string>

namespace pgt::config {

/// `text` as an absolute path without "." and "..": "~" is the home folder, a relative path starts at `folder`.
/// Empty text stays empty. Throws Error(config) where the whole path is not UTF-8, which no run file can hold.
std::string absolute_path(const std::string& text, const std::filesystem::path& folder);

}  // namespace pgt::config
