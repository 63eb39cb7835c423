// Several batches of which one update is made.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <map>

#include "base/error.hpp"
#include "train/clip_trainer.hpp"
#include "train/learning_rate.hpp"
#include "walk/steps.hpp"

namespace pgt::train {
namespace {

/// A convolution, a group norm and a head, the same for the same seed.
class SmallNetwork final : public sdk::Backbone {
 public:
  SmallNetwork() {
    torch::manual_seed(3);
    for (const auto& [name, sizes] : std::map<std::string, std::vector<std::int64_t>>{
             {"conv", {4, 1, 2, 2, 2}}, {"norm.bias", {4}}, {"norm.weight", {4}}, {"head", {4, 3}}}) {
      tensors_.emplace(name, torch::randn(sizes).set_requires_grad(true));
    }
  }
  sdk::BackboneInfo info() const override { return {}; }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry&) override {
    const at::Tensor maps = torch::conv3d(fragment.frames[0], tensors_.at("conv"));
    const at::Tensor even = torch::group_norm(maps, 2, tensors_.at("norm.weight"), tensors_.at("norm.bias"));
    return even.relu().mean({2, 3, 4}).matmul(tensors_.at("head")).unsqueeze(1);
  }
  void visit_parameters(sdk::ParameterVisitor& visitor) override {
    for (auto& [name, tensor] : tensors_) {
      visitor.visit(name, tensor, name.starts_with("norm") ? sdk::Role::norm : sdk::Role::weight);
    }
  }
  void train(bool) override {}

 private:
  std::map<std::string, at::Tensor> tensors_;
};

constexpr std::size_t videos = 5;
const std::vector<std::int64_t> steps_of{3, 1, 3, 2, 2};  // of each video

/// Trains on batches of these videos.
class Training {
 public:
  Training(std::int64_t batch_size, std::int64_t accumulate, sdk::GradientScale scale) {
    options.batch_size = batch_size;
    options.accumulate = accumulate;
    options.weight_decay = 0.01;
    plan.gradients = scale;
    for (std::int64_t i = 0; i < 3; ++i) {
      sdk::Step& step = plan.steps.emplace_back();
      step.frames = {{4 * i, 4 * i + 4}};
      step.overlap = {0};
      step.loss_weight = i == 1 ? 0.5 : 1;
    }
    learner = std::make_unique<Learner>(make_learner(network, options));
  }

  run::IterationReport batch(std::vector<std::size_t> members, double learning_rate, bool last) {
    std::vector<walk::Portion> portions;
    for (std::int64_t step = 0; step < 3; ++step) {
      walk::Portion portion;
      std::vector<at::Tensor> frames;
      for (std::size_t row = 0; row < members.size(); ++row) {
        if (step >= steps_of[members[row]]) continue;
        portion.rows.push_back(row);
        portion.targets.rows.push_back({{static_cast<std::int64_t>(members[row]) % 3}});
        torch::manual_seed(100 * members[row] + static_cast<std::uint64_t>(step));
        frames.push_back(torch::randn({1, 4, 3, 3}));
      }
      if (frames.empty()) break;
      portion.fragment.frames = {torch::stack(frames)};
      portions.push_back(std::move(portion));
    }
    const walk::PlanWalk walk(plan, {sdk::Pathway{}});
    walk::GivenFragments supply(std::move(portions));
    walk::Steps steps(walk, 0, {}, supply);
    Progress progress;
    progress.clip.videos.resize(members.size());
    const Lesson lesson{network, {config::Loss::cross_entropy, 3}, 0};
    ClipTrainer trainer(lesson, *learner, walk.plan(), steps, Mix(), learning_rate, progress, {}, last);
    while (trainer.step()) {
    }
    return trainer.report(1, {});
  }

  SmallNetwork network;
  config::TrainOptions options;
  sdk::Plan plan;
  std::unique_ptr<Learner> learner;
};

double largest_difference(SmallNetwork& a, SmallNetwork& b) {
  double largest = 0;
  const auto others = nn::state(b);
  for (const auto& [name, tensor] : nn::state(a)) {
    largest = std::max(largest, (tensor - others.at(name)).abs().max().item<double>());
  }
  return largest;
}

class Accumulation : public testing::TestWithParam<sdk::GradientScale> {};

// The batches are of two, two and one; some videos end before others.
TEST_P(Accumulation, OfBatchesIsOneBatchOfAllTheirVideos) {
  Training whole(6, 1, GetParam()), parts(2, 3, GetParam());
  for (const double rate : {0.3, 0.1}) {
    const run::IterationReport all = whole.batch({0, 1, 2, 3, 4}, rate, true);
    EXPECT_TRUE(std::isnan(parts.batch({0, 1}, rate, false).gradient_norm)) << "no update yet";
    parts.batch({2, 3}, 7, false);  // the rate is that of the first
    const run::IterationReport last = parts.batch({4}, 7, true);
    EXPECT_NEAR(last.gradient_norm, all.gradient_norm, 1e-6);
    EXPECT_LT(largest_difference(whole.network, parts.network), 1e-6);
  }
}

TEST_P(Accumulation, EndsWithTheEpochAlsoWhereBatchesAreMissing) {
  Training whole(4, 1, GetParam()), parts(2, 3, GetParam());
  whole.batch({0, 1, 2, 3}, 0.3, true);
  parts.batch({0, 1}, 0.3, false);
  parts.batch({2, 3}, 0.3, true);
  EXPECT_LT(largest_difference(whole.network, parts.network), 1e-6);
}

TEST_P(Accumulation, GoesOnFromTheMiddleBitForBit) {
  Training unbroken(2, 3, GetParam()), resumed(2, 3, GetParam());
  for (Training* training : {&unbroken, &resumed}) training->batch({1, 4}, 0.2, true);
  for (Training* training : {&unbroken, &resumed}) training->batch({0, 1}, 0.3, false);
  Checkpoint state;
  resumed.learner->save(state);
  for (auto& [name, tensor] : state.tensors) tensor = tensor.clone();
  state.progress = progress_from_json(to_json(state.progress), "a file", std::nullopt);
  resumed.learner = std::make_unique<Learner>(make_learner(resumed.network, resumed.options));
  resumed.learner->load(state);
  for (Training* training : {&unbroken, &resumed}) training->batch({2, 3}, 7, false);
  for (Training* training : {&unbroken, &resumed}) training->batch({4}, 7, true);
  EXPECT_EQ(largest_difference(unbroken.network, resumed.network), 0);
}

INSTANTIATE_TEST_SUITE_P(Of, Accumulation, testing::Values(sdk::GradientScale::mean, sdk::GradientScale::sum));

TEST(Accumulating, IsRefusedWhereTheScheduleUpdatesWithinAClip) {
  Training training(2, 3, sdk::GradientScale::mean);
  training.plan.steps.back().optimizer_step = true;
  check_accumulation(training.plan, training.options);  // at its end there is an update in any case
  training.plan.steps[1].optimizer_step = true;
  try {
    check_accumulation(training.plan, training.options);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::config);
    EXPECT_THAT(error.what(), testing::AllOf(testing::HasSubstr("train.accumulate = 3"), testing::HasSubstr("step 1")));
  }
  training.options.accumulate = 1;
  check_accumulation(training.plan, training.options);
}

TEST(Accumulating, CountsTheLearningRatesProgressInUpdates) {
  config::TrainOptions parts, whole;
  parts.batch_size = 2;
  parts.accumulate = 3;
  whole.batch_size = 6;
  Progress progress;
  progress.epoch = 4;
  progress.unit = 6;
  EXPECT_EQ(epochs_done(progress, parts, 3), epochs_done(progress, whole, 3));
  EXPECT_DOUBLE_EQ(epochs_done(progress, parts, 3), 4 + 1.0 / 3);
}

}  // namespace
}  // namespace pgt::train
