// A clip whose rows are shared out among ranks.

#include "train/ranks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <mutex>
#include <new>

#include "dist/echo.hpp"
#include "dist/ranks_in_threads.hpp"
#include "small_clips.hpp"

namespace pgt::train {
namespace {

using testing::Each;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;

/// How many rows at a time there is memory for, and where more do not find any.
struct Room {
  std::int64_t rows = 100;
  bool in_backward = false;
};

/// A convolution over time that carries, and a head.
class SmallCarrier final : public sdk::Backbone {
 public:
  explicit SmallCarrier(const Room& room) : room_(room) {
    auto generator = at::make_generator<at::CPUGeneratorImpl>(5);
    conv_ = torch::randn({3, 1, 2, 1, 1}, generator, torch::kDouble).set_requires_grad(true);
    head_ = torch::randn({3, 2}, generator, torch::kDouble).set_requires_grad(true);
  }
  sdk::BackboneInfo info() const override {
    sdk::BackboneInfo info;
    info.sites = {{"conv", 0, sdk::SiteKind::block, 2}};
    return info;
  }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry& carry) override {
    const bool full = fragment.frames[0].size(0) > room_.rows;
    if (full && !room_.in_backward) throw std::bad_alloc();
    const at::Tensor x = carry.enter(0, fragment.frames[0]);
    const at::Tensor seen = torch::conv3d(x, conv_).tanh();
    if (full) seen.register_hook([](const at::Tensor&) { throw std::bad_alloc(); });
    return seen.mean({2, 3, 4}).matmul(head_).unsqueeze(1);
  }
  void visit_parameters(sdk::ParameterVisitor& visitor) override {
    visitor.visit("conv", conv_, sdk::Role::weight);
    visitor.visit("head", head_, sdk::Role::head);
  }
  void train(bool) override {}

 private:
  Room room_;
  at::Tensor conv_, head_;
};

const std::vector<std::size_t> all_rows{0, 1, 2, 3, 4};
const std::vector<std::int64_t> ends{5, 2, 5, 3, 1};  // of each row: the step without it

/// Of the rows [first, first + count), by their own numbers.
std::vector<walk::Portion> portions_of(const OwnRows& own, std::int64_t steps) {
  std::vector<walk::Portion> portions;
  for (std::int64_t step = 0; step < steps; ++step) {
    std::vector<std::size_t> rows;
    for (std::size_t row = own.first; row < own.first + own.count; ++row) {
      if (step < ends[row]) rows.push_back(row);
    }
    walk::Portion portion;
    if (!rows.empty()) portion = small_portion(step, rows);
    for (std::size_t& row : portion.rows) row -= own.first;
    portions.push_back(std::move(portion));
  }
  return portions;
}

struct Trained {
  std::vector<Gradients> updates;
  run::IterationReport report;
  std::int64_t reductions = 0;
  double correct = 0;
};

/// As with train.micro_batch = "auto", which has come down to so many, where that is not 0.
struct Auto {
  bool on = false;
  Room room{};
  std::int64_t micro_batch = 0;
};

Trained train_rows(dist::Group& group, const sdk::Plan& plan, const OwnRows& own, const Auto& automatic = {}) {
  SmallCarrier backbone(automatic.room);
  Trained trained;
  Learner learner(nn::parameters(backbone), std::make_unique<TakenDown>(backbone, trained.updates), {}, group);
  Lesson lesson{
      backbone,    {config::Loss::cross_entropy, 2, 0, {1, 3}}, 7, 0, {}, automatic.micro_batch, group, nullptr,
      automatic.on};
  const walk::PlanWalk walk(plan, {sdk::Pathway{}});
  Progress progress;
  progress.clip.videos = all_rows;
  walk::GivenFragments supply(portions_of(own, std::ssize(plan.steps)));
  walk::Steps steps(walk, 0, backbone.info().sites, supply);
  if (!group.alone()) steps.walk_along(0);
  ClipTrainer trainer(lesson, learner, walk.plan(), steps, Mix(), 0.1, progress, {}, true, own);
  while (trainer.step()) {
  }
  trained.report = trainer.report(1, {});
  trained.reductions = learner.reductions();
  trained.correct = trainer.correct();
  return trained;
}

void expect_same(const Trained& found, const Trained& expected) {
  ASSERT_EQ(found.updates.size(), expected.updates.size());
  for (std::size_t i = 0; i < found.updates.size(); ++i) expect_near(found.updates[i], expected.updates[i], 1e-12);
  ASSERT_EQ(found.report.step_losses.size(), expected.report.step_losses.size());
  for (std::size_t i = 0; i < found.report.step_losses.size(); ++i) {
    EXPECT_NEAR(found.report.step_losses[i], expected.report.step_losses[i], 1e-12);
  }
  EXPECT_EQ(found.report.videos, expected.report.videos);
  EXPECT_NEAR(found.report.loss, expected.report.loss, 1e-12);
  EXPECT_NEAR(found.report.gradient_norm, expected.report.gradient_norm, 1e-12);
  EXPECT_EQ(found.correct, expected.correct);
}

/// On two ranks, and on three of which one has no row.
void expect_same_on_ranks(const sdk::Plan& plan, std::int64_t reductions) {
  const Trained whole = train_rows(dist::alone(), plan, {0, 5});
  for (const std::vector<OwnRows>& shares : {std::vector<OwnRows>{{0, 3}, {3, 2}}, {{0, 4}, {4, 0}, {4, 1}}}) {
    std::mutex mutex;
    const std::vector<std::string> thrown = dist::on_ranks(static_cast<int>(shares.size()), [&](dist::Group& group) {
      const Trained trained = train_rows(group, plan, shares[static_cast<std::size_t>(group.rank())]);
      const std::lock_guard lock(mutex);
      expect_same(trained, whole);
      EXPECT_EQ(trained.reductions, reductions);
    });
    EXPECT_THAT(thrown, Each(IsEmpty()));
  }
}

TEST(Ranks, LearnOfAClipWhatOneLearnsWithOneReduction) { expect_same_on_ranks(small_plan(5), 1); }

TEST(Ranks, ReduceOnceForEachUpdateWithinAClip) {
  sdk::Plan plan = small_plan(5);
  plan.gradients = sdk::GradientScale::mean;
  for (sdk::Step& step : plan.steps) step.optimizer_step = true;
  expect_same_on_ranks(plan, 5);
}

TEST(Ranks, SendTheirGradientsFromTheLastBackward) {
  dist::Echo group;
  const Trained trained = train_rows(group, small_plan(5), {0, 5});
  EXPECT_EQ(trained.updates.size(), 1U);
  EXPECT_EQ(std::ranges::count(group.calls, 't'), 1) << "the one bucket, once";
  EXPECT_THAT(group.calls, EndsWith("tnn")) << "before they meet for the next step and for the update";

  dist::Echo waits;
  train_rows(waits, small_plan(5), {0, 5}, {true});
  EXPECT_THAT(waits.calls, EndsWith("ntn")) << "memory may run out in the last backward";
}

// Rows of a rank end while its losses wait for a backward through the carry.
TEST(Ranks, BackPropagateThroughStepsThatOthersGoOnWith) {
  sdk::Plan plan = small_plan(5);
  for (sdk::Step& step : plan.steps) step.detach = step.backward = false;
  plan.steps.back().backward = true;
  expect_same_on_ranks(plan, 1);
}

TEST(Ranks, ReachBackOverSeveralSteps) {
  sdk::Plan plan = small_plan(5);
  plan.steps[1].gradient_reach = 1;  // there are no more before it
  for (std::size_t i = 2; i < plan.steps.size(); ++i) plan.steps[i].gradient_reach = 2;
  expect_same_on_ranks(plan, 1);
}

TEST(Ranks, FailAlikeWhereMemoryRunsOutOnOneAndLearnTheSameInParts) {
  const sdk::Plan plan = small_plan(5);
  const Trained whole = train_rows(dist::alone(), plan, {0, 5});
  const std::vector<OwnRows> shares{{0, 3}, {3, 0}, {3, 2}};
  for (const bool in_backward : {false, true}) {
    std::mutex mutex;
    const std::vector<std::string> thrown = dist::on_ranks(3, [&](dist::Group& group) {
      const OwnRows own = shares[static_cast<std::size_t>(group.rank())];
      const Room room = group.first() ? Room{2, in_backward} : Room{};
      try {
        train_rows(group, plan, own, {true, room});
        ADD_FAILURE() << "nothing has failed on rank " << group.rank();
      } catch (const nn::FullMemory& full) {
        EXPECT_EQ(full.rows(), 3);
        EXPECT_THAT(full.what(), HasSubstr(group.first() ? "not enough memory" : "memory ran out on rank 0"));
      }
      const Trained parts = train_rows(group, plan, own, {true, room, 2});
      const std::lock_guard lock(mutex);
      expect_same(parts, whole);
    });
    EXPECT_THAT(thrown, Each(IsEmpty()));
  }
}

TEST(Ranks, BringTheirCarryTogetherAndShareItOut) {
  const at::Tensor whole = torch::arange(12).view({4, 3});  // of the rows 0, 2, 3 and 4
  const std::vector<std::size_t> alive{0, 2, 3, 4};
  const std::vector<OwnRows> shares{{0, 2}, {2, 0}, {2, 3}};
  const std::vector<std::string> thrown = dist::on_ranks(3, [&](dist::Group& group) {
    const OwnRows own = shares[static_cast<std::size_t>(group.rank())];
    Slots mine = own_carry({{"site", whole}}, alive, own);
    EXPECT_EQ(mine.at("site").size(0), (std::vector<std::int64_t>{1, 0, 3})[static_cast<std::size_t>(group.rank())]);
    if (own.count == 0) mine.clear();
    const Slots together = collect_carry(group, mine);
    EXPECT_EQ(together.size(), group.first() ? 1U : 0U);
    for (const auto& [name, tensor] : together) EXPECT_TRUE(tensor.equal(whole)) << name;
  });
  EXPECT_THAT(thrown, Each(IsEmpty()));
}

}  // namespace
}  // namespace pgt::train
