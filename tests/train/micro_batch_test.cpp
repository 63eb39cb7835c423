// Batches of which a part goes through the network at a time.

#include "train/micro_batch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "base/error.hpp"
#include "train/small_clips.hpp"

namespace pgt::train {
namespace {

using testing::HasSubstr;
using Rows = std::vector<std::size_t>;

enum class Norm { group, frozen };

/// Carried frames that a site looks at together with the new ones, a normalisation, a state of two parts, and scores of
/// what `output` says.
class Carries final : public sdk::Backbone {
 public:
  explicit Carries(sdk::Output output, Norm norm = Norm::group) : output_(output), norm_(norm) {
    torch::manual_seed(1);
    for (auto& [name, tensor] : weights_) tensor = torch::randn(tensor.sizes(), torch::kDouble).set_requires_grad(true);
  }
  sdk::BackboneInfo info() const override {
    sdk::BackboneInfo info;
    info.sites = {{"frames", 0, sdk::SiteKind::block, 2}, {"state", 0, sdk::SiteKind::block, 1}};
    info.output = output_;
    return info;
  }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry& carry) override {
    const std::int64_t rows = fragment.frames[0].size(0);
    if (rows > most_rows) throw std::bad_alloc();
    seen.push_back(rows);
    seen_in_all.add_(static_cast<double>(rows));
    const at::Tensor maps = (fragment.frames[0] * weights_.at("look").view({1, 4, 1, 1, 1})).tanh();  // (N, 4, T, 1, 1)
    const at::Tensor with_carried = carry.enter(0, maps);
    const at::Tensor looked = normalise(carry.leave(0, with_carried + with_carried.roll(1, 2)));
    const at::Tensor before = carry.recall(1, 1);
    const at::Tensor x = looked.flatten(2).transpose(1, 2);  // (N, T, 4)
    const at::Tensor h =
        x.mean(1).matmul(weights_.at("input")) +
        (before.defined() ? before.matmul(weights_.at("state")) : torch::zeros({rows, 3}, x.options()));
    carry.exchange(1, h * 2);
    carry.exchange(1, h.tanh(), 1);
    const at::Tensor of_moments =
        (x.matmul(weights_.at("input")) + h.unsqueeze(1)).tanh().matmul(weights_.at("output"));
    if (output_ == sdk::Output::moments) return of_moments;
    if (output_ == sdk::Output::clip) return of_moments.mean(1, true);
    const at::Tensor of_boxes = of_moments.mean(1).index_select(0, fragment.boxes.select(1, 0).to(torch::kLong));
    return (of_boxes * fragment.boxes.narrow(1, 1, 1)).unsqueeze(1);
  }
  void visit_parameters(sdk::ParameterVisitor& visitor) override {
    for (auto& [name, tensor] : weights_) visitor.visit(name, tensor, sdk::Role::weight);
    visitor.visit("seen", seen_in_all, sdk::Role::buffer);
  }
  void train(bool) override {}

  std::int64_t most_rows = 100;
  std::vector<std::int64_t> seen;  ///< rows of each forward
  at::Tensor seen_in_all = torch::zeros({1}, torch::kDouble);

 private:
  at::Tensor normalise(const at::Tensor& x) {
    if (norm_ == Norm::group) return torch::group_norm(x, 2, weights_.at("scale"), weights_.at("shift"));
    return torch::batch_norm(x, weights_.at("scale"), weights_.at("shift"), torch::full({4}, 0.1, torch::kDouble),
                             torch::full({4}, 0.7, torch::kDouble), false, 0.1, 1e-5, false);
  }

  sdk::Output output_;
  Norm norm_;
  std::map<std::string, at::Tensor> weights_{{"input", torch::empty({4, 3})},  {"look", torch::empty({4})},
                                             {"output", torch::empty({3, 2})}, {"scale", torch::empty({4})},
                                             {"shift", torch::empty({4})},     {"state", torch::empty({3, 3})}};
};

const std::vector<Rows> rows_of_steps{{0, 1, 2, 3}, {0, 1, 2, 3}, {0, 2, 3}, {3}};

/// Rows that end one after another, with the labels of what is scored.
std::vector<walk::Portion> clip_of(sdk::Output output) {
  std::vector<walk::Portion> clip;
  for (std::int64_t step = 0; step < std::ssize(rows_of_steps); ++step) {
    walk::Portion portion = small_portion(step, rows_of_steps[static_cast<std::size_t>(step)]);
    const std::size_t rows = portion.rows.size();
    if (output == sdk::Output::moments) {
      portion.targets.rows.clear();
      portion.targets.of_moments = [step, numbers = portion.rows](std::size_t first_rows, std::int64_t moments) {
        std::vector<sdk::Target> targets;
        for (std::size_t row = 0; row < first_rows; ++row) {
          for (std::int64_t moment = 0; moment < moments; ++moment) {
            sdk::Target& target = targets.emplace_back();
            target.labelled = numbers[row] != 2 && (step + moment) % 3 != 0;
            if (target.labelled) target.classes = {(static_cast<std::int64_t>(numbers[row]) + moment) % 2};
          }
        }
        return targets;
      };
    }
    if (output == sdk::Output::boxes) {
      // As many as the row's number.
      walk::StepBoxes boxes;
      std::vector<double> values;
      for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t there = portion.rows[row];
        portion.targets.rows[row].boxes.resize(there);
        for (std::size_t number = 0; number < there; ++number) {
          portion.targets.rows[row].boxes[number].classes = {static_cast<std::int64_t>((there + number) % 2)};
          boxes.origins.push_back({row, number});
          values.insert(values.end(), {static_cast<double>(row), 0.5 + static_cast<double>(number), 0, 1, 1});
        }
      }
      boxes.tensor = torch::tensor(values, torch::kDouble).view({-1, 5});
      portion.fragment.boxes = boxes.tensor;
      portion.targets.boxes = std::move(boxes);
    }
    clip.push_back(std::move(portion));
  }
  return clip;
}

sdk::Plan plan_of_four() {
  sdk::Plan plan = small_plan(4);
  plan.gradients = sdk::GradientScale::mean;
  plan.carry.momentum = 0.25;
  plan.steps[1].loss_weight = 0.5;
  plan.steps[2].optimizer_step = true;
  return plan;
}

struct Trained {
  std::vector<Gradients> updates;
  run::IterationReport report;
  ClipProgress clip;
  std::vector<std::map<std::string, at::Tensor>> slots;  ///< after each step
};

Trained train(Carries& backbone, Lesson lesson, const Mix& mix = {}, const sdk::Plan& plan = plan_of_four()) {
  Trained trained;
  Learner learner(nn::parameters(backbone), std::make_unique<TakenDown>(backbone, trained.updates));
  const walk::PlanWalk walk(plan, {sdk::Pathway{}});
  Progress progress;
  progress.clip.videos.resize(4);
  walk::GivenFragments supply(clip_of(backbone.info().output));
  walk::Steps steps(walk, 0, backbone.info().sites, supply);
  ClipTrainer trainer(lesson, learner, walk.plan(), steps, mix, 0.1, progress, {});
  while (trainer.step()) trained.slots.push_back(steps.carry().slots());
  trained.report = trainer.report(1, {});
  trained.clip = progress.clip;
  return trained;
}

void expect_same(const Trained& parts, const Trained& whole) {
  ASSERT_EQ(parts.updates.size(), whole.updates.size());
  for (std::size_t i = 0; i < whole.updates.size(); ++i) expect_near(parts.updates[i], whole.updates[i], 1e-12);
  EXPECT_NEAR(parts.report.loss, whole.report.loss, 1e-12);
  ASSERT_EQ(parts.report.step_losses.size(), whole.report.step_losses.size());
  for (std::size_t i = 0; i < whole.report.step_losses.size(); ++i) {
    EXPECT_NEAR(parts.report.step_losses[i], whole.report.step_losses[i], 1e-12);
  }
  EXPECT_EQ(parts.clip.step_rows, whole.clip.step_rows);
  EXPECT_EQ(parts.clip.correct, whole.clip.correct);
  EXPECT_EQ(parts.clip.weights, whole.clip.weights);
  ASSERT_EQ(parts.slots.size(), whole.slots.size());
  for (std::size_t i = 0; i < whole.slots.size(); ++i) {
    ASSERT_EQ(parts.slots[i].size(), whole.slots[i].size());
    for (const auto& [site, slot] : whole.slots[i]) {
      EXPECT_TRUE(torch::allclose(parts.slots[i].at(site), slot, 0, 1e-12)) << site << " after step " << i;
    }
  }
}

/// What is scored, and rows at a time.
class MicroBatches : public testing::TestWithParam<std::tuple<sdk::Output, std::int64_t, Norm>> {
 protected:
  void compare(const Criterion& criterion, double moment_smoothing, const Mix& mix = {}) {
    const auto [output, rows, norm] = GetParam();
    Carries at_once(output, norm), in_parts(output, norm);
    const Trained whole = train(at_once, {at_once, criterion, 7, moment_smoothing}, mix);
    const Trained parts = train(in_parts, {in_parts, criterion, 7, moment_smoothing, {}, rows}, mix);
    EXPECT_EQ(whole.updates.size(), 2U);
    expect_same(parts, whole);
    EXPECT_LE(std::ranges::max(in_parts.seen), rows);
    EXPECT_TRUE(torch::equal(in_parts.seen_in_all, at_once.seen_in_all));
  }
};

TEST_P(MicroBatches, GiveTheGradientOfTheWholeBatch) { compare({config::Loss::cross_entropy, 2}, 0.15); }

TEST_P(MicroBatches, DivideByTheWeightsOfAllRows) { compare({config::Loss::cross_entropy, 2, 0.1, {1, 3}}, 0); }

TEST_P(MicroBatches, LearnSeveralLabels) { compare({config::Loss::binary_cross_entropy, 2, 0.1, {1, 3}}, 0); }

TEST_P(MicroBatches, MixRowsOfDifferentParts) {
  if (std::get<0>(GetParam()) != sdk::Output::clip) GTEST_SKIP() << "only whole videos are mixed";
  config::AugmentOptions augment;
  augment.mixup = 1;
  std::vector<video::ClipRequest> requests(4);
  compare({config::Loss::cross_entropy, 2, 0.1, {1, 3}}, 0, Mix(augment, requests, Random(1, 0, 2, Purpose::mixing)));
}

INSTANTIATE_TEST_SUITE_P(Of, MicroBatches,
                         testing::Combine(testing::Values(sdk::Output::clip, sdk::Output::boxes, sdk::Output::moments),
                                          testing::Values(1, 2, 3), testing::Values(Norm::group, Norm::frozen)));

TEST(MicroBatch, DropsWhatAPartThatIsNotFiniteLeaves) {
  Carries backbone(sdk::Output::clip);
  std::vector<Gradients> updates;
  Learner learner(nn::parameters(backbone), std::make_unique<TakenDown>(backbone, updates));
  const sdk::Plan plan = small_plan(2);
  const walk::PlanWalk walk(plan, {sdk::Pathway{}});
  std::vector<walk::Portion> clip = small_clip(2, {0, 1});
  clip[0].fragment.frames[0][1].fill_(std::nan(""));
  walk::GivenFragments supply(std::move(clip));
  walk::Steps steps(walk, 0, backbone.info().sites, supply);
  Progress progress;
  progress.clip.videos.resize(2);
  const Lesson lesson{backbone, {config::Loss::cross_entropy, 2}, 7, 0, {}, 1};
  ClipTrainer trainer(lesson, learner, walk.plan(), steps, {}, 0.1, progress, {});
  EXPECT_FALSE(trainer.step());
  EXPECT_THAT(updates, testing::IsEmpty());
  EXPECT_TRUE(gradients_of(backbone).empty());
  EXPECT_THAT(trainer.report(1, {}).skipped_why, HasSubstr("the loss of step 1 is not finite"));
  EXPECT_EQ(backbone.seen_in_all.item<double>(), 0);
}

TEST(MicroBatch, SaysWhereMemoryRanOutAndLeavesNothingBehind) {
  Carries backbone(sdk::Output::clip);
  backbone.most_rows = 2;
  const Criterion criterion(config::Loss::cross_entropy, 2);
  EXPECT_THROW(train(backbone, {backbone, criterion, 7}), nn::FullMemory);
  EXPECT_THROW(train(backbone, {backbone, criterion, 7, 0, {}, 3}), nn::FullMemory);
  EXPECT_EQ(backbone.seen_in_all.item<double>(), 0);
  EXPECT_EQ(train(backbone, {backbone, criterion, 7, 0, {}, 2}).updates.size(), 2U);
}

TEST(MicroBatch, IsHalvedUntilOneRowIsLeft) {
  config::TrainOptions options;
  options.micro_batch = config::TrainOptions::automatic_micro_batch;
  const nn::FullMemory full_with_six("full", 6), full_with_two("full", 2), full_with_one("full", 1);
  Progress progress;
  EXPECT_EQ(micro_batch(options, progress), 0);
  EXPECT_THAT(halve_micro_batch(full_with_six, options, progress),
              testing::AllOf(HasSubstr("6 videos at a time"), HasSubstr("train.micro_batch = 3")));
  EXPECT_EQ(micro_batch(options, progress.next_epoch()), 3) << "for the rest of the run";
  EXPECT_THAT(halve_micro_batch(full_with_two, options, progress), HasSubstr("2 videos at a time"));
  EXPECT_EQ(micro_batch(options, progress), 1);
  EXPECT_EQ(progress_from_json(to_json(progress.next_epoch()), "a file", std::nullopt).micro_batch, 1);
  EXPECT_THROW(halve_micro_batch(full_with_one, options, progress), nn::FullMemory);

  options.micro_batch = 4;
  EXPECT_EQ(micro_batch(options, progress), 4);
  EXPECT_THROW(halve_micro_batch(full_with_six, options, progress), nn::FullMemory);
}

TEST(MicroBatch, IsRefusedWhereItSavesNothing) {
  sdk::Plan plan = small_plan(3);
  EXPECT_EQ(no_micro_batches(plan), "");
  plan.steps[0].detach = false;  // nothing comes before it
  EXPECT_EQ(no_micro_batches(plan), "");
  plan.steps[2].gradient_reach = 1;
  EXPECT_THAT(no_micro_batches(plan), HasSubstr("gradients flow from step to step"));
  plan.steps[2].gradient_reach = 0;
  plan.passes = sdk::Passes::two;
  EXPECT_THAT(no_micro_batches(plan), HasSubstr("train.accumulate"));
}

}  // namespace
}  // namespace pgt::train
