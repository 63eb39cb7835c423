#include "session/forecast.hpp"

#include <algorithm>

namespace pgt::session {
namespace {

/// The most steps whose graphs are there at the same time.
std::int64_t graphs_at_a_time(const std::vector<sdk::Step>& steps) {
  std::int64_t kept = 0, most = 1;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool continues = i + 1 < steps.size() && !steps[i + 1].detach;
    if (steps[i].loss_weight > 0 || continues) ++kept;
    most = std::max({most, kept, kept + steps[i].gradient_reach});
    if (steps[i].backward) kept = 0;
  }
  return most;
}

}  // namespace

std::int64_t further_bytes(const Trial& trial, std::int64_t rows, const std::vector<sdk::Step>& steps) {
  const double activations = static_cast<double>(std::max<std::int64_t>(trial.tensors - trial.gradients, 0));
  const double growth = static_cast<double>(rows * graphs_at_a_time(steps)) /
                        static_cast<double>(trial.rows * graphs_at_a_time(trial.steps));
  return static_cast<std::int64_t>(activations * (growth - 1));
}

double computing_seconds(const Trial& trial, double clips, double steps) {
  return trial.step_seconds / static_cast<double>(trial.rows) * clips * steps;
}

}  // namespace pgt::session
