#include "nn/parameters.hpp"

#include <torch/torch.h>

#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/first_lines.hpp"

namespace pgt::nn {
namespace {

class Collector final : public sdk::ParameterVisitor {
 public:
  void visit(std::string_view name, at::Tensor& tensor, sdk::Role role) override {
    if (!names_.emplace(name).second) {
      throw Error(ExitCode::plugin, "the backbone has two tensors named " + std::string(name));
    }
    // A tensor that modules share is trained once, under the first of its names.
    if (tensors_.insert(tensor.unsafeGetTensorImpl()).second) found.push_back({std::string(name), tensor, role});
  }
  std::vector<Parameter> found;

 private:
  std::set<std::string, std::less<>> names_;
  std::set<const void*> tensors_;
};

}  // namespace

std::vector<Parameter> trained(std::vector<Parameter> parameters) {
  std::erase_if(parameters, [](const Parameter& parameter) { return !parameter.trained(); });
  return parameters;
}

std::int64_t parameter_values(sdk::Backbone& backbone) {
  std::int64_t count = 0;
  for (const Parameter& parameter : parameters(backbone)) count += parameter.is_buffer() ? 0 : parameter.tensor.numel();
  return count;
}

std::int64_t trained_values(sdk::Backbone& backbone) {
  std::int64_t count = 0;
  for (const Parameter& parameter : parameters(backbone)) count += parameter.trained() ? parameter.tensor.numel() : 0;
  return count;
}

std::vector<Parameter> parameters(sdk::Backbone& backbone) {
  Collector collector;
  backbone.visit_parameters(collector);
  return std::move(collector.found);
}

void move(sdk::Backbone& backbone, c10::Device device, c10::ScalarType type) {
  const torch::NoGradGuard no_gradients;
  for (Parameter& parameter : parameters(backbone)) {
    at::Tensor& tensor = parameter.tensor;
    tensor.set_data(tensor.is_floating_point() ? tensor.to(device, type) : tensor.to(device));
  }
}

std::map<std::string, at::Tensor> state(sdk::Backbone& backbone) {
  std::map<std::string, at::Tensor> state;
  for (const Parameter& parameter : parameters(backbone)) {
    state.emplace(parameter.name,
                  parameter.tensor.detach().to(torch::kCPU, parameter.tensor.scalar_type(),
                                               /*non_blocking=*/false, /*copy=*/true, at::MemoryFormat::Contiguous));
  }
  return state;
}

void load_state(sdk::Backbone& backbone, const std::map<std::string, at::Tensor>& state) {
  std::vector<Parameter> own = parameters(backbone);
  std::set<std::string> known;
  std::vector<std::string> problems;
  const auto add = [&](const auto&... parts) {
    std::ostringstream text;
    (text << ... << parts);
    problems.push_back(text.str());
  };
  for (const Parameter& parameter : own) {
    known.insert(parameter.name);
    const auto found = state.find(parameter.name);
    if (found == state.end()) {
      add("missing: ", parameter.name, " ", parameter.tensor.sizes());
    } else if (found->second.sizes() != parameter.tensor.sizes()) {
      add(parameter.name, " has shape ", found->second.sizes(), ", the backbone needs ", parameter.tensor.sizes());
    }
  }
  for (const auto& [name, tensor] : state) {
    if (!known.contains(name)) add("unexpected: ", name, " ", tensor.sizes());
  }
  if (!problems.empty()) {
    constexpr std::size_t most_named = 5;
    throw Error(ExitCode::plugin, "these weights are for a different network than [model] describes:" +
                                      first_lines(problems, most_named));
  }
  const torch::NoGradGuard no_gradients;
  for (Parameter& parameter : own) parameter.tensor.copy_(state.at(parameter.name));
}

}  // namespace pgt::nn
