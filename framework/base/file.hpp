/// Files that are whole or not there.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace pgt {

/// Writes to a temporary name beside `path`, syncs file and folder, renames. Throws Error(io) naming the path.
void write_file_atomically(const std::filesystem::path& path, std::span<const std::string_view> parts);
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// The whole file. Throws Error(io) naming the path.
std::string read_file(const std::filesystem::path& path);

}  // namespace pgt
