#include "cli/engine/check_frozen.hpp"

#include <torch/torch.h>

#include <cstdio>

#include "base/error.hpp"

namespace pgt::cli {

FrozenParts::FrozenParts(const session::Session& session) : session_(session) {
  for (const nn::Parameter& statistic : session.frozen.statistics) {
    statistics_.emplace(statistic.name, statistic.tensor.detach().clone());
  }
}

void FrozenParts::check() const {
  const auto fail = [&](const std::string& what) {
    throw Error(ExitCode::plugin, "plugin " + session_.backbone_plugin + ": " + what +
                                      " in training, although train.freeze freezes it: a frozen module must stay in "
                                      "evaluation mode (sdk::FreezableBackbone)");
  };
  const nn::Frozen& frozen = session_.frozen;
  if (frozen.parameters.empty()) return;
  for (const nn::Parameter& parameter : frozen.parameters) {
    if (parameter.tensor.grad().defined()) fail(parameter.name + " got a gradient");
  }
  for (const nn::Parameter& statistic : frozen.statistics) {
    if (!torch::equal(statistic.tensor, statistics_.at(statistic.name))) fail(statistic.name + " moved");
  }
  std::printf("frozen no gradient for %zu tensors; %zu statistics of normalisations stay\n", frozen.parameters.size(),
              frozen.statistics.size());
}

}  // namespace pgt::cli
