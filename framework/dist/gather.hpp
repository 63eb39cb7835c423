/// Values from rank to rank.
#pragma once

#include <utility>
#include <vector>

#include "base/packing.hpp"
#include "dist/group.hpp"

namespace pgt::dist {

/// The values of all ranks, by rank, on each of them. All ranks call it.
template <typename T>
std::vector<T> gather(Group& group, T own) {
  std::vector<T> all;
  if (group.alone()) {
    all.push_back(std::move(own));
    return all;
  }
  for (const std::string& bytes : group.gather(packed(own))) all.push_back(unpacked<T>(bytes));
  return all;
}

}  // namespace pgt::dist
