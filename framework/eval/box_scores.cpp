#include "eval/box_scores.hpp"

#include <torch/torch.h>

#include <utility>

#include "train/loss.hpp"

namespace pgt::eval {

BoxScores::BoxScores(const sdk::Dataset& dataset, sdk::Split split, sdk::Ensemble ensemble, config::Loss loss)
    : dataset_(dataset),
      split_(split),
      last_step_alone_(ensemble == sdk::Ensemble::last),
      loss_(loss),
      samples_(dataset.size(split)) {}

void BoxScores::begin(const walk::ClipBatch& batch) {
  batch_ = &batch;
  clips_.assign(batch.requests.size(), {});
}

void BoxScores::prepare(walk::BatchWalk::Step& step) {
  const sdk::Step planned = *batch_->walk.step(step.index, batch_->frames);
  targets_ = walk::targets_of(*batch_, step.rows, planned, dataset_, split_);
  boxes_ = walk::step_boxes(targets_, *batch_, step.rows, step.fragment.frames.front().device());
  step.fragment.boxes = boxes_.tensor;
}

void BoxScores::take(const walk::BatchWalk::Step& step, const at::Tensor& scores) {
  std::vector<Sight> sights;
  for (sdk::Target& target : targets_) sights.push_back({target.key_frame, {std::move(target.truth), {}}});
  const at::Tensor values = train::probabilities(scores, loss_).to(torch::kCPU, torch::kFloat32).contiguous();
  for (std::size_t i = 0; i < boxes_.origins.size(); ++i) {
    const auto& [target, number] = boxes_.origins[i];
    const float* row = values[static_cast<std::int64_t>(i)].data_ptr<float>();
    sights[target].frame.found.push_back({static_cast<std::int64_t>(number), targets_[target].boxes[number].box,
                                          std::vector<float>(row, row + values.size(1))});
  }
  for (std::size_t i = 0; i < step.rows.size(); ++i) {
    std::vector<Sight>& clip = clips_[step.rows[i]];
    if (last_step_alone_) clip.clear();
    clip.push_back(std::move(sights[i]));
  }
}

void BoxScores::end(const std::vector<std::size_t>& rows) {
  for (const std::size_t row : rows) {
    std::vector<Sight>& sample = samples_[batch_->clips[batch_->rows[row]].index];
    for (Sight& sight : clips_[row]) sample.push_back(std::move(sight));
  }
  batch_ = nullptr;
}

KeyFrames BoxScores::key_frames(const std::vector<std::size_t>& samples) const {
  KeyFrames frames;
  for (const std::size_t sample : samples) {
    for (const auto& [name, seen] : samples_[sample]) {
      KeyFrame& frame = frames[name];
      frame.truth = seen.truth;
      frame.found.insert(frame.found.end(), seen.found.begin(), seen.found.end());
    }
  }
  merge_boxes(frames);
  return frames;
}

}  // namespace pgt::eval
