/// LibTorch elsewhere than where it was when the host was built: PGT_TORCH_DIR.
#pragma once

#include <string>
#include <vector>

namespace pgt::cli {

/// Where PGT_TORCH_DIR names a folder (which holds lib/), starts the host again so that it, its programs and plugins
/// find LibTorch there. Throws Error(config) where there is none, or one of another version than the host was built
/// with: tensors of two versions do not fit.
void use_torch_folder(const std::vector<std::string>& arguments);

}  // namespace pgt::cli
