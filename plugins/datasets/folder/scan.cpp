#include "scan.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <stdexcept>
#include <string_view>

namespace pgt::datasets {
namespace {

namespace fs = std::filesystem;

const std::set<std::string, std::less<>> extensions{
    ".264", ".265",  ".3g2",  ".3gp",  ".asf",  ".avi",  ".divx", ".dv",   ".f4v",  ".flv",
    ".gif", ".h264", ".h265", ".hevc", ".ivf",  ".m1v",  ".m2p",  ".m2t",  ".m2ts", ".m2v",
    ".m4v", ".mkv",  ".mov",  ".mp4",  ".mpe",  ".mpeg", ".mpg",  ".mts",  ".mxf",  ".nut",
    ".ogm", ".ogv",  ".qt",   ".rm",   ".rmvb", ".ts",   ".vob",  ".webm", ".wmv",  ".y4m"};

bool is_hidden(const std::string& name) { return name.starts_with('.'); }

bool is_video_name(const fs::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extensions.contains(extension);
}

}  // namespace

void UnusedCount::add(Unused why, const fs::path& path) {
  Entry& entry = entries_[static_cast<std::size_t>(why)];
  if (entry.count++ == 0 || path < entry.first) entry.first = path;
}

std::vector<std::string> UnusedCount::sentences() const {
  constexpr std::array<std::string_view, 5> reasons{"hidden files or folders", "files that are not named as videos",
                                                    "folders where only files are looked for", "broken links",
                                                    "videos beside the class folders"};
  std::vector<std::string> found;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (entry.count == 0) continue;
    found.push_back(std::to_string(entry.count) + " " + std::string(reasons[i]) + " not used, such as " +
                    entry.first.string());
  }
  return found;
}

fs::directory_iterator entries_of(const fs::path& folder) {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) {
    throw std::runtime_error(folder.string() + " cannot be read: " + error.message() + "; check its permissions");
  }
  return entries;
}

std::vector<std::string> subfolders(const fs::path& folder, UnusedCount& unused) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : entries_of(folder)) {
    const std::string name = entry.path().filename().string();
    if (is_hidden(name)) {
      unused.add(Unused::hidden, entry.path());
    } else if (!entry.exists()) {
      unused.add(Unused::broken_link, entry.path());
    } else if (entry.is_directory()) {
      names.push_back(name);
    } else if (is_video_name(name)) {
      unused.add(Unused::classless, entry.path());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> videos_in(const fs::path& folder, UnusedCount& unused) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : entries_of(folder)) {
    const std::string name = entry.path().filename().string();
    if (is_hidden(name)) {
      unused.add(Unused::hidden, entry.path());
    } else if (!entry.exists()) {
      unused.add(Unused::broken_link, entry.path());
    } else if (entry.is_directory()) {
      unused.add(Unused::folder, entry.path());
    } else if (!is_video_name(name)) {
      unused.add(Unused::extension, entry.path());
    } else {
      names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace pgt::datasets
