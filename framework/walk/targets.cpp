#include "walk/targets.hpp"

#include <torch/torch.h>

#include <iterator>

#include "nn/sent.hpp"
#include "video/picture_box.hpp"

namespace pgt::walk {

std::vector<sdk::Target> targets_of(const ClipBatch& batch, const std::vector<std::size_t>& rows, const sdk::Step& step,
                                    const sdk::Dataset& dataset, sdk::Split split) {
  std::vector<sdk::Target> targets;
  for (const std::size_t row : rows) targets.push_back(batch.target(dataset, split, row, step));
  return targets;
}

StepBoxes step_boxes(const std::vector<sdk::Target>& targets, const ClipBatch& batch,
                     const std::vector<std::size_t>& rows, c10::Device device) {
  StepBoxes boxes;
  std::vector<float> values;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    for (std::size_t number = 0; number < targets[i].boxes.size(); ++number) {
      const auto placed = video::place(targets[i].boxes[number].box, batch.requests[rows[i]].transform);
      if (!placed) continue;
      boxes.origins.push_back({i, number});
      values.insert(values.end(), {static_cast<float>(i), placed->left, placed->top, placed->right, placed->bottom});
    }
  }
  boxes.tensor = nn::sent(torch::tensor(values, torch::kFloat32).view({std::ssize(boxes.origins), 5}), device);
  return boxes;
}

std::vector<sdk::Target> Targets::of_scores() const {
  if (!boxes) return rows;
  std::vector<sdk::Target> of_boxes;
  for (const auto& [target, number] : boxes->origins) of_boxes.push_back({rows[target].boxes[number].classes});
  return of_boxes;
}

}  // namespace pgt::walk
