// bench-allocator ALLOCATOR STEPS: progressive training of the slow network on frames made up here, with one way to get
// memory for tensors. Prints milliseconds of CPU time a step, which other programs on the machine disturb least,
// and the peak of resident memory.
//
//   glibc      as the C library does it by itself, or a library that LD_PRELOAD puts in its place
//   threshold  a fixed threshold, over which every block is a mapping of its own
//   blocks     nn/tensor_memory.hpp, and the threshold for everything else: what the host does

#include <malloc.h>
#include <torch/torch.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>

#include "nn/guarded_backbone.hpp"
#include "nn/parameters.hpp"
#include "nn/tensor_memory.hpp"
#include "run/memory.hpp"
#include "walk/steps.hpp"

namespace {

constexpr int warm_up = 10;
constexpr std::int64_t batch = 8, length = 8, side = 112, classes = 10;

bool choose_allocator(const std::string& name) {
  if (name == "glibc") return true;
  mallopt(M_MMAP_THRESHOLD, 256 << 10);
  mallopt(M_TRIM_THRESHOLD, 256 << 10);
  if (name == "threshold") return true;
  pgt::nn::use_tensor_memory();
  return name == "blocks";
}

std::unique_ptr<pgt::sdk::Backbone> make_network(const std::filesystem::path& folder) {
  const std::filesystem::path plugins[] = {folder / "plugins"};
  pgt::plugin::Registry registry(plugins, folder / "pgt-host");
  const auto options = registry.options(pgt::plugin::Kind::backbone, "slow");
  for (const auto& option : options->fields().all()) {
    if (option->spec.name == "depth") option->assign(std::int64_t{18});
    if (option->spec.name == "width") option->assign(std::int64_t{32});
  }
  return pgt::nn::make_backbone(registry, "slow", *options, {classes}, 0);
}

/// New pictures for each step.
class RandomFrames final : public pgt::walk::Supply {
 public:
  explicit RandomFrames(int steps) : steps_(steps) {}
  pgt::walk::Portion take(std::int64_t index, const pgt::sdk::Step*) override {
    if (index == steps_) return {};
    return {{0}, {{torch::rand({batch, 3, length - (index > 0), side, side})}}};
  }

 private:
  int steps_;
};

/// Steps of one clip, detached, an update at its end.
void train(pgt::sdk::Backbone& network, torch::optim::SGD& optimizer, int steps) {
  pgt::sdk::Plan plan;
  plan.steps = {{{{0, length}}, {0}}, {{{length, 2 * length - 1}}, {1}}};
  plan.repeat_from = 1;
  const pgt::walk::PlanWalk walk(plan, {pgt::sdk::Pathway{}});
  RandomFrames frames(steps);
  pgt::walk::Steps over(walk, std::int64_t{steps} * length, network.info().sites, frames);
  while (const std::optional<pgt::walk::Step> step = over.next()) {
    network.forward(step->fragment, over.carry()).square().mean().backward();
  }
  optimizer.step();
  optimizer.zero_grad();
}

}  // namespace

int main(int count, char** words) {
  const int steps = count == 3 ? std::atoi(words[2]) : 0;
  if (steps < 1 || !choose_allocator(words[1])) {
    std::fprintf(stderr, "usage: bench-allocator glibc|threshold|blocks STEPS\n");
    return 2;
  }
  const auto network = make_network(std::filesystem::canonical("/proc/self/exe").parent_path().parent_path());
  std::vector<at::Tensor> trained;
  for (const pgt::nn::Parameter& parameter : pgt::nn::parameters(*network)) {
    if (parameter.trained()) trained.push_back(parameter.tensor);
  }
  torch::optim::SGD optimizer(trained, torch::optim::SGDOptions(0.01).momentum(0.9));
  network->train(true);

  train(*network, optimizer, warm_up);
  const std::clock_t begin = std::clock();
  train(*network, optimizer, steps);
  const double milliseconds = 1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::printf("%.2f %lld\n", milliseconds / steps, static_cast<long long>(pgt::run::peak_resident_bytes()));
}
