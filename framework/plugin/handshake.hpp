/// Whether a library was built so that its C++ objects may cross into this host.
#pragma once

#include <string>

#include <pgt/sdk/entry.hpp>

namespace pgt::plugin {

/// How this host was built; `torch_version` is the LibTorch that its engine uses.
const sdk::BuildRecord& host_record();

/// Compares field by field. Empty if the plugin fits, else one sentence that names the first field that differs, both
/// values and the remedy. `torch_version` counts only for a plugin that states one.
std::string mismatch(const sdk::BuildRecord& host, const sdk::BuildRecord& plugin);

}  // namespace pgt::plugin
