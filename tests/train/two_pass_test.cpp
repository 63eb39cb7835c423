#include "train/two_pass.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <optional>

#include "base/error.hpp"
#include "train/small_clips.hpp"

namespace pgt::train {
namespace {

/// What is scored: clips, or moments of which each knows its own feature alone, or all of the clip.
enum class Moments { none, alone, of_whole };

/// Two features a step, which depend on the step before; the head attends to all of them.
class InParts final : public sdk::Backbone, public sdk::FeatureBackbone {
 public:
  explicit InParts(double dropout = 0, Moments scored = Moments::none) : moments(scored), dropout_(dropout) {
    torch::manual_seed(2);
    norm_->to(torch::kDouble);
    for (at::Tensor* weight : {&input, &state, &attention, &output}) {
      *weight = torch::randn(weight->sizes(), torch::kDouble).set_requires_grad(true);
    }
  }
  sdk::BackboneInfo info() const override {
    sdk::BackboneInfo info;
    info.sites = {{"state", 0, sdk::SiteKind::block, 1}};
    if (moments != Moments::none) info.output = sdk::Output::moments;
    return info;
  }
  at::Tensor features(const sdk::Fragment& fragment, sdk::Carry& carry) override {
    const at::Tensor frames = fragment.frames[0].flatten(1).unsqueeze(2);  // (N, 2, 1)
    const at::Tensor before = carry.recall(0);
    at::Tensor f = frames.matmul(input) + (before.defined() ? before.matmul(state) : at::zeros_like(input));
    if (normalised) f = norm_->forward(f.transpose(1, 2)).transpose(1, 2);
    f = torch::dropout(f.tanh(), dropout_, true);
    carry.exchange(0, f);
    computed.push_back(f.detach().clone());
    return f;
  }
  at::Tensor head(const at::Tensor& f, const sdk::Fragment&, sdk::Carry&) override {
    heads.push_back(f.size(1));
    if (moments == Moments::alone) return f.matmul(output);
    if (moments == Moments::of_whole) return (f + (f.matmul(attention).softmax(1) * f).sum(1, true)).matmul(output);
    return (f.matmul(attention).softmax(1) * f).sum(1, true).matmul(output);
  }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry& carry) override {
    return head(features(fragment, carry), fragment, carry);
  }
  void visit_parameters(sdk::ParameterVisitor& visitor) override {
    visitor.visit("attention", attention, sdk::Role::weight);
    visitor.visit("input", input, sdk::Role::weight);
    visitor.visit("output", output, sdk::Role::weight);
    visitor.visit("state", state, sdk::Role::weight);
    visitor.visit("norm.running_mean", norm_->running_mean, sdk::Role::buffer);
    visitor.visit("norm.running_var", norm_->running_var, sdk::Role::buffer);
    visitor.visit("norm.num_batches_tracked", norm_->num_batches_tracked, sdk::Role::buffer);
  }
  void train(bool) override {}
  void* extension(std::string_view id) override { return sdk::extension_among<sdk::FeatureBackbone>(this, id); }

  at::Tensor input = torch::empty({1, 3}), state = torch::empty({3, 3}), attention = torch::empty({3, 1}),
             output = torch::empty({3, 2});
  Moments moments;
  bool normalised = false;
  std::vector<at::Tensor> computed;  ///< the features of each call
  std::vector<std::int64_t> heads;   ///< how many the head was given

  at::Tensor running_mean() const { return norm_->running_mean.clone(); }
  std::int64_t batches() const { return norm_->num_batches_tracked.item<std::int64_t>(); }

 private:
  double dropout_;
  torch::nn::BatchNorm1d norm_{torch::nn::BatchNorm1dOptions(3).affine(false)};
};

class WithoutParts final : public sdk::Backbone {
 public:
  sdk::BackboneInfo info() const override { return {}; }
  at::Tensor forward(const sdk::Fragment&, sdk::Carry&) override { return {}; }
  void visit_parameters(sdk::ParameterVisitor&) override {}
  void train(bool) override {}
};

sdk::Plan two_passes(std::int64_t steps) {
  sdk::Plan plan = small_plan(steps);
  plan.passes = sdk::Passes::two;
  plan.gradients = sdk::GradientScale::mean;
  return plan;
}

/// The features of all steps with their graphs, the carry cut between steps, and the head over all of them.
at::Tensor end_to_end(InParts& backbone, const std::vector<walk::Portion>& clip) {
  const sdk::Plan plan = small_plan(std::ssize(clip));
  nn::SlotCarry carry(backbone.info().sites, plan.carry);
  std::vector<at::Tensor> features;
  for (std::size_t i = 0; i < clip.size(); ++i) {
    carry.begin_step(i == 0, plan.steps[i], i + 1 < clip.size() ? &plan.steps[i + 1] : nullptr);
    features.push_back(backbone.features(clip[i].fragment, carry));
  }
  return backbone.head(torch::cat(features, 1), {}, carry);
}

TEST(TwoPasses, GiveTheGradientsOfTheHeadOverAllFeaturesEndToEnd) {
  InParts trained, expected;
  const std::vector<Gradients> updates = train_clip(trained, two_passes(5), small_clip(5));
  torch::nn::functional::cross_entropy(end_to_end(expected, small_clip(5)).squeeze(1),
                                       torch::tensor({0, 1, 0}, torch::kLong))
      .backward();
  ASSERT_EQ(updates.size(), 1U);
  expect_near(updates.front(), gradients_of(expected), 1e-12);
  EXPECT_THAT(trained.heads, testing::ElementsAre(10)) << "the head sees all features, once";
}

TEST(TwoPasses, ScoreRowsThatEndEarlierByTheirOwnFeatures) {
  // Row 1 ends after two steps.
  std::vector<walk::Portion> clip = small_clip(2);
  for (std::int64_t i = 2; i < 4; ++i) clip.push_back(small_portion(i, {0, 2}));
  InParts trained, expected;
  const std::vector<Gradients> updates = train_clip(trained, two_passes(4), clip);

  std::vector<walk::Portion> alone, others;
  for (std::int64_t i = 0; i < 2; ++i) alone.push_back(small_portion(i, {1}));
  for (std::int64_t i = 0; i < 4; ++i) others.push_back(small_portion(i, {0, 2}));
  const auto loss = [&](const std::vector<walk::Portion>& part, std::vector<std::int64_t> classes) {
    return torch::nn::functional::cross_entropy(
        end_to_end(expected, part).squeeze(1), torch::tensor(classes),
        torch::nn::functional::CrossEntropyFuncOptions().reduction(torch::kSum));
  };
  ((loss(alone, {1}) + loss(others, {0, 0})) / 3).backward();
  expect_near(updates.front(), gradients_of(expected), 1e-12);
}

/// The class of a row's moment, of which a step has two; none: nobody labelled it.
std::optional<std::int64_t> class_of(std::size_t row, std::int64_t moment) {
  const std::int64_t number = 3 * static_cast<std::int64_t>(row) + moment;
  if (number % 5 == 1) return std::nullopt;
  return number % 3 == 0 ? 1 : 0;
}

walk::Portion labelled_portion(std::int64_t step, const std::vector<std::size_t>& rows) {
  walk::Portion portion = small_portion(step, rows);
  portion.targets.rows.clear();
  portion.targets.of_moments = [step, rows](std::size_t first_rows, std::int64_t moments) {
    EXPECT_EQ(moments, 2);
    std::vector<sdk::Target> targets;
    for (std::size_t i = 0; i < first_rows; ++i) {
      for (std::int64_t m = 0; m < moments; ++m) {
        const auto known = class_of(rows[i], 2 * step + m);
        targets.emplace_back().labelled = known.has_value();
        if (known) targets.back().classes = {*known};
      }
    }
    return targets;
  };
  return portion;
}

/// Of three rows, of which row 1 ends after two of four steps.
std::vector<walk::Portion> labelled_clip() {
  return {labelled_portion(0, {0, 1, 2}), labelled_portion(1, {0, 1, 2}), labelled_portion(2, {0, 2}),
          labelled_portion(3, {0, 2})};
}

/// M3.11 written out: of a row's scores (P, K).
at::Tensor loss_of_moments(const at::Tensor& scores, std::size_t row, double smoothing) {
  const at::Tensor logs = scores.log_softmax(1);
  at::Tensor sum = torch::zeros({}, torch::kDouble);
  for (std::int64_t m = 0; m < logs.size(0); ++m) {
    const auto known = class_of(row, m);
    if (!known) continue;
    sum = sum - logs[m][*known];
    if (m == 0 || !class_of(row, m - 1)) continue;
    sum = sum + smoothing * (logs[m] - logs[m - 1].detach()).square().clamp_max(16).mean();
  }
  return sum;
}

TEST(TwoPasses, GiveTheGradientsOfAllMomentsEndToEnd) {
  constexpr double smoothing = 0.15;
  InParts trained(0, Moments::of_whole), expected(0, Moments::of_whole);
  const std::vector<Gradients> updates = train_clip(trained, two_passes(4), labelled_clip(), smoothing);

  at::Tensor loss = torch::zeros({}, torch::kDouble);
  for (const std::size_t row : {0U, 1U, 2U}) {
    std::vector<walk::Portion> alone;
    for (std::int64_t i = 0; i < (row == 1 ? 2 : 4); ++i) alone.push_back(small_portion(i, {row}));
    loss = loss + loss_of_moments(end_to_end(expected, alone)[0], row, smoothing);
  }
  (loss / (8 * 3)).backward();  // moments of the longest video, videos
  ASSERT_EQ(updates.size(), 1U);
  expect_near(updates.front(), gradients_of(expected), 1e-12);
}

TEST(TwoPasses, WeighMomentsAsOnePassDoes) {
  InParts twice(0, Moments::alone), once(0, Moments::alone);
  for (InParts* backbone : {&twice, &once}) backbone->attention.set_requires_grad(false);  // is not used
  sdk::Plan plan = small_plan(4);
  plan.gradients = sdk::GradientScale::mean;
  const std::vector<Gradients> updates = train_clip(twice, two_passes(4), labelled_clip()),
                               of_one_pass = train_clip(once, plan, labelled_clip());
  ASSERT_EQ(updates.size(), 1U);
  ASSERT_EQ(of_one_pass.size(), 1U);
  expect_near(updates.front(), of_one_pass.front(), 1e-12);
}

TEST(TwoPasses, DropTheSameTwice) {
  InParts backbone(0.5);
  train_clip(backbone, two_passes(3), small_clip(3));
  ASSERT_EQ(backbone.computed.size(), 6U);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(backbone.computed[i].eq(0).any().item<bool>());
    EXPECT_TRUE(backbone.computed[i].equal(backbone.computed[i + 3])) << i;
  }
}

TEST(TwoPasses, MoveRunningStatisticsOnce) {
  InParts trained, once;
  trained.normalised = once.normalised = true;
  train_clip(trained, two_passes(3), small_clip(3));
  end_to_end(once, small_clip(3));
  EXPECT_TRUE(trained.running_mean().equal(once.running_mean()));
  EXPECT_EQ(trained.batches(), 3);
  EXPECT_TRUE(trained.computed[2].equal(trained.computed[5])) << "batch statistics are the same twice";
}

TEST(TwoPasses, AskForABackboneInParts) {
  WithoutParts backbone;
  check_two_pass(small_plan(2), backbone, "tiny", "pgt");
  try {
    check_two_pass(two_passes(2), backbone, "tiny", "two_pass");
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::config);
    EXPECT_THAT(error.what(), testing::HasSubstr("schedule \"two_pass\" learns in two passes"));
    EXPECT_THAT(error.what(), testing::HasSubstr("model \"tiny\""));
  }
}

}  // namespace
}  // namespace pgt::train
