/// Run folders: numbered, never shared, the newest under a fixed name.
#pragma once

#include <filesystem>
#include <string>

namespace pgt::run {

/// The link to the newest run of any name.
inline constexpr const char* latest_name = "latest";

/// Makes `<root>/<name>-<NNN>`, NNN one over the highest there is (001, 002, …), with `checkpoints/`, `splits/` and
/// `tb/`. Two processes never get the same one. Returns the absolute path. Throws Error(config) for a name that is not
/// a file name, Error(io) naming the folder.
std::filesystem::path make_run_folder(const std::filesystem::path& root, const std::string& name);

/// Before the work: throws Error(io) where `make_run_folder` could not make any folder in `root`.
void check_root(const std::filesystem::path& root);

/// Points the symbolic link `name` beside `folder` at it, atomically. False where something that is not a link has the
/// name, or the file system has no links.
bool point_link_at(const std::filesystem::path& folder, const std::string& name);

/// Completes what a process left undone that was killed after it had made `folder`: the links to it, where
/// there is none or one to an earlier run of its name.
void make_missing_links(const std::filesystem::path& folder);

/// The absolute path of an existing run folder, links such as `latest` followed. Throws Error(usage) saying what is
/// missing, Error(io) where the path leads nowhere.
std::filesystem::path open_run_folder(const std::filesystem::path& folder);

}  // namespace pgt::run
