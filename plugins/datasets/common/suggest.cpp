#include "datasets/common/suggest.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace pgt::datasets {
namespace {

/// Levenshtein distance, one row of the table at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string closest(std::string_view word, std::span<const std::string> candidates) {
  std::string best;
  std::size_t best_distance = 3;
  for (const std::string& candidate : candidates) {
    // "val_videos" means val.
    const bool longer_form = word.size() > candidate.size() && word.starts_with(candidate);
    const std::size_t edits = longer_form ? 1 : distance(word, candidate);
    if (edits < best_distance && edits < std::min(word.size(), candidate.size())) {
      best = candidate;
      best_distance = edits;
    }
  }
  return best;
}

}  // namespace pgt::datasets
