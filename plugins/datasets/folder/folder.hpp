/// A folder of videos for each class, below `train/`, `val/` and `test/` or right in the root.
#pragma once

#include <filesystem>
#include <optional>
#include <regex>
#include <set>

#include "datasets/common/labelled_files.hpp"
#include "splits.hpp"

namespace pgt::datasets {

struct FolderOptions {
  std::string root;
  double val_fraction = 0.2;
  double frame_rate = 25;
  std::string group_by;

  void describe(sdk::Options& o);
  void check(sdk::Problems& problems) const;
};

/// A regular expression that no name keeps busy for ever. Looking for a match that is not there may take time that
/// doubles with each character. So a matcher without that fault says whether there is a match and where it begins, and
/// only then another one, which tries as JavaScript does, what lies in its groups.
class GroupExpression {
 public:
  /// Throws std::regex_error, also of references back to a group.
  explicit GroupExpression(const std::string& text);
  /// What the first group matches or, without groups, all of it; empty where nothing does.
  std::string group_of(const std::string& id) const;

 private:
  std::regex bounded_, exact_;
};

class Folder final : public LabelledFiles {
 public:
  using Options = FolderOptions;
  /// Throws std::runtime_error with all that is wrong: no such folder, no class folders, a single class, classes
  /// without videos.
  Folder(const Options& options, const sdk::DatasetContext& context);

 private:
  void read_classes(const std::vector<SplitFolder>& places);
  void read_videos(const SplitFolder& place);
  std::string group_of(const std::string& id);

  std::filesystem::path root_;
  double frame_rate_;
  std::optional<GroupExpression> group_by_;
  UnusedCount unused_;
  std::size_t ungrouped_ = 0;
  std::vector<std::string> problems_;
};

}  // namespace pgt::datasets
