#include "train/attempt.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace pgt::train {

Attempt::Attempt(dist::Group& group, std::int64_t rows, bool goes_on)
    : group_(group), rows_(std::max<std::int64_t>(rows, 1)), agrees_(goes_on && !group.alone()) {}

void Attempt::part(const std::function<void()>& work) {
  if (full_) return;
  try {
    nn::naming_full_memory(work);
  } catch (const nn::FullMemory& full) {
    full_.emplace(full.what(), rows_);
  }
  if (full_ && !agrees_) throw nn::FullMemory(*full_);
}

void Attempt::end() const {
  if (!agrees_) return;
  std::vector<double> rows(static_cast<std::size_t>(group_.size()));  // of each rank, where it ran out
  if (full_) rows[static_cast<std::size_t>(group_.rank())] = static_cast<double>(rows_);
  group_.sum(rows);
  const auto most = std::ranges::max_element(rows);
  if (*most == 0) return;
  const std::string other = "memory ran out on rank " + std::to_string(most - rows.begin());
  throw nn::FullMemory(full_ ? full_->what() : other, static_cast<std::int64_t>(*most));
}

}  // namespace pgt::train
