/// Setting videos aside for validation.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace pgt::datasets {

/// What the choice depends on: nothing else, and not the order of the items.
struct SplitItem {
  std::string name;                   ///< unique
  std::string group;                  ///< items of one group stay together; empty: alone
  std::vector<std::int64_t> classes;  ///< each of which is to get its share
};

/// Which items go to validation: of every class about `fraction` (in [0, 1)), but at least one item and not all of them
/// where the class has two groups or more; of a class with one group, nothing. Equal seeds give equal choices, and an
/// item that is added changes few others.
std::vector<bool> choose_validation(std::span<const SplitItem> items, double fraction, std::uint64_t seed);

}  // namespace pgt::datasets
