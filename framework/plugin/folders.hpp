/// Where plugins are looked for.
#pragma once

#include <filesystem>
#include <vector>

namespace pgt::plugin {

/// `given` and the folders of PGT_PLUGINS, or where there are none, `plugins` beside this program, if it exists.
std::vector<std::filesystem::path> plugin_folders(std::vector<std::filesystem::path> given);

/// pgt-host, which is beside this program or is this program: it examines plugins.
std::filesystem::path host_beside_program();

}  // namespace pgt::plugin
