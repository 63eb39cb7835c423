/// Whether two paths lead to the same video.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <tuple>

namespace pgt::datasets {

/// Equal for paths to one file or folder, however they are spelled and whatever links they go through. Of what is in an
/// archive: the archive's, and the name within.
using FileIdentity = std::tuple<std::uint64_t, std::uint64_t, std::string>;

/// Nothing where nothing is there.
std::optional<FileIdentity> identity_of(const std::filesystem::path& path);

}  // namespace pgt::datasets
