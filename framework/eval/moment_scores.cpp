#include "eval/moment_scores.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <utility>

#include "train/loss.hpp"
#include "walk/moments.hpp"

namespace pgt::eval {

at::Tensor moment_probabilities(const at::Tensor& scores, config::Loss loss) {
  return train::activated(scores, loss).to(torch::kCPU, torch::kFloat32).contiguous();
}

void MomentScores::take(const walk::Step& step, const at::Tensor& scores) {
  const at::Tensor values = moment_probabilities(scores, loss_);
  const std::int64_t moments = values.size(1);
  const auto classes = static_cast<std::size_t>(values.size(2));
  const sdk::FrameRange frames = batch_->walk.new_frames(step.plan);
  for (std::size_t i = 0; i < step.rows.size(); ++i) {
    const std::vector<walk::MomentPart> parts = walk::moment_parts(*batch_, step.rows[i], step.plan, moments);
    const double seconds = (parts.front().end - parts.front().begin) * static_cast<double>(moments);
    MomentGathering& gathering =
        gathering_of(step.rows[i], seconds / static_cast<double>(frames.end - frames.begin), classes);
    const float* row = values[static_cast<std::int64_t>(i)].data_ptr<float>();
    for (const walk::MomentPart& part : parts) {
      if (part.shown) gathering.add(part.begin, part.end, {row, classes});
      row += classes;
    }
  }
}

MomentGathering& MomentScores::gathering_of(std::size_t row, double frame, std::size_t classes) {
  const walk::ClipChoice& clip = batch_->clip_of(row);
  std::optional<MomentGathering>& gathering = videos_[clip.index];
  if (!gathering) {
    const double end = std::min(clip.sample.end, batch_->requests[row].index->duration());
    gathering.emplace(clip.sample.start, end, rate_ > 0 ? rate_ : 1 / frame, classes);
  }
  return *gathering;
}

MomentTrack MomentScores::take_track(std::size_t video) {
  return std::exchange(videos_[video], std::nullopt)->take_track();
}

}  // namespace pgt::eval
