#include "eval/video_scores.hpp"

#include <torch/torch.h>

#include <algorithm>

#include "train/loss.hpp"

namespace pgt::eval {

VideoScores::VideoScores(std::size_t videos, sdk::Ensemble ensemble, config::Loss loss)
    : videos_(videos, Video{.clips = ClipEnsemble(loss)}), ensemble_(ensemble), loss_(loss) {}

void VideoScores::begin(const walk::ClipBatch& batch) {
  batch_ = &batch;
  clips_.assign(batch.requests.size(), StepEnsemble(ensemble_));
}

void VideoScores::take(const walk::Step& step, const at::Tensor& scores) {
  const at::Tensor values = train::probabilities(scores, loss_).to(torch::kCPU, torch::kFloat64).contiguous();
  for (std::size_t i = 0; i < step.rows.size(); ++i) {
    const double* row = values[static_cast<std::int64_t>(i)].data_ptr<double>();
    const std::vector<double> probabilities(row, row + values.size(1));
    const std::vector<std::vector<double>> stretches = batch_->window_seconds(step.rows[i], step.plan);
    add_seconds(step.rows[i], stretches);
    if (loss_ == config::Loss::binary_cross_entropy) add_localised(step.rows[i], stretches, probabilities);
    clips_[step.rows[i]].add(probabilities);
  }
}

void VideoScores::add_seconds(std::size_t row, const std::vector<std::vector<double>>& stretches) {
  std::optional<Seen>& seen = videos_[batch_->clips[batch_->rows[row]].index].seen;
  for (const std::vector<double>& stretch : stretches) {
    if (!seen) seen = {stretch.front(), stretch.back()};
    seen->first = std::min(seen->first, stretch.front());
    seen->last = std::max(seen->last, stretch.back());
  }
}

void VideoScores::add_localised(std::size_t row, const std::vector<std::vector<double>>& stretches,
                                const std::vector<double>& probabilities) {
  const walk::ClipChoice& clip = batch_->clips[batch_->rows[row]];
  std::optional<Localisation>& localisation = videos_[clip.index].localisation;
  if (!localisation) {
    localisation.emplace(clip.sample.start, std::min(clip.sample.end, batch_->requests[row].index->duration()));
  }
  for (const std::vector<double>& stretch : stretches) {
    localisation->add(stretch.front(), stretch.back(), probabilities);
  }
}

void VideoScores::end(const std::vector<std::size_t>& rows) {
  for (const std::size_t row : rows) {
    videos_[batch_->clips[batch_->rows[row]].index].clips.add(clips_[row].result());
  }
  batch_ = nullptr;
}

std::vector<LocalisedSecond> VideoScores::localised(std::size_t video) const {
  return videos_[video].localisation ? videos_[video].localisation->seconds() : std::vector<LocalisedSecond>{};
}

}  // namespace pgt::eval
