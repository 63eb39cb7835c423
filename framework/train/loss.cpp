#include "train/loss.hpp"

#include <torch/torch.h>

#include "base/error.hpp"

namespace pgt::train {
namespace {

void check_label(std::int64_t label, std::int64_t classes) {
  if (label >= 0 && label < classes) return;
  throw Error(ExitCode::data, "the data set gives a video the label " + std::to_string(label) + ", but it has " +
                                  std::to_string(classes) + " classes (0 to " + std::to_string(classes - 1) + ")");
}

at::Tensor class_indices(const std::vector<sdk::Target>& targets, std::int64_t classes) {
  std::vector<std::int64_t> labels;
  for (const sdk::Target& target : targets) {
    if (target.classes.size() != 1) {
      throw Error(ExitCode::data, "the data set gives a video " + std::to_string(target.classes.size()) +
                                      " labels, but train.loss = \"cross_entropy\" takes exactly one: use "
                                      "\"binary_cross_entropy\"");
    }
    check_label(target.classes.front(), classes);
    labels.push_back(target.classes.front());
  }
  return torch::tensor(labels, torch::kInt64);
}

at::Tensor multi_hot(const std::vector<sdk::Target>& targets, std::int64_t classes, at::ScalarType type) {
  at::Tensor present = torch::zeros({static_cast<std::int64_t>(targets.size()), classes}, torch::kFloat64);
  auto values = present.accessor<double, 2>();
  for (std::size_t row = 0; row < targets.size(); ++row) {
    for (const std::int64_t label : targets[row].classes) {
      check_label(label, classes);
      values[static_cast<std::int64_t>(row)][label] = 1;
    }
  }
  return present.to(type);
}

}  // namespace

config::Loss resolve_loss(config::Loss option, sdk::Task task) {
  const bool one_class = task == sdk::Task::single_label || task == sdk::Task::moments;
  if (option == config::Loss::automatic) {
    return one_class ? config::Loss::cross_entropy : config::Loss::binary_cross_entropy;
  }
  if (option == config::Loss::cross_entropy && !one_class) {
    const std::string wanted = task == sdk::Task::boxes ? "box" : "video";
    throw Error(ExitCode::config, "train.loss = \"cross_entropy\" takes one class per " + wanted +
                                      ", but the data set's task is many labels: leave train.loss out, or give "
                                      "binary_cross_entropy");
  }
  return option;
}

at::Tensor target_tensor(const std::vector<sdk::Target>& targets, std::int64_t classes, config::Loss loss,
                         at::ScalarType type) {
  return loss == config::Loss::cross_entropy ? class_indices(targets, classes) : multi_hot(targets, classes, type);
}

at::Tensor loss_per_score(const at::Tensor& scores, const at::Tensor& target, config::Loss loss) {
  if (loss == config::Loss::cross_entropy) {
    return at::cross_entropy_loss(scores, target, /*weight=*/{}, at::Reduction::None);
  }
  return at::binary_cross_entropy_with_logits(scores, target, /*weight=*/{}, /*pos_weight=*/{}, at::Reduction::None)
      .mean(1);
}

at::Tensor probabilities(const at::Tensor& scores, config::Loss loss) {
  return (loss == config::Loss::cross_entropy ? scores.softmax(2) : scores.sigmoid()).mean(1);
}

}  // namespace pgt::train
