#include "eval/video_scores.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "train/loss.hpp"

namespace pgt::eval {

VideoScores::VideoScores(std::size_t videos, sdk::Ensemble ensemble, config::Loss loss)
    : videos_(videos), ensemble_(ensemble), loss_(loss) {}

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
    if (loss_ == config::Loss::binary_cross_entropy) add_moments(step.rows[i], stretches, probabilities);
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

void VideoScores::add_moments(std::size_t row, const std::vector<std::vector<double>>& stretches,
                              const std::vector<double>& probabilities) {
  const walk::ClipChoice& clip = batch_->clips[batch_->rows[row]];
  std::optional<Moments>& moments = videos_[clip.index].moments;
  if (!moments) {
    moments.emplace(clip.sample.start, std::min(clip.sample.end, batch_->requests[row].index->duration()));
  }
  for (const std::vector<double>& stretch : stretches) {
    moments->add(stretch.front(), stretch.back(), probabilities);
  }
}

void VideoScores::end(const std::vector<std::size_t>& rows) {
  for (const std::size_t row : rows) {
    add_clip(videos_[batch_->clips[batch_->rows[row]].index], clips_[row].result());
  }
  batch_ = nullptr;
}

void VideoScores::add_clip(Video& video, std::vector<double> clip) const {
  ++video.clips;
  if (loss_ == config::Loss::cross_entropy) {  // a distribution, whatever the ensemble over steps made of it
    const double sum = std::reduce(clip.begin(), clip.end());
    for (double& p : clip) p /= sum;
  }
  if (video.probabilities.empty()) {
    video.probabilities = std::move(clip);
  } else if (loss_ == config::Loss::cross_entropy) {
    for (std::size_t k = 0; k < clip.size(); ++k) video.probabilities[k] += clip[k];
  } else {
    keep_larger(video.probabilities, clip);
  }
}

std::vector<Moment> VideoScores::moments(std::size_t video) const {
  return videos_[video].moments ? videos_[video].moments->moments() : std::vector<Moment>{};
}

std::vector<double> VideoScores::probabilities(std::size_t index) const {
  const Video& video = videos_[index];
  std::vector<double> probabilities = video.probabilities;
  if (loss_ == config::Loss::cross_entropy) {
    for (double& p : probabilities) p /= static_cast<double>(video.clips);
  }
  return probabilities;
}

}  // namespace pgt::eval
