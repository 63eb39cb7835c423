/// LibTorch elsewhere than in the folder beside the host, or than where it was when the host was built.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pgt::cli {

/// Where PGT_TORCH_DIR names a folder (which holds lib/), starts the host again so that it, its programs and plugins
/// find LibTorch there. Where it does not, and there is none beside the host (`torch`, a link that an installation from
/// source has), that is the first folder with the right version among those where Python keeps packages, and
/// /opt/libtorch. Throws Error(config) where PGT_TORCH_DIR holds none, or another version than the host was built with:
/// tensors of two versions do not fit.
void use_torch_folder(const std::vector<std::string>& arguments);

/// The folder that is used, after `use_torch_folder`. Throws Error(config) where there is none in the places above.
std::filesystem::path torch_folder();

}  // namespace pgt::cli
