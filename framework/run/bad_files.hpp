/// bad_files.csv: every file that could not be read, once.
#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "run/events.hpp"
#include "run/record_file.hpp"

namespace pgt::run {

/// Columns id, path, reason, phase; one row for each id and phase, also after a resume. There is no file until there is
/// a bad file.
class BadFiles {
 public:
  /// Reads what an earlier start of the run wrote. Throws Error(io).
  explicit BadFiles(std::filesystem::path file);

  /// True where it was not there yet. Throws Error(io).
  bool add(const BadFile& bad);

 private:
  std::filesystem::path path_;
  std::unique_ptr<RecordFile> file_;
  std::set<std::pair<std::string, std::string>> known_;  ///< id and phase
};

}  // namespace pgt::run
