/// Files that are either complete or absent.
#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace pgt {

/// Whether a file must be there after a power cut. What can be made again, and is checked when it is read, need not.
enum class Durable { yes, no };

/// Writes to a temporary name beside `path`, syncs file and folder where it must last, renames. Throws Error(io) naming
/// the path.
void write_file_atomically(const std::filesystem::path& path, std::span<const std::string_view> parts,
                           Durable durable = Durable::yes);
void write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// Writes to a path that a user named: through links to where they lead, and into what is not a regular file (a pipe,
/// a device, /dev/stdout) instead of replacing it. Throws Error(io) naming the path.
void write_output(const std::filesystem::path& path, std::span<const std::string_view> parts);
void write_output(const std::filesystem::path& path, std::string_view content);

/// Writes to standard output, at once. Throws Error(io) that says why it cannot.
void print_output(const std::string& text);

/// To be called before the work, so that it is not lost for lack of a folder: throws Error(io) naming the path where
/// `write_output` would fail.
void check_output(const std::filesystem::path& path);

/// To be called before the work, for each file that is read for it: throws Error(usage) where `output` is that file, be
/// it by another spelling or a link, or the archive that it is in. Writing would destroy what was asked about.
void check_output_is_not(const std::filesystem::path& output, const std::filesystem::path& input);

/// And those above it. Throws Error(io) naming the path.
void make_folder(const std::filesystem::path& path);

/// Where things that can be made again are kept: $PGT_CACHE_DIR, else $XDG_CACHE_HOME/pgt-host, else
/// ~/.cache/pgt-host; empty where none of them is set.
std::filesystem::path cache_folder();

/// For what a user names, before it is read: throws Error(code) that says why `path` is not a file that can be read. A
/// file that is not there is not a failure of the disk.
void require_file(const std::filesystem::path& path, ExitCode code);

/// The same for what is read more than once: a pipe is refused too.
void require_regular_file(const std::filesystem::path& path, ExitCode code);

/// The whole file. Throws Error(io) naming the path, also if it holds more than `most_bytes`.
std::string read_file(const std::filesystem::path& path,
                      std::size_t most_bytes = std::numeric_limits<std::size_t>::max());

}  // namespace pgt
