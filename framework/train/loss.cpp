#include "train/loss.hpp"

#include <torch/torch.h>

#include "base/error.hpp"
#include "config/setting_error.hpp"

namespace pgt::train {

config::Loss resolve_loss(config::Loss option, sdk::Task task) {
  const bool one_class = task == sdk::Task::single_label || task == sdk::Task::moments;
  if (option == config::Loss::automatic) {
    return one_class ? config::Loss::cross_entropy : config::Loss::binary_cross_entropy;
  }
  if (option == config::Loss::cross_entropy && !one_class) {
    const std::string wanted = task == sdk::Task::boxes ? "box" : "video";
    throw config::SettingError("train.loss",
                               "train.loss = \"cross_entropy\" takes one class per " + wanted +
                                   ", but the dataset's task is many labels: leave train.loss out, or give "
                                   "binary_cross_entropy");
  }
  return option;
}

at::Tensor activated(const at::Tensor& scores, config::Loss loss) {
  return loss == config::Loss::cross_entropy ? scores.softmax(2) : scores.sigmoid();
}

at::Tensor probabilities(const at::Tensor& scores, config::Loss loss) { return activated(scores, loss).mean(1); }

}  // namespace pgt::train
