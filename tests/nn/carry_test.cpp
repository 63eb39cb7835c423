#include "nn/carry.hpp"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <functional>

#include "plugin_error.hpp"

namespace pgt::nn {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Values = std::vector<double>;

/// One row, one channel, one pixel.
at::Tensor frames(const Values& values) { return torch::tensor(values, torch::kDouble).view({1, 1, -1, 1, 1}); }

Values values(const at::Tensor& tensor) {
  const at::Tensor flat = tensor.detach().contiguous().view(-1);
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

sdk::Step step(std::int64_t overlap, bool detach = true) {
  sdk::Step step;
  step.overlap = {overlap};
  step.detach = detach;
  return step;
}

sdk::CarryRule rule(sdk::Reduce reduce, double momentum = 0.0) {
  sdk::CarryRule rule;
  rule.reduce = reduce;
  rule.momentum = momentum;
  return rule;
}

const sdk::Site block{"block", 0, sdk::SiteKind::block, 3};
const sdk::Site pointwise{"pointwise", 0, sdk::SiteKind::block, 1};
const sdk::Site head{"head", 0, sdk::SiteKind::head, 1};

/// The numbers of docs/method.md M2.2: four frames, then three new ones in each step, overlap 1.
struct Row {
  std::string name;
  sdk::Reduce reduce;
  double momentum;
  std::vector<Values> entered;
  Values kept;
};

class WorkedExample : public testing::TestWithParam<Row> {};

TEST_P(WorkedExample, Holds) {
  const Row& row = GetParam();
  SlotCarry carry({block}, rule(row.reduce, row.momentum));
  const std::vector<Values> clip{{5, 1, 4, 2}, {3, 0, 6}, {2, 1, 3}};
  const sdk::Step next = step(1);
  for (std::size_t i = 0; i < clip.size(); ++i) {
    carry.begin_step(i == 0, step(i == 0 ? 0 : 1), &next);
    const at::Tensor entered = carry.enter(0, frames(clip[i]));
    EXPECT_EQ(values(entered), row.entered[i]) << "step " << i;
    EXPECT_EQ(values(carry.slots().at("block")), Values{row.kept[i]}) << "step " << i;
    EXPECT_EQ(values(carry.leave(0, entered)), clip[i]) << "step " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Carry, WorkedExample,
    testing::Values(
        Row{"lastPlain", sdk::Reduce::last, 0, {{5, 1, 4, 2}, {2, 3, 0, 6}, {6, 2, 1, 3}}, {2, 6, 3}},
        Row{"lastWithMomentum", sdk::Reduce::last, .25, {{5, 1, 4, 2}, {2, 3, 0, 6}, {5, 2, 1, 3}}, {2, 5, 3.5}},
        Row{"maxPlain", sdk::Reduce::max, 0, {{5, 1, 4, 2}, {5, 3, 0, 6}, {6, 2, 1, 3}}, {5, 6, 6}},
        Row{"maxWithMomentum", sdk::Reduce::max, .25, {{5, 1, 4, 2}, {5, 3, 0, 6}, {5.75, 2, 1, 3}}, {5, 5.75, 5.75}},
        Row{"meanPlain", sdk::Reduce::mean, 0, {{5, 1, 4, 2}, {3, 3, 0, 6}, {3, 2, 1, 3}}, {3, 3, 2.25}},
        Row{"meanWithMomentum", sdk::Reduce::mean, .25, {{5, 1, 4, 2}, {3, 3, 0, 6}, {3, 2, 1, 3}}, {3, 3, 2.4375}}),
    [](const auto& row) { return row.param.name; });

TEST(Carry, ReducesToBinsThatShareFrames) {
  const auto kept = [](sdk::Reduce reduce) {
    SlotCarry carry({block}, rule(reduce));
    const sdk::Step next = step(2);
    carry.begin_step(true, step(0), &next);
    carry.enter(0, frames({5, 1, 4, 2, 3}));
    return values(carry.slots().at("block"));
  };
  EXPECT_EQ(kept(sdk::Reduce::last), Values({2, 3}));
  EXPECT_EQ(kept(sdk::Reduce::max), Values({5, 4}));
  EXPECT_THAT(kept(sdk::Reduce::mean), ElementsAre(testing::DoubleEq(10.0 / 3), testing::DoubleEq(3)));
}

TEST(Carry, RecallsWithoutReplacing) {
  SlotCarry carry({block}, rule(sdk::Reduce::last));
  const sdk::Step next = step(1);
  carry.begin_step(true, step(0), &next);
  EXPECT_FALSE(carry.recall(0).defined());
  double state = 1;
  for (const double x : {2.0, 3.0, 4.0}) {  // a state that follows from the one before
    if (const at::Tensor before = carry.recall(0); before.defined()) state = before.item<double>();
    state *= x;
    carry.exchange(0, torch::full({1}, state, torch::kDouble));
    carry.begin_step(false, step(1), &next);
    EXPECT_EQ(carry.recall(0).item<double>(), state);
    EXPECT_EQ(carry.recall(0).item<double>(), state);
  }
  EXPECT_EQ(state, 24);
}

TEST(Carry, GivesSlotsToSitesThatLookAcrossTimeAndToTheHead) {
  const auto names = [](sdk::SiteFilter filter, bool with_head) {
    sdk::CarryRule which;
    which.sites = filter;
    which.head = with_head;
    SlotCarry carry({block, pointwise, head}, which);
    const sdk::Step next = step(1);
    carry.begin_step(true, step(0), &next);
    const at::Tensor x = frames({1, 2});
    for (sdk::SiteIndex site = 0; site < 3; ++site) carry.enter(site, x);
    std::vector<std::string> filled;
    for (const auto& [name, unused] : carry.slots()) filled.push_back(name);
    return filled;
  };
  EXPECT_THAT(names(sdk::SiteFilter::temporal, true), ElementsAre("block", "head"));
  EXPECT_THAT(names(sdk::SiteFilter::temporal, false), ElementsAre("block"));
  EXPECT_THAT(names(sdk::SiteFilter::all, true), ElementsAre("block", "head", "pointwise"));
}

TEST(Carry, TouchesNothingAtASiteThatDoesNotCarry) {
  SlotCarry carry({pointwise}, {});
  const sdk::Step second = step(1);
  carry.begin_step(false, second, &second);
  const at::Tensor x = frames({1, 2});
  EXPECT_TRUE(carry.enter(0, x).is_same(x));
  EXPECT_TRUE(carry.leave(0, x).is_same(x));
}

TEST(Carry, LeavesRowsWithoutGapsInTheLayoutTheyCameIn) {
  constexpr auto layout = at::MemoryFormat::ChannelsLast3d;
  SlotCarry carry({block}, {});
  const sdk::Step next = step(1);
  torch::manual_seed(1);
  carry.begin_step(true, step(0), &next);
  carry.enter(0, torch::rand({2, 3, 4, 2, 2}).contiguous(layout));
  carry.begin_step(false, step(1), &next);
  const at::Tensor x = torch::rand({2, 3, 4, 2, 2}).contiguous(layout).requires_grad_();
  const at::Tensor entered = carry.enter(0, x);
  EXPECT_TRUE(entered.is_contiguous(layout));
  at::Tensor computed = (entered * 2).detach().requires_grad_();
  const at::Tensor left = carry.leave(0, computed);
  EXPECT_TRUE(left.is_contiguous(layout));
  EXPECT_TRUE(left.equal(2 * x));
  left.backward(torch::ones_like(left));
  EXPECT_TRUE(computed.grad().is_contiguous(layout));
  EXPECT_TRUE(computed.grad().slice(2, 0, 1).equal(torch::zeros({2, 3, 1, 2, 2})));
  EXPECT_TRUE(computed.grad().slice(2, 1).equal(torch::ones({2, 3, 4, 2, 2})));
}

TEST(Carry, ReducesTheHeadInItsOwnWay) {
  sdk::CarryRule which = rule(sdk::Reduce::max);
  which.head_reduce = sdk::Reduce::mean;
  SlotCarry carry({block, head}, which);
  const sdk::Step next = step(1);
  carry.begin_step(true, step(0), &next);
  carry.enter(0, frames({1, 5}));
  carry.enter(1, frames({1, 5}));
  EXPECT_EQ(values(carry.slots().at("block")), Values{5});
  EXPECT_EQ(values(carry.slots().at("head")), Values{3});
}

TEST(Carry, TakesAndKeepsByPathway) {
  sdk::Site fast = block;
  fast.name = "fast";
  fast.pathway = 1;
  SlotCarry carry({block, fast}, {});
  sdk::Step first, second;
  first.overlap = {0, 0};
  second.overlap = {1, 2};
  carry.begin_step(true, first, &second);
  carry.enter(0, frames({1, 2}));
  carry.enter(1, frames({1, 2, 3, 4}));
  carry.begin_step(false, second, nullptr);
  EXPECT_EQ(values(carry.enter(0, frames({3}))), Values({2, 3}));
  EXPECT_EQ(values(carry.enter(1, frames({5, 6}))), Values({3, 4, 5, 6}));
}

TEST(Carry, TakesTheFirstStepFromTheHostAndNotFromTheLength) {
  SlotCarry carry({block}, {});
  const sdk::Step next = step(1);
  carry.begin_step(true, step(0), &next);
  carry.enter(0, frames({1, 2, 3}));
  carry.begin_step(true, step(0), &next);  // another clip, shorter
  EXPECT_EQ(values(carry.enter(0, frames({7}))), Values{7});
}

TEST(Carry, KeepsNothingAfterTheLastStep) {
  SlotCarry carry({block, head}, {});
  const sdk::Step second = step(1);
  carry.begin_step(true, step(0), &second);
  carry.enter(0, frames({1, 2}));
  carry.exchange(1, frames({1}));
  EXPECT_EQ(carry.bytes(), 2 * 8);
  carry.begin_step(false, second, nullptr);
  carry.enter(0, frames({3}));
  carry.exchange(1, frames({2}));
  EXPECT_EQ(carry.bytes(), 0);
}

TEST(Carry, KeepsNoMoreMemoryThanItsFrames) {
  SlotCarry carry({block}, {});
  const sdk::Step next = step(1);
  carry.begin_step(true, step(0), &next);
  carry.enter(0, torch::rand({2, 3, 100, 4, 4}));
  EXPECT_EQ(carry.slots().at("block").storage().nbytes(), 2U * 3 * 4 * 4 * 4);
}

/// d(last step's sum) / d(first step's frames) over three steps.
Values gradient_of_first_frames(const sdk::CarryRule& which, bool detach) {
  SlotCarry carry({block}, which);
  const sdk::Step next = step(1, detach);
  const at::Tensor x = frames({5, 1}).requires_grad_();
  const at::Tensor zero = frames({0}).requires_grad_();
  carry.begin_step(true, step(0, detach), &next);
  carry.enter(0, x);
  carry.begin_step(false, next, &next);
  carry.enter(0, zero);
  carry.begin_step(false, next, nullptr);
  carry.enter(0, frames({1}).requires_grad_()).sum().backward();
  return x.grad().defined() ? values(x.grad()) : Values{};
}

TEST(Carry, CutsTheGradientWhereTheStepSaysSo) {
  EXPECT_EQ(gradient_of_first_frames(rule(sdk::Reduce::max, .25), true), Values{});
}

TEST(Carry, LetsTheGradientThroughSlotAndBlend) {
  EXPECT_EQ(gradient_of_first_frames(rule(sdk::Reduce::max), false), Values({1, 0}));
  EXPECT_EQ(gradient_of_first_frames(rule(sdk::Reduce::last, .25), false), Values({0, .25}));
  // mean of (5 + 1) / 2, then .75 · mean(slot, 0) + .25 · slot
  EXPECT_EQ(gradient_of_first_frames(rule(sdk::Reduce::mean, .25), false), Values({.3125, .3125}));
}

TEST(Carry, CutsAtOneBorderOnly) {
  SlotCarry carry({block}, {});
  const sdk::Step joined = step(1, false), cut = step(1, true);
  const at::Tensor first = frames({1}).requires_grad_();
  const at::Tensor second = frames({2}).requires_grad_();
  carry.begin_step(true, step(0), &cut);
  carry.enter(0, first);
  carry.begin_step(false, cut, &joined);
  carry.enter(0, second);
  carry.begin_step(false, joined, nullptr);
  carry.enter(0, frames({3})).sum().backward();
  EXPECT_FALSE(first.grad().defined());
  EXPECT_EQ(values(second.grad()), Values{1});
}

TEST(Carry, ExchangesStateThatIsNotFrames) {
  SlotCarry carry({pointwise}, {});
  const sdk::Step cut = step(1);
  const at::Tensor state = torch::ones({2, 5}).requires_grad_();
  carry.begin_step(true, step(0), &cut);
  EXPECT_FALSE(carry.exchange(0, state).defined());
  carry.begin_step(false, cut, &cut);
  const at::Tensor before = carry.exchange(0, state * 3);
  EXPECT_TRUE(before.equal(state.detach()));
  EXPECT_FALSE(before.requires_grad());
  carry.begin_step(true, step(0), &cut);
  EXPECT_FALSE(carry.exchange(0, state).defined());
}

TEST(Carry, KeepsTheRowsThatGoOn) {
  SlotCarry carry({block}, {});
  const sdk::Step next = step(1);
  carry.begin_step(true, step(0), &next);
  carry.enter(0, torch::tensor({1., 2., 3.}).view({3, 1, 1, 1, 1}));
  carry.keep_rows({0, 2});
  EXPECT_TRUE(carry.slots().at("block").flatten().equal(torch::tensor({1., 3.})));
}

/// What a carry gives at two sites in one step.
std::vector<Values> run_step(SlotCarry& carry, bool first, const Values& x) {
  const sdk::Step now = step(first ? 0 : 1), next = step(1);
  carry.begin_step(first, now, &next);
  const at::Tensor before = carry.exchange(1, frames({x[0] * 10}));
  return {values(carry.enter(0, frames(x))), before.defined() ? values(before) : Values{}};
}

TEST(Carry, GoesOnFromSavedSlots) {
  const std::vector<sdk::Site> sites{block, head};
  SlotCarry whole(sites, rule(sdk::Reduce::max, .25));
  run_step(whole, true, {5, 1, 4, 2});
  SlotCarry resumed(sites, rule(sdk::Reduce::max, .25));
  resumed.restore(whole.slots());
  for (const Values& x : {Values{3, 0, 6}, Values{2, 1, 3}}) {
    EXPECT_EQ(run_step(resumed, false, x), run_step(whole, false, x));
  }
}

TEST(Carry, OfTwoVideosInterleavedIsThatOfOneAfterTheOther) {
  const std::vector<Values> first{{5, 1}, {4}, {2}}, second{{3, 9}, {0}, {6}};
  const auto run = [](const std::vector<Values>& video) {
    SlotCarry carry({block, head}, rule(sdk::Reduce::mean, .25));
    std::vector<std::vector<Values>> results;
    for (std::size_t i = 0; i < video.size(); ++i) results.push_back(run_step(carry, i == 0, video[i]));
    return results;
  };
  SlotCarry one({block, head}, rule(sdk::Reduce::mean, .25)), two({block, head}, rule(sdk::Reduce::mean, .25));
  const auto alone_one = run(first), alone_two = run(second);
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(run_step(one, i == 0, first[i]), alone_one[i]);
    EXPECT_EQ(run_step(two, i == 0, second[i]), alone_two[i]);
  }
}

TEST(Carry, NamesTheRuleThatABackboneOrPlanBreaks) {
  const sdk::Step next = step(1);
  EXPECT_THAT(error_of([] { SlotCarry({block, block}, {}); }), HasSubstr("declares the site block twice"));
  EXPECT_THAT(error_of([&] {
                SlotCarry carry({block}, {});
                carry.begin_step(true, next, nullptr);
                carry.enter(3, frames({1}));
              }),
              HasSubstr("site 3 is used, but the backbone declares 1"));
  EXPECT_THAT(error_of([&] {
                SlotCarry carry({block}, {});
                carry.begin_step(true, step(0), &next);
                carry.begin_step(false, next, nullptr);
                carry.enter(0, frames({1}));
              }),
              HasSubstr("site block takes 1 frames, but the step before kept 0"));
  EXPECT_THAT(error_of([&] {
                SlotCarry carry({block}, rule(sdk::Reduce::last, .25));
                const sdk::Step wider = step(2);
                carry.begin_step(true, step(0), &next);
                carry.enter(0, frames({1, 2}));
                carry.begin_step(false, next, &wider);
                carry.enter(0, frames({3}));
              }),
              HasSubstr("momentum needs the same overlap in every step, not 1 and 2"));
  EXPECT_THAT(error_of([&] {
                SlotCarry carry({block}, {});
                const sdk::Step wider = step(2);
                carry.begin_step(true, step(0), &wider);
                carry.enter(0, frames({1}));
              }),
              HasSubstr("to keep 2 frames but has 1"));
  EXPECT_THAT(error_of([&] {  // as torch::nn::LSTM gives it: the batch is second
                SlotCarry carry({block, pointwise}, {});
                carry.begin_step(true, step(0), &next, 3);
                carry.exchange(1, torch::zeros({3, 8}));
                carry.exchange(1, torch::zeros({1, 3, 8}), 1);
              }),
              HasSubstr("site pointwise, part 1, exchanges a state of shape [1, 3, 8], but the first dimension must be "
                        "the batch, of 3 videos: transpose the state"));
  EXPECT_THAT(error_of([&] {
                SlotCarry carry({block}, {});
                carry.begin_step(true, step(0), &next);
                carry.exchange(0, {});
              }),
              HasSubstr("site block, part 0, exchanges no state"));
  EXPECT_THAT(error_of([] {
                SlotCarry({block}, {}).restore({{"other", frames({1})}});
              }),
              HasSubstr("the site other, which the backbone does not have"));
}

}  // namespace
TEST(SlotCarry, ASiteMayKeepSeveralTensors) {
  SlotCarry carry({pointwise}, {});
  const sdk::Step first = step(0), second = step(1);
  carry.begin_step(true, first, &second);
  EXPECT_FALSE(carry.exchange(0, frames({1})).defined());
  EXPECT_FALSE(carry.exchange(0, frames({2}), 1).defined());
  const std::map<std::string, at::Tensor> saved = carry.slots();
  EXPECT_EQ(saved.at(pointwise.name).item<double>(), 1);
  EXPECT_EQ(saved.at("pointwise/1").item<double>(), 2);
  SlotCarry resumed({pointwise}, {});
  resumed.restore(saved);
  resumed.begin_step(false, second, nullptr);
  EXPECT_EQ(resumed.recall(0, 1).item<double>(), 2);
  EXPECT_EQ(resumed.exchange(0, frames({3})).item<double>(), 1);
  EXPECT_EQ(resumed.exchange(0, frames({4}), 1).item<double>(), 2);
}

TEST(SlotCarry, ASitesOwnOverlapIsItsLastFramesWhateverThePlanCarries) {
  sdk::Site causal = block;
  causal.overlap = 2;
  SlotCarry carry({causal}, rule(sdk::Reduce::max, 0.5));
  const sdk::Step first = step(0), second = step(0);
  carry.begin_step(true, first, &second);
  EXPECT_TRUE(at::equal(carry.enter(0, frames({7})), frames({7})));
  carry.begin_step(false, second, &second);
  const at::Tensor entered = carry.enter(0, frames({1, 2}));
  EXPECT_TRUE(at::equal(entered, frames({0, 7, 1, 2}))) << "zeros before the clip, then its own frames";
  EXPECT_TRUE(at::equal(carry.leave(0, entered), frames({1, 2})));
  carry.begin_step(false, second, nullptr);
  EXPECT_TRUE(at::equal(carry.enter(0, frames({3})), frames({1, 2, 3})));
}

TEST(SlotCarry, RowsThatWentAloneAreJoinedAgain) {
  SlotCarry whole({block, pointwise}, rule(sdk::Reduce::mean, 0.5)), parts = whole;
  const at::Tensor x = torch::rand({3, 2, 4, 1, 1}), state = torch::rand({3, 5});
  const sdk::Step first = step(0), second = step(2);
  const auto take = [&](SlotCarry& carry, std::int64_t row, std::int64_t count) {
    carry.enter(0, x.narrow(0, row, count));
    return carry.exchange(1, state.narrow(0, row, count), 1);
  };
  for (const bool begins : {true, false}) {
    for (SlotCarry* carry : {&whole, &parts}) carry->begin_step(begins, begins ? first : second, &second, 3);
    const at::Tensor before = take(whole, 0, 3);
    std::vector<SlotCarry> carries{parts.of_rows(0, 2), parts.of_rows(2, 1)};
    const std::vector<at::Tensor> befores{take(carries[0], 0, 2), take(carries[1], 2, 1)};
    if (before.defined()) {
      EXPECT_TRUE(torch::equal(torch::cat(befores), before));
    }
    parts.join(carries);
    const auto expected = whole.slots(), joined = parts.slots();
    ASSERT_EQ(joined.size(), 2U);
    for (const auto& [name, slot] : expected) EXPECT_TRUE(torch::equal(joined.at(name), slot)) << name;
  }
}

}  // namespace pgt::nn
