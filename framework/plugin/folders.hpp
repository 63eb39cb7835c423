/// Where plugins are looked for.
#pragma once

#include <filesystem>
#include <vector>

namespace pgt::plugin {

/// `given` and the folders of PGT_PLUGINS, or where there is none of them `plugins` beside this program, if it exists.
std::vector<std::filesystem::path> plugin_folders(std::vector<std::filesystem::path> given);

/// pgt-host, which lies beside this program or is it: it examines plugins.
std::filesystem::path host_beside_program();

}  // namespace pgt::plugin
