#include "datasets/common/labelled_files.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "datasets/common/file_identity.hpp"
#include "datasets/common/split.hpp"

namespace pgt::datasets {
namespace {

/// Of one file that has several names, the items are a group.
void group_by_file(std::span<const LabelledFile> files, std::vector<SplitItem>& items) {
  std::map<FileIdentity, SplitItem*> first;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::optional<FileIdentity> identity = identity_of(files[i].sample.path);
    if (!identity) continue;
    const auto [found, is_new] = first.emplace(*identity, &items[i]);
    if (is_new) continue;
    SplitItem& other = *found->second;
    if (other.group.empty()) other.group = other.name;
    items[i].group = other.group;
  }
}

}  // namespace

void LabelledFiles::set_aside_validation(double fraction, std::uint64_t seed) {
  is_validation_set_aside_ = true;
  std::vector<SplitItem> items;
  for (const LabelledFile& file : of(sdk::Split::train)) {
    items.push_back({file.sample.id, file.sample.group, file.classes});
  }
  group_by_file(of(sdk::Split::train), items);
  const std::vector<bool> chosen = choose_validation(items, fraction, seed);
  std::vector<LabelledFile> train;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    LabelledFile& file = of(sdk::Split::train)[i];
    (chosen[i] ? of(sdk::Split::val) : train).push_back(std::move(file));
  }
  of(sdk::Split::train) = std::move(train);
  if (fraction > 0 && of(sdk::Split::val).empty() && !items.empty()) {
    info_.warnings.push_back(
        "no videos are set aside for validation, so there is none: no class has a second video (or group) to spare");
  }
}

void LabelledFiles::warn_about_missing_classes(sdk::Split split) {
  std::set<std::int64_t> found;
  for (const LabelledFile& file : of(split)) found.insert(file.classes.begin(), file.classes.end());
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < info_.classes.size(); ++i) {
    if (!found.contains(static_cast<std::int64_t>(i))) missing.push_back('"' + info_.classes[i] + '"');
  }
  if (missing.empty()) return;
  info_.warnings.push_back("no videos in split " + split_names[static_cast<std::size_t>(split)] + " for " +
                           (missing.size() == 1 ? "class " : std::to_string(missing.size()) + " classes: ") +
                           listed(missing, 5));
}

void LabelledFiles::warn_about_splits() {
  warn_about_missing_classes(sdk::Split::train);
  if (!of(sdk::Split::val).empty()) warn_about_missing_classes(sdk::Split::val);
  warn_about_shared_groups();
  Identities identities;
  for (std::size_t split = 0; split < splits_.size(); ++split) {
    for (const LabelledFile& file : splits_[split]) identities[split].push_back(identity_of(file.sample.path));
  }
  warn_about_shared_files(identities);
  if (info_.task == sdk::Task::single_label) warn_about_contradictions(identities);
}

void LabelledFiles::warn_about_shared_groups() {
  std::map<std::string, std::set<std::size_t>> splits_of;
  for (std::size_t split = 0; split < splits_.size(); ++split) {
    for (const LabelledFile& file : splits_[split]) {
      if (!file.sample.group.empty()) splits_of[file.sample.group].insert(split);
    }
  }
  std::vector<std::string> shared;
  for (const auto& [group, splits] : splits_of) {
    if (splits.size() > 1) shared.push_back(group);
  }
  if (!shared.empty()) {
    info_.warnings.push_back(std::to_string(shared.size()) + (shared.size() == 1 ? " group is" : " groups are") +
                             " in more than one split, so validation knows what training saw: " + listed(shared, 5));
  }
}

void LabelledFiles::warn_about_shared_files(const Identities& identities) {
  constexpr auto train = static_cast<std::size_t>(sdk::Split::train);
  std::map<FileIdentity, const sdk::Sample*> trained;
  for (std::size_t i = 0; i < splits_[train].size(); ++i) {
    if (identities[train][i]) trained.emplace(*identities[train][i], &splits_[train][i].sample);
  }
  std::vector<std::string> shared;
  for (std::size_t split = train + 1; split < splits_.size(); ++split) {
    for (std::size_t i = 0; i < splits_[split].size(); ++i) {
      const LabelledFile& file = splits_[split][i];
      const auto& identity = identities[split][i];
      const auto found = identity ? trained.find(*identity) : trained.end();
      if (found == trained.end()) continue;
      const sdk::Sample& other = *found->second;
      if (!other.group.empty() && other.group == file.sample.group) continue;  // reported already
      shared.push_back(file.sample.path.string() + " is " + other.path.string());
    }
  }
  if (shared.empty()) return;
  info_.warnings.push_back(
      std::to_string(shared.size()) +
      (shared.size() == 1 ? " video to evaluate on is a file" : " videos to evaluate on are files") +
      " that training reads too, by the same or another name: " + listed(shared, 3));
}

void LabelledFiles::warn_about_contradictions(const Identities& identities) {
  std::vector<std::string> contradictions;
  for (std::size_t split = 0; split < splits_.size(); ++split) {
    std::map<FileIdentity, const LabelledFile*> first;
    for (std::size_t i = 0; i < splits_[split].size(); ++i) {
      if (!identities[split][i]) continue;
      const LabelledFile& file = splits_[split][i];
      const auto [found, is_new] = first.emplace(*identities[split][i], &file);
      const LabelledFile& other = *found->second;
      if (is_new || other.classes == file.classes) continue;
      if (other.sample.start != file.sample.start || other.sample.end != file.sample.end) continue;
      contradictions.push_back(file.sample.path.string() + " is " + other.sample.path.string());
    }
  }
  if (contradictions.empty()) return;
  info_.warnings.push_back(
      std::to_string(contradictions.size()) +
      (contradictions.size() == 1 ? " file is in several classes" : " files are in several classes") +
      ", by the same or another name: " + listed(contradictions, 3));
}

void describe_frame_rate(sdk::Options& o, double& frame_rate) {
  o("frame_rate", frame_rate)
      .range(0.001, 10000)
      .unit("frames/s")
      .help("frame rate of folders of frames, which do not state one");
}

std::string listed(const std::vector<std::string>& names, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), most); ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > most) text += " and " + std::to_string(names.size() - most) + " more";
  return text;
}

}  // namespace pgt::datasets
