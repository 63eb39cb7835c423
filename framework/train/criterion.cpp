#include "train/criterion.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "nn/sent.hpp"
#include "train/loss.hpp"

namespace pgt::train {
namespace {

void check_label(std::int64_t label, std::int64_t classes) {
  if (label >= 0 && label < classes) return;
  throw Error(ExitCode::data, "the dataset gives a video the label " + std::to_string(label) + ", but it has " +
                                  std::to_string(classes) + " classes (0 to " + std::to_string(classes - 1) + ")");
}

at::Tensor class_indices(const std::vector<sdk::Target>& targets, std::int64_t classes) {
  std::vector<std::int64_t> labels;
  for (const sdk::Target& target : targets) {
    if (target.classes.size() != 1) {
      throw Error(ExitCode::data, "the dataset gives a video " + std::to_string(target.classes.size()) +
                                      " labels, but train.loss = \"cross_entropy\" takes exactly one: use "
                                      "\"binary_cross_entropy\"");
    }
    check_label(target.classes.front(), classes);
    labels.push_back(target.classes.front());
  }
  return torch::tensor(labels, torch::kInt64);
}

at::Tensor multi_hot(const std::vector<sdk::Target>& targets, std::int64_t classes) {
  at::Tensor present = torch::zeros({static_cast<std::int64_t>(targets.size()), classes}, torch::kFloat64);
  auto values = present.accessor<double, 2>();
  for (std::size_t row = 0; row < targets.size(); ++row) {
    for (const std::int64_t label : targets[row].classes) {
      check_label(label, classes);
      values[static_cast<std::int64_t>(row)][label] = 1;
    }
  }
  return present;
}

/// The weights of the run file's table.
std::vector<double> table_weights(const std::map<std::string, double>& table, const std::vector<std::string>& classes) {
  std::vector<double> weights;
  for (const std::string& name : classes) {
    const auto found = table.find(name);
    weights.push_back(found == table.end() ? 1 : found->second);
  }
  return weights;
}

std::optional<at::Tensor> given(const at::Tensor& tensor) {
  return tensor.defined() ? std::optional(tensor) : std::nullopt;
}

}  // namespace

Criterion::Criterion(config::Loss loss, std::int64_t classes, double smoothing, const std::vector<double>& weights)
    : loss_(loss), classes_(classes), smoothing_(smoothing) {
  if (!weights.empty()) weights_ = torch::tensor(weights, torch::kFloat64);
}

at::Tensor Criterion::targets(const std::vector<sdk::Target>& targets, const at::Tensor& scores) const {
  if (loss_ == config::Loss::cross_entropy) return nn::sent(class_indices(targets, classes_), scores.device());
  return nn::sent(multi_hot(targets, classes_).to(scores.scalar_type()), scores.device());
}

Losses Criterion::of(const at::Tensor& scores, const at::Tensor& targets) const {
  const bool one_label = loss_ == config::Loss::cross_entropy;
  return {one_label ? cross_entropy(scores, targets) : binary_cross_entropy(scores, targets), weights(targets, scores)};
}

at::Tensor Criterion::weights(const at::Tensor& targets, const at::Tensor& scores) const {
  if (!weights_.defined() || loss_ != config::Loss::cross_entropy) {
    return at::ones({targets.size(0)}, scores.options().requires_grad(false));
  }
  return class_weights(scores).index_select(0, targets);
}

at::Tensor Criterion::class_weights(const at::Tensor& scores) const {
  return weights_.defined() ? nn::sent(weights_.to(scores.scalar_type()), scores.device()) : at::Tensor();
}

at::Tensor Criterion::cross_entropy(const at::Tensor& scores, const at::Tensor& targets) const {
  return at::cross_entropy_loss(scores, targets, given(class_weights(scores)), at::Reduction::None,
                                /*ignore_index=*/-100, smoothing_);
}

at::Tensor Criterion::binary_cross_entropy(const at::Tensor& scores, const at::Tensor& targets) const {
  const at::Tensor smooth = smoothing_ > 0 ? targets * (1 - smoothing_) + smoothing_ / 2 : targets;
  return at::binary_cross_entropy_with_logits(scores, smooth, /*weight=*/{}, given(class_weights(scores)),
                                              at::Reduction::None)
      .mean(1);
}

Criterion make_criterion(const config::TrainOptions& options, const sdk::DatasetInfo& data,
                         const std::function<walk::LabelCounts()>& count) {
  const config::Loss loss = resolve_loss(options.loss, data.task);
  std::vector<double> weights;
  if (options.class_weights == config::ClassWeights::balanced) {
    weights = balanced_weights(loss, count());
  } else if (options.class_weights == config::ClassWeights::table) {
    weights = table_weights(options.class_weight_table, data.classes);
  }
  return {loss, std::ssize(data.classes), options.label_smoothing, weights};
}

std::vector<double> balanced_weights(config::Loss loss, const walk::LabelCounts& counts) {
  const auto there = std::ranges::count_if(counts.present, [](std::size_t present) { return present > 0; });
  std::vector<double> weights;
  for (const std::size_t present : counts.present) {
    const auto of = static_cast<double>(present), all = static_cast<double>(counts.all);
    const bool alike = present == 0 || (loss != config::Loss::cross_entropy && present == counts.all);
    weights.push_back(alike                                 ? 1
                      : loss == config::Loss::cross_entropy ? all / (static_cast<double>(there) * of)
                                                            : (all - of) / of);
  }
  return weights;
}

}  // namespace pgt::train
