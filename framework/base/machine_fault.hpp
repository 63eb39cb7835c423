/// Tells what is the machine's fault, so that no file is blamed for it.
#pragma once

#include <filesystem>

namespace pgt {

/// Throws where `error` (a value of errno) says that the machine is at fault, and not `path`, which was to be read:
/// Error(io) where there are no more descriptors or the disk fails, Error(device) where there is no memory. Returns
/// otherwise.
void blame_machine(int error, const std::filesystem::path& path);

}  // namespace pgt
