// Multiplications of the convolutions at full size, counted as they are done.
#include <ATen/record_function.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "resnet3d.hpp"
#include "slowfast_options.hpp"

namespace resnet3d {
namespace {

thread_local double multiplications = 0;

/// Multiplications for one number that a convolution gives; its inputs are known before the call only.
struct PerOutput final : at::ObserverContext {
  explicit PerOutput(double value) : multiplications(value) {}
  double multiplications;
};

std::unique_ptr<at::ObserverContext> before(const at::RecordFunction& call) {
  if (std::string_view(call.name()) != "aten::convolution") return nullptr;
  const at::Tensor weight = call.inputs()[1].toTensor();
  return std::make_unique<PerOutput>(static_cast<double>(weight.numel() / weight.size(0)));
}

void after(const at::RecordFunction& call, at::ObserverContext* context) {
  if (context == nullptr) return;
  const auto outputs = static_cast<double>(call.outputs().at(0).toTensor().numel());
  multiplications += outputs * static_cast<PerOutput*>(context)->multiplications;
}

/// Billions, rounded to hundredths, of each step: the first of `length` frames of the slowest pathway, the others with
/// overlap 1. Every site carries, as in the reference.
template <class Options>
std::vector<double> billions(const Options& options, std::int64_t length, int steps, std::int64_t size) {
  const torch::NoGradGuard no_gradients;
  ResNet network(options.layout(400));
  network.eval();
  std::vector<at::Tensor> clip;
  pgt::sdk::Step first, other;
  for (const pgt::sdk::Pathway& pathway : network.pathways()) {
    const std::int64_t frames = (length + (steps - 1) * (length - 1)) * pathway.ratio;
    clip.push_back(torch::zeros({1, 3, frames, size, size}));
    first.overlap.push_back(0);
    other.overlap.push_back(pathway.ratio);
  }
  pgt::sdk::CarryRule rule;
  rule.sites = pgt::sdk::SiteFilter::all;
  pgt::nn::SlotCarry carry(network.sites(), rule);

  const auto handle = at::addThreadLocalCallback(at::RecordFunctionCallback(&before, &after)
                                                     .needsInputs(true)
                                                     .needsOutputs(true)
                                                     .scopes({at::RecordScope::FUNCTION}));
  std::vector<double> counted;
  std::int64_t begin = 0;
  for (int step = 0; step < steps; ++step) {
    const std::int64_t end = begin + (step == 0 ? length : length - 1);
    carry.begin_step(step == 0, step == 0 ? first : other, step + 1 < steps ? &other : nullptr);
    multiplications = 0;
    network.forward(fragment_of(network, clip, begin, end), carry);
    counted.push_back(std::round(multiplications / 1e7) / 100);
    begin = end;
  }
  at::removeCallback(handle);
  return counted;
}

TEST(SlowResNetMultiplyAdds, AreThoseOfTheReference) {
  using Steps = std::vector<double>;  // spec/pgt.md 2.9
  EXPECT_EQ(billions(SlowOptions{}, 8, 2, 224), (Steps{41.74, 41.62}));
  EXPECT_EQ(billions(SlowOptions{}, 36, 1, 224), Steps{187.83});
  EXPECT_EQ(billions(SlowFastOptions{}, 8, 2, 224), (Steps{49.99, 49.78}));
  EXPECT_EQ(billions(SlowFastOptions{}, 36, 1, 224), Steps{224.97});
  EXPECT_EQ(billions(SlowOptions{}, 16, 1, 112), Steps{21.99});
  EXPECT_EQ(billions(SlowOptions{}, 76, 1, 112), Steps{104.44});
}

}  // namespace
}  // namespace resnet3d
