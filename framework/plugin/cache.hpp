/// Remembers examinations between runs, so that a start with known plugins loads none of them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "plugin/examine.hpp"
#include "plugin/library_file.hpp"

namespace pgt::plugin {

/// FOLDER/plugins/ID.SUFFIX, where ID stands for the library's path.
std::filesystem::path cache_file(const std::filesystem::path& folder, const std::filesystem::path& library,
                                 const char* suffix);

/// One JSON file per library. An answer counts only while the library (path and identity) and the host (its build
/// record and the file of its own code) are the same, and where nobody but this user can have written it
/// (`read_own_file`). A damaged file counts as absent, and so does a folder that cannot be written. Thread: any; hosts
/// that run at the same time may share a folder.
class Cache {
 public:
  /// `folder` empty: remembers nothing.
  explicit Cache(std::filesystem::path folder) : folder_(std::move(folder)) {}

  std::optional<Examination> find(const std::filesystem::path& library, const FileIdentity& identity) const;
  /// Stores a lasting examination and drops any other.
  void store(const std::filesystem::path& library, const FileIdentity& identity, const Examination& examination) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace pgt::plugin
