#include "splits.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <system_error>

#include <pgt/sdk/video_files.hpp>

#include "datasets/common/suggest.hpp"

namespace pgt::datasets {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> videos_of(const fs::path& folder) {
  UnusedCount unused;
  return videos_in(folder, unused);
}

bool holds_splits(const fs::path& folder) {
  UnusedCount unused;
  return std::ranges::any_of(subfolders(folder, unused),
                             [](const std::string& name) { return split_named(name).has_value(); });
}

/// Of folders for trains, cars and ships, train/ is a class like the others.
bool is_a_class(const std::string& split, const fs::path& root, const std::vector<std::string>& names) {
  const auto splits =
      std::ranges::count_if(names, [](const std::string& name) { return split_named(name).has_value(); });
  return splits == 1 && names.size() > 1 && !holds_class_folders(root / split) && !videos_of(root / split).empty();
}

/// A split's name that leads to no folder: a file, or a link to what is not there, such as a disk that is not mounted.
void judge_names_of_splits(const fs::path& root, std::vector<std::string>& problems) {
  std::error_code error;
  for (fs::directory_iterator entry(root, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code broken;
    if (!split_named(entry->path().filename().string()) || entry->is_directory(broken)) continue;
    problems.push_back(entry->path().string() + ": is " +
                       (entry->exists(broken) ? "not a folder" : "a link to what is not there") +
                       ", but has the name of a split; make it a folder like train/, or rename it");
  }
}

/// What is beside the splits.
void judge_other(const fs::path& folder, const std::map<sdk::Split, std::string>& splits, UnusedCount& unused,
                 std::vector<std::string>& problems) {
  const std::optional<sdk::Split> meant = split_named(closest(folder.filename().string(), split_names));
  if (meant && !splits.contains(*meant)) {
    problems.push_back(folder.string() + ": beside train/ the folders are val/ and test/; rename it to " +
                       split_names[static_cast<std::size_t>(*meant)] + "/");
  } else if (!splits.contains(sdk::Split::val) && holds_class_folders(folder) && !first_video_below(folder).empty()) {
    problems.push_back(folder.string() +
                       ": beside train/ the folders are val/ and test/; rename it to val/ if its videos are for "
                       "validation, or move it elsewhere");
  } else {
    unused.add(Unused::folder, folder);
  }
}

}  // namespace

std::vector<SplitFolder> find_splits(const fs::path& root, UnusedCount& unused, std::vector<std::string>& problems) {
  const std::vector<std::string> names = subfolders(root, unused);
  std::map<sdk::Split, std::string> splits;
  for (const std::string& name : names) {
    const std::optional<sdk::Split> split = split_named(name);
    if (!split) continue;
    if (is_a_class(name, root, names)) return {{sdk::Split::train, root}};
    const auto [found, is_new] = splits.emplace(*split, name);
    if (!is_new) {
      problems.push_back(root.string() + ": " + found->second + "/ and " + name + "/ are both for split " +
                         split_names[static_cast<std::size_t>(*split)] + "; put what is in them into one");
    }
  }
  if (splits.empty()) return {{sdk::Split::train, root}};
  if (!splits.contains(sdk::Split::train)) {
    throw std::runtime_error(root.string() + ": has no train/ beside " + splits.begin()->second +
                             "/; put the class folders of training into train/");
  }
  judge_names_of_splits(root, problems);
  for (const std::string& name : names) {
    if (!split_named(name)) judge_other(root / name, splits, unused, problems);
  }
  std::vector<SplitFolder> places;
  for (const auto& [split, name] : splits) places.push_back({split, root / name});
  return places;
}

std::string why_class_is_empty(const fs::path& folder) {
  const std::string name = folder.string();
  if (holds_splits(folder))
    return name + ": is not a class, for it holds folders such as train/; set dataset.root to it";
  if (sdk::is_frame_folder(folder)) {
    return name + ": has pictures right in it; those of each video belong in a folder of their own";
  }
  if (const fs::path deeper = first_video_below(folder); !deeper.empty()) {
    return name + ": has no videos right in it, only in folders below, such as " + deeper.string() +
           "; move them up, or set dataset.root to the folder whose subfolders are the classes";
  }
  const std::string meant = closest(folder.filename().string(), split_names);
  return name + ": has no videos; add some, or remove the folder" +
         (meant.empty() ? "" : " (a split's folder is called " + meant + "/)");
}

std::string why_split_is_empty(const fs::path& folder) {
  std::string why = ": has no videos";
  if (const std::vector<std::string> beside = videos_of(folder); !beside.empty()) {
    why = ": its videos, such as " + beside.front() + ", are in no class folder";
  } else if (const fs::path deeper = first_video_below(folder); !deeper.empty()) {
    why = ": its videos are not right in class folders, but below, such as " + deeper.string();
  }
  return folder.string() + why + "; it should have the same class folders as train/. Without the folder, a part of " +
         "train/ is set aside";
}

}  // namespace pgt::datasets
