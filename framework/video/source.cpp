#include "video/source.hpp"

#include <algorithm>
#include <cctype>
#include <system_error>
#include <utility>
#include <vector>

#include "base/machine_fault.hpp"
#include "video/tar.hpp"
#include "video/video.hpp"

namespace pgt::video {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::error_code& error) {
  blame_machine(error.value(), path);
  throw VideoError(path, error.message());
}

/// "jpg", "png" or "" of the name of a frame.
std::string kind_of(const fs::path& name) {
  std::string extension = name.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (extension == ".jpg" || extension == ".jpeg") return "jpg";
  return extension == ".png" ? "png" : "";
}

/// The number that a name without its extension ends with; -1: none that fits.
std::int64_t number_of(const std::string& stem) {
  const std::size_t begin = stem.find_last_not_of("0123456789") + 1;  // npos + 1 is 0
  const std::string digits = stem.substr(begin);
  return digits.empty() || digits.size() > 9 ? -1 : std::stoll(digits);
}

/// Frames without leading zeros sort wrongly by their names: they are counted through.
void sort_by_number(const fs::path& folder, std::vector<fs::path>& names) {
  std::ranges::sort(names, {}, [](const fs::path& name) { return number_of(name.stem().string()); });
  const auto text_of = [](const fs::path& name) {
    const std::string stem = name.stem().string();
    return stem.substr(0, stem.find_last_not_of("0123456789") + 1);
  };
  const std::string text = text_of(names.front()), extension = names.front().extension().string();
  const std::int64_t first = number_of(names.front().stem().string());
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string expected = text + std::to_string(first + static_cast<std::int64_t>(i)) + extension;
    if (first < 0 || names[i] != expected) {
      throw VideoError(folder, "its frames are numbered without leading zeros, and " + expected + " is not there");
    }
  }
}

Source frames_in(const fs::path& folder) {
  std::vector<fs::path> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const fs::path name = entry->path().filename();
    if (!kind_of(name).empty() && !name.string().starts_with('.')) names.push_back(name);
  }
  if (error) fail(folder, error);
  if (names.empty()) throw VideoError(folder, "is a folder without frames (JPEG or PNG pictures), not a video file");
  std::ranges::sort(names);
  const std::string extension = names.front().extension().string();
  for (const fs::path& name : names) {
    if (name.extension() == extension) continue;
    throw VideoError(folder, "has frames of two kinds, " + names.front().string() + " and " + name.string());
  }
  const bool padded = std::ranges::all_of(
      names, [&](const fs::path& name) { return name.string().size() == names.front().string().size(); });
  if (!padded) sort_by_number(folder, names);
  for (fs::path& name : names) name = folder / name;
  return {.file = names.front(), .pictures = std::move(names)};
}

/// The archive that the path leads into; empty where there is none.
fs::path archive_of(const fs::path& path) {
  for (fs::path parent = path.parent_path(); parent.has_relative_path(); parent = parent.parent_path()) {
    if (parent.extension() == ".tar" && fs::is_regular_file(parent)) return parent;
  }
  return {};
}

Source member_of(const fs::path& archive, const fs::path& path) {
  const std::string name = path.lexically_relative(archive).generic_string();
  const auto members = tar_members(archive);
  const auto found = members->find(name);
  if (found == members->end()) throw VideoError(path, "there is no such member in the archive");
  if (found->second.bytes == 0) throw VideoError(path, "is empty");
  return {.file = archive, .begin = found->second.begin, .bytes = found->second.bytes};
}

}  // namespace

Source source_of(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) return frames_in(path);
  if (status.type() == fs::file_type::not_found) {
    const fs::path archive = archive_of(path);
    if (archive.empty()) throw VideoError(path, "there is no such file");
    return member_of(archive, path);
  }
  if (error) fail(path, error);
  if (fs::is_regular_file(status) && path.extension() == ".tar") {
    throw VideoError(path, "is an archive: a video in it is called " + (path / "NAME.mp4").string());
  }
  Source source{.file = path};
  if (!kind_of(path).empty()) source.pictures = {path};
  return source;
}

}  // namespace pgt::video
