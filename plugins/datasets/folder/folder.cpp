#include "folder.hpp"

#include <algorithm>
#include <stdexcept>

#include "datasets/common/class_table.hpp"

namespace pgt::datasets {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t longest_expression = 1000;  // libstdc++ goes down a level for each bracket

}  // namespace

void FolderOptions::describe(sdk::Options& o) {
  o("root", root).required().path().help("folder that holds one folder per class, or train/, val/ and test/ that do");
  o("val_fraction", val_fraction)
      .range(0, 0.9)
      .help("share of each class set aside for validation if there is no val/");
  describe_frame_rate(o, frame_rate);
  o("group_by", group_by)
      .help(
          "regular expression, as in JavaScript but without references back to a group, applied to CLASS/FILE; videos "
          "with the same match (of its first group, if it has one) stay in the same split");
}

void FolderOptions::check(sdk::Problems& problems) const {
  if (group_by.size() > longest_expression) {
    problems.push_back({"group_by", "is longer than " + std::to_string(longest_expression) + " characters"});
    return;
  }
  try {
    const GroupExpression expression(group_by);
  } catch (const std::regex_error& error) {
    problems.push_back({"group_by", std::string("is not a regular expression: ") + error.what()});
  }
}

GroupExpression::GroupExpression(const std::string& text)
    : bounded_(text, std::regex::ECMAScript | std::regex_constants::__polynomial), exact_(text) {}

std::string GroupExpression::group_of(const std::string& id) const {
  std::smatch match;
  if (!std::regex_search(id, match, bounded_)) return "";
  const auto begin = id.begin() + match.position();
  auto flags = std::regex_constants::match_continuous;
  if (begin != id.begin()) flags |= std::regex_constants::match_prev_avail;
  std::regex_search(begin, id.end(), match, exact_, flags);
  return match.size() > 1 ? match[1].str() : match.str();
}

Folder::Folder(const Options& options, const sdk::DatasetContext& context)
    : root_(options.root), frame_rate_(options.frame_rate) {
  if (!options.group_by.empty()) group_by_.emplace(options.group_by);
  std::error_code error;
  const fs::file_type type = fs::status(root_, error).type();
  if (type == fs::file_type::not_found) {
    throw std::runtime_error(root_.string() + ": no such folder; dataset.root names it");
  }
  if (type == fs::file_type::none) throw std::runtime_error(root_.string() + ": " + error.message());
  if (type != fs::file_type::directory) {
    throw std::runtime_error(root_.string() + ": is a file; dataset.root names a folder");
  }

  const std::vector<SplitFolder> places = find_splits(root_, unused_, problems_);
  read_classes(places);
  for (const SplitFolder& place : places) read_videos(place);
  if (info_.classes.size() == 1 && problems_.empty()) {
    problems_.push_back(root_.string() + ": has one class only, \"" + info_.classes.front() +
                        "\"; there is nothing to tell apart without a second one");
  }
  if (!problems_.empty()) {
    std::string text = problems_.front();
    for (std::size_t i = 1; i < problems_.size(); ++i) text += "\n" + problems_[i];
    throw std::runtime_error(text);
  }
  if (of(sdk::Split::val).empty()) set_aside_validation(options.val_fraction, context.seed);

  for (std::string& sentence : unused_.sentences()) info_.warnings.push_back(std::move(sentence));
  if (ungrouped_ > 0) {
    info_.warnings.push_back(
        std::to_string(ungrouped_) +
        (ungrouped_ == 1 ? " video does not match group_by; it" : " videos do not match group_by; each") +
        " is a group of its own");
  }
  warn_about_splits();
}

void Folder::read_classes(const std::vector<SplitFolder>& places) {
  std::set<std::string> classes;
  for (const SplitFolder& place : places) {
    UnusedCount counted_later;
    for (const std::string& name : subfolders(place.folder, counted_later)) classes.insert(name);
  }
  info_.classes = class_table(classes);
  if (classes.empty()) {
    problems_.push_back(places.front().folder.string() +
                        ": has no class folders; put the videos into one folder for each class");
  }
}

void Folder::read_videos(const SplitFolder& place) {
  UnusedCount counted_before;
  UnusedCount& unused = place.folder == root_ ? counted_before : unused_;
  for (const std::string& name : subfolders(place.folder, unused)) {
    const auto found = std::find(info_.classes.begin(), info_.classes.end(), name);
    const std::vector<std::string> videos = videos_in(place.folder / name, unused_);
    if (videos.empty() && place.split == sdk::Split::train) {
      problems_.push_back(why_class_is_empty(place.folder / name));
    }
    for (const std::string& video : videos) {
      LabelledFile file;
      file.sample.id = name + "/" + video;
      file.sample.path = place.folder / name / video;
      file.sample.fps = frame_rate_;
      file.sample.group = group_of(file.sample.id);
      file.classes = {found - info_.classes.begin()};
      of(place.split).push_back(std::move(file));
    }
  }
  if (!of(place.split).empty() || place.split == sdk::Split::train) return;
  std::vector<std::string>& told = place.split == sdk::Split::val ? problems_ : info_.warnings;
  told.push_back(why_split_is_empty(place.folder));
}

std::string Folder::group_of(const std::string& id) {
  if (!group_by_) return "";
  std::string group = group_by_->group_of(id);
  if (group.empty()) ++ungrouped_;
  return group;
}

}  // namespace pgt::datasets
