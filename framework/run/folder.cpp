#include "run/folder.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <system_error>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary.hpp"
#include "base/text.hpp"
#include "config/setting_error.hpp"

namespace pgt::run {
namespace {

namespace fs = std::filesystem;

constexpr int highest_counted = 999'999'999;

[[noreturn]] void fail(const std::string& action, const fs::path& path, const std::error_code& error) {
  throw Error(ExitCode::io, "cannot " + action + " " + path.string() + ": " + error.message());
}

/// The number in `<name>-<number>`; 0 for another name.
int number_of(const std::string& folder, const std::string& name) {
  const std::string prefix = name + "-";
  if (!folder.starts_with(prefix)) return 0;
  int number = 0;
  const char* const end = folder.data() + folder.size();
  const auto [stop, error] = std::from_chars(folder.data() + prefix.size(), end, number);
  return error == std::errc{} && stop == end && number > 0 && number <= highest_counted ? number : 0;
}

int highest_number(const fs::path& root, const std::string& name) {
  int highest = 0;
  std::error_code error;
  for (fs::directory_iterator entry(root, error), end; !error && entry != end; entry.increment(error)) {
    highest = std::max(highest, number_of(entry->path().filename().string(), name));
  }
  if (error) fail("read the folder", root, error);
  return highest;
}

}  // namespace

fs::path make_run_folder(const fs::path& root, const std::string& name) {
  if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos) {
    throw config::SettingError("run.name",
                               "run.name = \"" + name + "\" is not a folder name: leave out \"/\" and use letters");
  }
  if (!is_utf8(name)) {  // the run's files hold it
    throw config::SettingError("run.name", "run.name = \"" + printable_name(name) +
                                               "\" is not UTF-8: set another, as with --set run.name=trial");
  }
  const fs::path absolute = fs::absolute(root).lexically_normal();
  make_folder(absolute);
  for (int number = highest_number(absolute, name) + 1;; ++number) {
    char digits[16];
    std::snprintf(digits, sizeof digits, "%03d", number);
    const fs::path folder = absolute / (name + "-" + digits);
    std::error_code error;
    const bool made = fs::create_directory(folder, error);
    if (error && error != std::errc::file_exists) fail("make the run folder", folder, error);
    if (!made) continue;  // another process was faster
    for (const char* inner : {"checkpoints", "splits", "tb"}) make_folder(folder / inner);
    return folder;
  }
}

void check_root(const fs::path& root) {
  std::error_code unknown;
  fs::path there = fs::absolute(root).lexically_normal();
  while (!fs::exists(there, unknown) && there.has_relative_path()) there = there.parent_path();
  const int error = !fs::is_directory(there, unknown) ? ENOTDIR : ::access(there.c_str(), W_OK | X_OK) != 0 ? errno : 0;
  if (error != 0) fail("make a run folder in", root, std::error_code(error, std::generic_category()));
}

bool point_link_at(const fs::path& folder, const std::string& name) {
  const fs::path link = folder.parent_path() / name;
  std::error_code error;
  const fs::file_type present = fs::symlink_status(link, error).type();
  if (present != fs::file_type::not_found && present != fs::file_type::symlink) return false;

  const fs::path fresh = temporary_name(link);
  fs::create_symlink(folder.filename(), fresh, error);
  if (!error) fs::rename(fresh, link, error);
  if (!error) return true;
  std::error_code ignored;
  fs::remove(fresh, ignored);
  return false;
}

void make_missing_links(const fs::path& folder) {
  const std::string own = folder.filename().string();
  const std::string name = own.substr(0, own.rfind('-'));
  if (number_of(own, name) == 0) return;  // somebody has given it another name
  for (const std::string& link : {name, std::string(latest_name)}) {
    const fs::path path = folder.parent_path() / link;
    std::error_code error;
    const fs::path target = fs::read_symlink(path, error).filename();
    const bool missing = error == std::errc::no_such_file_or_directory;
    const int linked = error ? 0 : number_of(target.string(), name);
    if (missing || (linked > 0 && linked < number_of(own, name))) point_link_at(folder, link);
  }
}

fs::path open_run_folder(const fs::path& folder) {
  std::error_code error;
  const fs::path real = fs::canonical(folder, error);
  if (error) fail("open the run", folder, error);
  if (!fs::exists(real / "config.resolved.toml")) {
    throw Error(ExitCode::usage, folder.string() + " is not a run folder: it has no config.resolved.toml");
  }
  for (const char* inner : {"checkpoints", "tb"}) make_folder(real / inner);
  return real;
}

}  // namespace pgt::run
