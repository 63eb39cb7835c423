#include "video/source.hpp"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <system_error>
#include <vector>

#include "video/tar.hpp"
#include "video/video.hpp"

namespace pgt::video {
namespace {

namespace fs = std::filesystem;

/// "jpg", "png" or "" of the name of a frame.
std::string kind_of(const fs::path& name) {
  std::string extension = name.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (extension == ".jpg" || extension == ".jpeg") return "jpg";
  return extension == ".png" ? "png" : "";
}

/// What FFmpeg's patterns would not take literally, escaped.
std::string escaped(const std::string& text, const char* special, char escape) {
  std::string result;
  for (const char c : text) {
    if (std::strchr(special, c) != nullptr) result += escape;
    result += c;
  }
  return result;
}

/// The number that a name without its extension ends with; -1: none that fits.
std::int64_t number_of(const std::string& stem) {
  const std::size_t begin = stem.find_last_not_of("0123456789") + 1;  // npos + 1 is 0
  const std::string digits = stem.substr(begin);
  return digits.empty() || digits.size() > 9 ? -1 : std::stoll(digits);
}

/// Frames without leading zeros sort wrongly by their names: FFmpeg counts through them.
Source counted(const fs::path& folder, std::vector<fs::path> names) {
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
  Source source;
  source.url = escaped((folder / (text + "\n")).string(), "%", '%');
  source.url.replace(source.url.find('\n'), 1, "%d" + escaped(extension, "%", '%'));
  source.pattern_type = "sequence";
  source.start_number = first;
  return source;
}

Source frames_in(const fs::path& folder) {
  std::vector<fs::path> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const fs::path name = entry->path().filename();
    if (!kind_of(name).empty() && !name.string().starts_with('.')) names.push_back(name);
  }
  if (error) throw VideoError(folder, error.message());
  if (names.empty()) throw VideoError(folder, "is a folder without frames (JPEG or PNG pictures), not a video file");
  std::ranges::sort(names);
  const std::string extension = names.front().extension().string();
  for (const fs::path& name : names) {
    if (name.extension() == extension) continue;
    throw VideoError(folder, "has frames of two kinds, " + names.front().string() + " and " + name.string());
  }
  const bool padded = std::ranges::all_of(
      names, [&](const fs::path& name) { return name.string().size() == names.front().string().size(); });
  Source source;
  if (padded) {
    source.url = escaped((folder / "").string(), "\\*?[]{}", '\\') + "*" + extension;
    source.pattern_type = "glob";
  } else {
    source = counted(folder, names);
  }
  source.format = av_find_input_format("image2");
  source.frames = static_cast<std::int64_t>(names.size());
  return source;
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
  const auto found = members.find(name);
  if (found == members.end()) throw VideoError(path, "there is no such member in the archive");
  if (found->second.bytes == 0) throw VideoError(path, "is empty");
  Source source;
  source.protocols = "subfile,file";
  source.url = "subfile,,start," + std::to_string(found->second.begin) + ",end," +
               std::to_string(found->second.begin + found->second.bytes) + ",,:file:" + archive.string();
  return source;
}

}  // namespace

bool is_frame_folder(const fs::path& folder) {
  bool holds_frames = false;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (entry->path().filename().string().starts_with('.')) continue;
    if (kind_of(entry->path()).empty()) return false;
    holds_frames = true;
  }
  return holds_frames;
}

Source source_of(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) return frames_in(path);
  if (status.type() == fs::file_type::not_found) {
    const fs::path archive = archive_of(path);
    if (archive.empty()) throw VideoError(path, "there is no such file");
    return member_of(archive, path);
  }
  if (error) throw VideoError(path, error.message());
  // A pipe or a device would block in open().
  if (!fs::is_regular_file(status)) throw VideoError(path, "is not a regular file");
  const std::uintmax_t bytes = fs::file_size(path, error);
  if (error) throw VideoError(path, error.message());
  if (bytes == 0) throw VideoError(path, "is empty");
  if (path.extension() == ".tar") {
    throw VideoError(path, "is an archive: a video in it is called " + (path / "NAME.mp4").string());
  }
  Source source;
  source.url = "file:" + path.string();
  return source;
}

}  // namespace pgt::video
