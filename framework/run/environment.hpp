/// Where and how a run was started: env.json.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace pgt::run {

/// The program that runs, as only its caller knows it.
struct Host {
  std::vector<std::string> command;  ///< program and flags that come before a verb: {"/…/pgt-host", "--plugins", …}
  std::vector<std::string> arguments;           ///< the whole command line
  std::map<std::string, std::string> versions;  ///< "pgt", "torch", "device", …
};

/// Writes env.json: versions (the caller's, FFmpeg, compiler), processor, cores, memory, host name, command line, the
/// variables PGT_*, when, and the checksum of run.toml beside it. Where the file is there already, this start is
/// appended to its list "resumed". Throws Error(io).
void record_environment(const std::filesystem::path& file, const Host& host);

/// Whether run.toml in a run folder is no longer what the run began with; false where env.json does not say.
bool run_file_was_edited(const std::filesystem::path& run);

}  // namespace pgt::run
