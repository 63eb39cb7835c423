#include "datasets/common/split.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace pgt::datasets {
namespace {

/// Items that stay together.
struct Group {
  std::uint64_t rank = 0;
  std::string name;
  std::vector<std::size_t> items;
  std::map<std::int64_t, std::int64_t> per_class;
};

/// What validation has of a class, and is to have.
struct Share {
  std::int64_t items = 0, groups = 0, wanted = 0, chosen = 0;
};

/// FNV-1a over the name, then the finish of splitmix64: similar names get ranks that have nothing in common.
std::uint64_t rank_of(const std::string& name, std::uint64_t seed) {
  std::uint64_t hash = 0xcbf29ce484222325ULL ^ (seed * 0x9e3779b97f4a7c15ULL);
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9ULL;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebULL;
  return hash ^ (hash >> 31);
}

std::vector<Group> make_groups(std::span<const SplitItem> items, std::uint64_t seed) {
  std::map<std::pair<bool, std::string>, Group> by_name;  // a group may be called like an item
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool alone = items[i].group.empty();
    Group& group = by_name[{alone, alone ? items[i].name : items[i].group}];
    group.items.push_back(i);
    for (const std::int64_t index : items[i].classes) ++group.per_class[index];
  }
  std::vector<Group> groups;
  for (auto& [key, group] : by_name) {
    group.name = key.second;
    group.rank = rank_of(group.name, seed);
    groups.push_back(std::move(group));
  }
  std::sort(groups.begin(), groups.end(),
            [](const Group& a, const Group& b) { return std::tie(a.rank, a.name) < std::tie(b.rank, b.name); });
  return groups;
}

/// By how much the shares come nearer to what is wanted with this group in validation.
std::int64_t gain(const Group& group, const std::map<std::int64_t, Share>& shares) {
  std::int64_t gain = 0;
  for (const auto& [index, count] : group.per_class) {
    const Share& share = shares.at(index);
    if (share.chosen + count >= share.items) return -1;  // nothing would be left to train
    gain += std::abs(share.wanted - share.chosen) - std::abs(share.wanted - share.chosen - count);
  }
  return gain;
}

}  // namespace

std::vector<bool> choose_validation(std::span<const SplitItem> items, double fraction, std::uint64_t seed) {
  std::vector<bool> chosen(items.size(), false);
  if (fraction <= 0) return chosen;
  const std::vector<Group> groups = make_groups(items, seed);

  std::map<std::int64_t, Share> shares;
  for (const Group& group : groups) {
    for (const auto& [index, count] : group.per_class) {
      shares[index].items += count;
      ++shares[index].groups;
    }
  }
  for (auto& [index, share] : shares) {
    const auto exact = static_cast<std::int64_t>(std::lround(fraction * static_cast<double>(share.items)));
    share.wanted = share.groups < 2 ? 0 : std::clamp<std::int64_t>(exact, 1, share.items - 1);
  }
  const auto take = [&](const Group& group) {
    for (const auto& [index, count] : group.per_class) shares[index].chosen += count;
    for (const std::size_t item : group.items) chosen[item] = true;
  };
  for (const Group& group : groups) {
    if (gain(group, shares) > 0) take(group);
  }
  // A class whose groups are all larger than its share still gets the smallest of them.
  for (const auto& [index, share] : shares) {
    if (share.wanted == 0 || share.chosen > 0) continue;
    const Group* smallest = nullptr;
    for (const Group& group : groups) {
      if (!group.per_class.contains(index) || chosen[group.items.front()]) continue;
      const bool leaves_some = std::all_of(group.per_class.begin(), group.per_class.end(), [&](const auto& entry) {
        return shares.at(entry.first).chosen + entry.second < shares.at(entry.first).items;
      });
      if (leaves_some && (smallest == nullptr || group.items.size() < smallest->items.size())) smallest = &group;
    }
    if (smallest != nullptr) take(*smallest);
  }
  return chosen;
}

}  // namespace pgt::datasets
