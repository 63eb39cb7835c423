#include "walk/batch_walk.hpp"

#include <numeric>
#include <utility>

namespace pgt::walk {

BatchWalk::BatchWalk(ClipBatch& batch, std::vector<sdk::Site> sites, const config::DataOptions& data,
                     c10::Device device)
    : batch_(batch),
      carry_(std::move(sites), batch.walk.plan().carry),
      data_(data),
      device_(device),
      alive_(batch.requests.size()) {
  std::iota(alive_.begin(), alive_.end(), std::size_t{0});
}

std::optional<BatchWalk::Step> BatchWalk::next() {
  const video::Frames frames = batch_.stream->next();
  failed_.insert(failed_.end(), frames.failed.begin(), frames.failed.end());
  if (frames.rows.empty()) return std::nullopt;
  if (frames.rows != alive_) {
    carry_.keep_rows(places_of(frames.rows, alive_));
    alive_ = frames.rows;
  }
  const PlanWalk& walk = batch_.walk;
  const std::optional<sdk::Step> following = walk.step(index_ + 1, batch_.frames);
  carry_.begin_step(index_ == 0, *walk.step(index_, batch_.frames), following ? &*following : nullptr);
  Step step{index_, alive_, to_fragment(frames, walk, index_, batch_.frames, data_, device_)};
  ++index_;
  return step;
}

}  // namespace pgt::walk
