#include "nn/running_statistics.hpp"

#include <torch/torch.h>

#include <stdexcept>
#include <string_view>

#include "base/error.hpp"
#include "nn/parameters.hpp"

namespace pgt::nn {
namespace {

constexpr std::string_view mean_suffix = "running_mean";
constexpr std::string_view variance_suffix = "running_var";

/// The name of the mean that belongs to a variance.
std::string mean_of(const std::string& variance) {
  return variance.substr(0, variance.size() - variance_suffix.size()).append(mean_suffix);
}

}  // namespace

bool is_running_statistic(const Parameter& parameter) {
  return parameter.is_buffer() && (parameter.name.ends_with(mean_suffix) || parameter.name.ends_with(variance_suffix));
}

RunningStatistics::RunningStatistics(sdk::Backbone& backbone) {
  for (Parameter& parameter : parameters(backbone)) {
    if (is_running_statistic(parameter)) buffers_.emplace(parameter.name, parameter.tensor);
  }
}

Statistics RunningStatistics::copy() const {
  Statistics values;
  for (const auto& [name, buffer] : buffers_) {
    values.emplace(name, buffer.detach().to(torch::kCPU, /*non_blocking=*/false, /*copy=*/true));
  }
  return values;
}

void RunningStatistics::put(const Statistics& values) {
  const torch::NoGradGuard no_gradients;
  for (const auto& [name, value] : values) {
    const auto buffer = buffers_.find(name);
    if (buffer == buffers_.end() || buffer->second.sizes() != value.sizes()) {
      throw Error(ExitCode::plugin,
                  "statistics of " + name + " are given, which the backbone does not have in that shape");
    }
    buffer->second.copy_(value);
  }
}

std::string RunningStatistics::layer_of_single_values() const {
  std::vector<at::Tensor> sums;  // one number of each, so that all are asked at once
  for (const auto& [name, buffer] : buffers_) sums.push_back(buffer.detach().sum().to(torch::kDouble));
  if (sums.empty()) return "";
  const at::Tensor broken = torch::stack(sums).isnan().to(torch::kCPU);
  std::map<std::string, bool> is_broken;
  std::int64_t place = 0;
  for (const auto& [name, buffer] : buffers_) is_broken[name] = broken[place++].item<bool>();
  for (const auto& [name, variance_broken] : is_broken) {
    if (!variance_broken || !name.ends_with(variance_suffix)) continue;
    const auto mean = is_broken.find(mean_of(name));
    if (mean != is_broken.end() && !mean->second) return name.substr(0, name.size() - variance_suffix.size() - 1);
  }
  return "";
}

Statistics filled(const Statistics& like, double value) {
  Statistics values;
  for (const auto& [name, statistic] : like) values.emplace(name, torch::full_like(statistic, value));
  return values;
}

std::map<std::string, double> momenta_of(RunningStatistics& running, const std::function<void()>& forward) {
  // Frozen ones are left alone: what normalisations after them see depends on them.
  Statistics moving = running.copy();
  forward();
  const Statistics moved = running.copy();
  std::erase_if(moving, [&](const auto& before) { return torch::equal(before.second, moved.at(before.first)); });
  // From v a forward makes (1 − m)·v + m·b: from 1 and from 0 the results are 1 − m apart.
  running.put(filled(moving, 0));
  forward();
  const Statistics from_zero = running.copy();
  running.put(filled(moving, 1));
  forward();
  std::map<std::string, double> momenta;
  const Statistics from_one = running.copy();
  for (const auto& [name, before] : moving) {
    const double momentum = 1 - (from_one.at(name) - from_zero.at(name)).to(torch::kDouble).mean().item<double>();
    if (momentum > 1e-4) momenta.emplace(name, momentum);
  }
  return momenta;
}

void AveragedStatistics::add(const Statistics& batch) {
  ++batches_;
  for (const auto& [name, value] : batch) {
    const at::Tensor exact = value.to(torch::kDouble);
    const auto add_to = [&name = name](Statistics& sums, const at::Tensor& added) {
      const auto [sum, is_first] = sums.emplace(name, added);
      if (!is_first) sum->second = sum->second + added;
    };
    add_to(sums_, exact);
    if (name.ends_with(mean_suffix)) add_to(squares_, exact.square());
  }
}

Statistics AveragedStatistics::average() const {
  if (batches_ == 0) throw std::logic_error("an average of no batches");
  const auto batches = static_cast<double>(batches_);
  Statistics average;
  for (const auto& [name, sum] : sums_) {
    at::Tensor value = sum / batches;
    if (name.ends_with(variance_suffix)) {
      if (const auto mean = sums_.find(mean_of(name)); mean != sums_.end()) {
        value = value + squares_.at(mean->first) / batches - (mean->second / batches).square();
      }
    }
    average.emplace(name, value.to(torch::kFloat));
  }
  return average;
}

}  // namespace pgt::nn
