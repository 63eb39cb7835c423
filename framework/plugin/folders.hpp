/// Where plugins are looked for.
#pragma once

#include <filesystem>
#include <vector>

namespace pgt::plugin {

/// `given`, the folders of PGT_PLUGINS, and `plugins` beside this program, if it exists. What is found first counts.
std::vector<std::filesystem::path> plugin_folders(std::vector<std::filesystem::path> given);

/// `plugins` beside this program, whether it exists or not.
std::filesystem::path own_plugin_folder();

/// pgt-host, which is beside this program or is this program: it examines plugins.
std::filesystem::path host_beside_program();

}  // namespace pgt::plugin
