#include "walk/steps.hpp"

#include <utility>

namespace pgt::walk {

Steps::Steps(const PlanWalk& plan, std::int64_t frames, std::vector<sdk::Site> sites, Supply& supply)
    : plan_(plan), frames_(frames), supply_(supply), carry_(std::move(sites), plan.plan().carry) {}

void Steps::walk_along(std::int64_t frames) {
  frames_ = frames;
  along_ = true;
}

void Steps::resume(std::int64_t index, std::vector<std::size_t> rows, const std::map<std::string, at::Tensor>& slots) {
  index_ = index;
  rows_ = std::move(rows);
  gone_ = rows_.empty();
  carry_.restore(slots);
}

void Steps::again() {
  index_ = 0;
  rows_.clear();
  gone_ = false;
  supply_.again();
}

std::optional<Step> Steps::next() {
  std::optional<sdk::Step> plan = plan_.step(index_, frames_);
  Portion portion = gone_ ? Portion{} : supply_.take(index_, plan ? &*plan : nullptr);
  gone_ = portion.rows.empty();
  if (!plan || (gone_ && !along_)) return std::nullopt;
  Step step{index_,
            std::move(*plan),
            plan_.step(index_ + 1, frames_),
            std::move(portion.rows),
            std::move(portion.fragment),
            std::move(portion.targets)};
  if (gone_) {
    ++index_;
    return step;
  }
  step.fragment.head_bins = plan_.plan().head_bins;
  if (index_ > 0 && step.rows != rows_) carry_.keep_rows(places_of(step.rows, rows_));
  carry_.begin_step(index_ == 0, step.plan, step.following ? &*step.following : nullptr, std::ssize(step.rows));
  rows_ = step.rows;
  ++index_;
  return step;
}

}  // namespace pgt::walk
