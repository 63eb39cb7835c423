#include "train/group_rule.hpp"

#include <torch/torch.h>

#include <utility>

#include "base/error.hpp"

namespace pgt::train {
namespace {

at::Tensor zeros_for(const at::Tensor& parameter, const StateTensor& state) {
  if (state.count) return torch::zeros({}, parameter.options().dtype(torch::kFloat).requires_grad(false));
  return at::zeros_like(parameter.detach());
}

}  // namespace

GroupRule::GroupRule(std::vector<ParameterGroup> groups, std::vector<StateTensor> state) : state_(std::move(state)) {
  for (ParameterGroup& from : groups) {
    Group& group = groups_.emplace_back(Group{from.weight_decay, from.learning_rate, {}});
    for (nn::Parameter& parameter : from.parameters) {
      if (!parameter.tensor.is_non_overlapping_and_dense()) {
        throw Error(ExitCode::plugin, "parameter " + parameter.name +
                                          " is a view with gaps, which no optimizer can update: register a tensor of "
                                          "its own");
      }
      group.members.push_back({std::move(parameter), {}});
    }
  }
}

void GroupRule::update(double learning_rate) {
  const at::NoGradGuard no_gradient;
  for (Group& group : groups_) {
    Batch batch = with_gradients(group);
    if (!batch.weights.empty()) apply(batch, learning_rate * group.learning_rate);
  }
}

GroupRule::Batch GroupRule::with_gradients(Group& group) const {
  Batch batch{group.weight_decay, {}, {}, {}};
  batch.state.resize(state_.size());
  for (Member& member : group.members) {
    const at::Tensor& tensor = member.parameter.tensor;
    if (!tensor.grad().defined()) continue;
    if (member.state.empty()) {
      for (const StateTensor& state : state_) member.state.push_back(zeros_for(tensor, state));
    }
    batch.weights.push_back(tensor);
    batch.gradients.push_back(same_layout(tensor, tensor.grad()));
    for (std::size_t i = 0; i < state_.size(); ++i) {
      if (!state_[i].count) member.state[i] = same_layout(tensor, member.state[i]);
      batch.state[i].push_back(member.state[i]);
    }
  }
  return batch;
}

std::int64_t GroupRule::state_bytes() const {
  std::int64_t bytes = 0;
  for (const Group& group : groups_) {
    for (const Member& member : group.members) {
      for (const StateTensor& state : state_) {
        bytes += static_cast<std::int64_t>(state.count ? sizeof(float) : member.parameter.tensor.nbytes());
      }
    }
  }
  return bytes;
}

void GroupRule::save(Checkpoint& checkpoint) const {
  for (const Group& group : groups_) {
    for (const auto& [parameter, state] : group.members) {
      for (std::size_t i = 0; i < state.size(); ++i) {
        checkpoint.tensors.emplace(state_[i].name + "/" + parameter.name, state[i].cpu());
      }
    }
  }
}

void GroupRule::load(const Checkpoint& checkpoint) {
  const at::NoGradGuard no_gradient;
  for (Group& group : groups_) {
    for (auto& [parameter, state] : group.members) {
      state.clear();
      for (const StateTensor& kept : state_) {
        const auto found = checkpoint.tensors.find(kept.name + "/" + parameter.name);
        if (found == checkpoint.tensors.end()) break;
        const at::Tensor like = kept.count ? zeros_for(parameter.tensor, kept) : parameter.tensor;
        state.push_back(laid_out_like(like, found->second, found->first));
      }
      if (state.size() < state_.size()) state.clear();
    }
  }
}

}  // namespace pgt::train
