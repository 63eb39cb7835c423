/// Names of files and links that are not complete yet, and what is left of them when their writer was killed.
#pragma once

#include <filesystem>

namespace pgt {

/// A name beside `path` that no other thread or process uses: a rename is atomic within one file system only.
std::filesystem::path temporary_name(const std::filesystem::path& path);

/// Keeps `remove_temporaries` away from an open file, on other machines and in other containers too, until it is closed
/// or its process ends. `file`: its descriptor.
void hold_temporary(int file);

/// Removes what has such a name in `folder` and, where `deep`, in the folders in it, but for those of other processes
/// that are running and those that are held. What cannot be removed stays.
void remove_temporaries(const std::filesystem::path& folder, bool deep);

}  // namespace pgt
