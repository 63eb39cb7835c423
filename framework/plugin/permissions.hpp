/// Who else can change a file: what a user runs must be the user's own, or root's.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace pgt::plugin {

/// Who besides this user and root may write to `path`, links followed: "the user NAME", "the group NAME" or
/// "everybody". Empty: nobody, or it is not there. A group that has the user's own name counts as the user.
std::string others_who_may_write(const std::filesystem::path& path);

/// A file that nobody but this user can have written: nothing where somebody else owns it or its folder or, as the
/// permissions say, may write to one of them, nor where it cannot be read.
std::optional<std::string> read_own_file(const std::filesystem::path& file);

/// Writes such a file atomically, and makes its folder; nothing where the folder is another user's. Throws Error(io) or
/// std::filesystem::filesystem_error.
void write_own_file(const std::filesystem::path& file, std::string_view content);

}  // namespace pgt::plugin
