#include "weight_sets.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "base/error.hpp"
#include "base/text.hpp"
#include "recognise.hpp"

namespace pgt::weights {
namespace {

constexpr std::size_t most_wrappers = 4;
constexpr std::size_t least_share = 5;  ///< a wrapper is before at least one of so many of a group's tensors
constexpr std::array usual_groups{"model_state", "state_dict", "model", "module", "blobs"};

/// What wrappers put into the middle of names, where no network has it.
constexpr std::array inner_wrappers{"_orig_mod.", "_fsdp_wrapped_module.", "_checkpoint_wrapped_module."};

std::string unwrapped(std::string name) {
  for (const std::string wrapper : inner_wrappers) {
    for (std::size_t place; (place = name.find(wrapper)) != std::string::npos;) name.erase(place, wrapper.size());
  }
  return name;
}

/// An optimizer's averages of gradients have the weights' names and shapes, but are not weights.
bool holds_no_weights(const std::string& path) {
  return std::ranges::any_of(std::array{"optim", "momentum", "exp_avg", "grad"},
                             [&](const char* word) { return path.find(word) != std::string::npos; });
}

using Groups = std::map<std::string, std::vector<NamedTensor>>;

Groups groups_of(const std::vector<NamedTensor>& file) {
  Groups groups;
  for (const NamedTensor& tensor : file) {
    groups[tensor.group].push_back({tensor.group, unwrapped(tensor.name), tensor.tensor});
  }
  return groups;
}

/// The place among the usual groups.
std::size_t rank_of(const std::string& group) {
  return static_cast<std::size_t>(std::ranges::find(usual_groups, group) - usual_groups.begin());
}

std::vector<NamedTensor> without_prefix(const std::vector<NamedTensor>& tensors, const std::string& prefix) {
  std::vector<NamedTensor> found;
  for (const NamedTensor& tensor : tensors) {
    if (!tensor.name.starts_with(prefix)) continue;
    found.push_back(tensor);
    found.back().name.erase(0, prefix.size());
  }
  return found;
}

/// The beginnings, up to a dot, of many of the names; the empty one too.
std::vector<std::string> prefixes_of(const std::vector<NamedTensor>& tensors) {
  std::map<std::string, std::size_t> counts;
  for (const NamedTensor& tensor : tensors) {
    std::size_t dot = std::string::npos;
    for (std::size_t i = 0; i < most_wrappers && (dot = tensor.name.find('.', dot + 1)) != std::string::npos; ++i) {
      ++counts[tensor.name.substr(0, dot + 1)];
    }
  }
  std::vector<std::string> prefixes{""};
  for (const auto& [prefix, count] : counts) {
    if (count * least_share >= tensors.size()) prefixes.push_back(prefix);
  }
  return prefixes;
}

struct Candidate {
  WeightSet set;
  Recognised recognised;

  std::size_t known() const { return std::max(recognised.of_network, recognised.ours); }
};

/// Of the same weights, those that training changed itself come first.
bool is_averaged(const std::string& name) {
  return std::ranges::any_of(std::array{"ema", "avg", "averag", "swa", "teacher"},
                             [&](const char* word) { return name.find(word) != std::string::npos; });
}

bool is_better(const Candidate& a, const Candidate& b) {
  const auto order = [](const Candidate& c) {
    return std::make_tuple(-static_cast<std::ptrdiff_t>(c.recognised.of_network),
                           -static_cast<std::ptrdiff_t>(c.recognised.ours), is_averaged(c.set.name()),
                           rank_of(c.set.group), c.set.group.size() + c.set.prefix.size(), c.set.name());
  };
  return order(a) < order(b);
}

bool overlap(const WeightSet& a, const WeightSet& b) {
  return a.group == b.group && (a.prefix.starts_with(b.prefix) || b.prefix.starts_with(a.prefix));
}

}  // namespace

std::string WeightSet::name() const {
  std::string name = group + (group.empty() || prefix.empty() ? "" : ".") + prefix;
  if (name.ends_with('.')) name.pop_back();
  return name.empty() ? "top" : name;
}

WeightSet usual_set(const std::vector<NamedTensor>& file) {
  const Groups groups = groups_of(file);
  const auto chosen = std::min_element(groups.begin(), groups.end(), [](const auto& a, const auto& b) {
    return std::make_tuple(rank_of(a.first), -static_cast<std::ptrdiff_t>(a.second.size())) <
           std::make_tuple(rank_of(b.first), -static_cast<std::ptrdiff_t>(b.second.size()));
  });
  WeightSet set{chosen->first, "", chosen->second};
  for (const std::string prefix : {"module.", "model."}) {  // of a wrapper for several devices, of a trainer
    const bool all = std::ranges::all_of(set.tensors, [&](const auto& t) { return t.name.starts_with(prefix); });
    if (all) set = {set.group, set.prefix + prefix, without_prefix(set.tensors, prefix)};
  }
  return set;
}

std::vector<WeightSet> weight_sets(const std::vector<NamedTensor>& file, const std::set<std::string>& network) {
  std::vector<Candidate> candidates;
  std::size_t most_known = 0;
  for (const auto& [group, tensors] : groups_of(file)) {
    if (holds_no_weights(group) || 2 * tensors.size() < most_known) continue;
    for (const std::string& prefix : prefixes_of(tensors)) {
      Candidate candidate{{group, prefix, without_prefix(tensors, prefix)}, {}};
      candidate.recognised = recognise(candidate.set.tensors, network);
      most_known = std::max(most_known, candidate.known());
      if (candidate.known() > 0) candidates.push_back(std::move(candidate));
    }
  }
  std::sort(candidates.begin(), candidates.end(), is_better);
  std::vector<WeightSet> sets;
  for (Candidate& candidate : candidates) {
    if (2 * candidate.known() < candidates.front().known()) continue;
    if (std::ranges::any_of(sets, [&](const WeightSet& set) { return overlap(set, candidate.set); })) continue;
    sets.push_back(std::move(candidate.set));
  }
  if (sets.empty()) sets.push_back(usual_set(file));
  return sets;
}

std::vector<std::string> beside(const std::vector<NamedTensor>& file, const std::vector<WeightSet>& sets) {
  std::vector<std::string> names;
  for (const NamedTensor& tensor : file) {
    const bool in_a_set = std::ranges::any_of(sets, [&](const WeightSet& set) {
      return set.group == tensor.group && unwrapped(tensor.name).starts_with(set.prefix);
    });
    const std::string path = tensor.group + (tensor.group.empty() ? "" : ".") + tensor.name;
    if (!in_a_set && !holds_no_weights(path)) names.push_back(path);
  }
  return names;
}

const WeightSet& choose(const std::vector<WeightSet>& sets, const std::string& wanted) {
  if (wanted.empty()) return sets.front();
  std::vector<std::string> names;
  for (const WeightSet& set : sets) {
    if (set.name() == wanted) return set;
    names.push_back(set.name());
  }
  throw Error(ExitCode::usage, "--weights " + wanted + ": the file holds " + join(names, ", "));
}

std::string describe_choice(const std::vector<WeightSet>& sets, const WeightSet& taken) {
  if (sets.size() == 1) return "";
  std::vector<std::string> others;
  for (const WeightSet& set : sets) {
    if (&set != &taken) others.push_back(printable(set.name()));
  }
  return "the file holds " + std::to_string(sets.size()) + " sets of weights: taken is " + printable(taken.name()) +
         ", not taken " + join(others, ", ") + " (--weights " + others.front() + " takes that)";
}

}  // namespace pgt::weights
