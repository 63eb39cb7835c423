#include "scan.hpp"

#include <algorithm>
#include <stdexcept>
#include <string_view>

#include <pgt/sdk/video_files.hpp>

namespace pgt::datasets {
namespace {

namespace fs = std::filesystem;

bool is_hidden(const std::string& name) { return name.starts_with('.'); }

/// False for links that lead nowhere, in circles, or where nothing may be looked at.
bool leads_somewhere(const fs::directory_entry& entry) {
  std::error_code error;
  return entry.exists(error) && !error;
}

}  // namespace

void UnusedCount::add(Unused why, const fs::path& path) {
  Entry& entry = entries_[static_cast<std::size_t>(why)];
  if (entry.count++ == 0 || path < entry.first) entry.first = path;
}

std::vector<std::string> UnusedCount::sentences() const {
  struct Reason {
    std::string_view one, many;
  };
  constexpr std::array<Reason, 6> reasons{
      {{"hidden file or folder is", "hidden files or folders are"},
       {"file that is not named as a video is", "files that are not named as videos are"},
       {"folder that is neither a class nor a video is", "folders that are neither classes nor videos are"},
       {"folder below a class folder, which holds videos, is", "folders below a class folder, which hold videos, are"},
       {"broken link is", "broken links are"},
       {"video beside the class folders is", "videos beside the class folders are"}}};
  std::vector<std::string> found;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (entry.count == 0) continue;
    const Reason& reason = reasons[i];
    found.push_back(std::to_string(entry.count) + " " + std::string(entry.count == 1 ? reason.one : reason.many) +
                    " not used" + (entry.count == 1 ? ": " : ", such as ") + entry.first.string());
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
    } else if (!leads_somewhere(entry)) {
      unused.add(Unused::broken_link, entry.path());
    } else if (entry.is_directory()) {
      names.push_back(name);
    } else if (sdk::is_video_name(name)) {
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
    } else if (!leads_somewhere(entry)) {
      unused.add(Unused::broken_link, entry.path());
    } else if (entry.is_directory()) {
      if (sdk::is_frame_folder(entry.path())) {
        names.push_back(name);
      } else {
        unused.add(first_video_below(entry.path()).empty() ? Unused::folder : Unused::nested, entry.path());
      }
    } else if (!sdk::is_video_name(name)) {
      unused.add(Unused::extension, entry.path());
    } else {
      names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool holds_class_folders(const fs::path& folder) {
  UnusedCount unused;
  return std::ranges::any_of(subfolders(folder, unused),
                             [&](const std::string& name) { return !sdk::is_frame_folder(folder / name); });
}

fs::path first_video_below(const fs::path& folder) {
  fs::path first;
  sdk::each_video(folder, [&](const fs::path& video) {
    if (first.empty() || video < first) first = video;
  });
  return first;
}

}  // namespace pgt::datasets
