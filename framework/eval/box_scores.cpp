#include "eval/box_scores.hpp"

#include <torch/torch.h>

#include <utility>

#include "dist/gather.hpp"
#include "train/loss.hpp"

namespace pgt::sdk {

template <typename Archive>
void members(Archive& archive, Box& box) {
  archive(box.left, box.top, box.right, box.bottom);
}

template <typename Archive>
void members(Archive& archive, LabelledBox& box) {
  archive(box.box, box.classes);
}

}  // namespace pgt::sdk

namespace pgt::eval {

template <typename Archive>
void members(Archive& archive, ScoredBox& box) {
  archive(box.number, box.box, box.scores);
}

template <typename Archive>
void members(Archive& archive, KeyFrame& frame) {
  archive(frame.truth, frame.found);
}

BoxScores::BoxScores(std::size_t samples, sdk::Ensemble ensemble, config::Loss loss)
    : last_step_alone_(ensemble == sdk::Ensemble::last), loss_(loss), samples_(samples) {}

void BoxScores::begin(const walk::ClipBatch& batch) {
  batch_ = &batch;
  clips_.assign(batch.requests.size(), {});
}

void BoxScores::take(const walk::Step& step, const at::Tensor& scores) {
  std::vector<Sight> sights;
  for (const sdk::Target& target : step.targets.rows) sights.push_back({target.key_frame, {target.truth, {}}});
  const at::Tensor values = train::probabilities(scores, loss_).to(torch::kCPU, torch::kFloat32).contiguous();
  const std::vector<walk::StepBoxes::Origin>& origins = step.targets.boxes->origins;
  for (std::size_t i = 0; i < origins.size(); ++i) {
    const auto& [target, number] = origins[i];
    const float* row = values[static_cast<std::int64_t>(i)].data_ptr<float>();
    sights[target].frame.found.push_back({static_cast<std::int64_t>(number),
                                          step.targets.rows[target].boxes[number].box,
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

void BoxScores::gather(dist::Group& group) {
  if (group.alone()) return;
  for (Sights& part : dist::gather(group, std::exchange(samples_, Sights(samples_.size())))) {
    for (std::size_t sample = 0; sample < part.size(); ++sample) {  // each is scored by one rank
      if (!part[sample].empty()) samples_[sample] = std::move(part[sample]);
    }
  }
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
