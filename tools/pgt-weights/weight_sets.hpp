/// The sets of weights that a file holds. Most hold one; others also the weights' moving average, or a teacher's.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "contents.hpp"

namespace pgt::weights {

struct WeightSet {
  std::string group;                   ///< of all its tensors
  std::string prefix;                  ///< what comes before their names there: a wrapper's "module.", or "ema_model."
  std::vector<NamedTensor> tensors{};  ///< without the prefix

  /// How people name it: "state_dict_ema", "state_dict.ema_model"; "top" for one without group and prefix.
  std::string name() const;
};

/// Those whose names, without the prefix, are the network's under some naming, the one with most of them first; the
/// others have at least half as many. Where no name is known, the usual set alone. Never empty for a file that holds
/// tensors.
std::vector<WeightSet> weight_sets(const std::vector<NamedTensor>& file, const std::set<std::string>& network);

/// Of the group that such files keep weights in, or else of the largest; without the "module." or "model." that is
/// before every name.
WeightSet usual_set(const std::vector<NamedTensor>& file);

/// The names of what is in none of the sets and not an optimizer's either.
std::vector<std::string> beside(const std::vector<NamedTensor>& file, const std::vector<WeightSet>& sets);

/// The set that a user calls `wanted`, the first where that is empty. Throws Error(usage) that lists the names.
const WeightSet& choose(const std::vector<WeightSet>& sets, const std::string& wanted);

/// What to say where there are several: which is taken, which others there are, and how to take those. Else empty.
std::string describe_choice(const std::vector<WeightSet>& sets, const WeightSet& taken);

}  // namespace pgt::weights
