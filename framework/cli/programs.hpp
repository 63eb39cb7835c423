/// This program's path, and the programs beside it: a verb that pgt-host does not have is one of them, as
/// with git.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace pgt::cli {

/// pgt-host itself, absolute.
std::filesystem::path host_program();

/// NAME of every pgt-NAME beside pgt-host, sorted.
std::vector<std::string> programs_beside_host();

/// Becomes `pgt-NAME ARGUMENTS`, with the plugin folders in PGT_PLUGINS. Throws Error(usage) with a suggestion where
/// there is no such program; `verbs` are those of pgt-host.
[[noreturn]] void become_program(const std::string& name, std::span<const std::string> arguments,
                                 std::span<const std::filesystem::path> plugin_folders,
                                 std::span<const std::string> verbs);

}  // namespace pgt::cli
