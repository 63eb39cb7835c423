/// Which frames a slower pathway sees with compat = "reference", against the reference's own lists
/// (tests/golden/packing.json; docs/method.md M5.8).
#include "schedulers/common/packing.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "schedulers/planner.hpp"

namespace pgt {
namespace {

using Frames = std::vector<std::int64_t>;

std::vector<nlohmann::json> cases(bool progressive) {
  std::ifstream file(PGT_SOURCE_DIR "/tests/golden/packing.json");
  std::vector<nlohmann::json> found;
  const nlohmann::json all = nlohmann::json::parse(file);
  for (const nlohmann::json& golden : all.at("cases")) {
    if (golden.at("progressive") == progressive) found.push_back(golden);
  }
  return found;
}

std::vector<sdk::Pathway> slow_and_fast(std::int64_t ratio) { return {{"slow", 1}, {"fast", ratio}}; }

/// The positions of the slow pathway in one step, after those that are there.
void append_slow(const walk::PlanWalk& walk, std::int64_t step, std::int64_t frames, Frames& slow) {
  const Frames all = walk.positions(step, frames);
  const std::vector<Frames> places = walk.places(step, frames);
  for (const std::int64_t place : places[0]) slow.push_back(all[static_cast<std::size_t>(place)]);
}

/// All positions of the slow pathway, step after step, as the host's loader reads them.
Frames slow_positions(const sdk::Plan& plan, std::int64_t ratio) {
  const walk::PlanWalk walk(plan, slow_and_fast(ratio));
  Frames slow;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(plan.steps.size()); ++i) {
    append_slow(walk, i, walk.frames(), slow);
  }
  return slow;
}

TEST(Packing, OfWholeClipsIsTheReferences) {
  int through_the_plugin = 0;
  for (const nlohmann::json& golden : cases(false)) {
    const std::int64_t frames = golden.at("frames"), ratio = golden.at("alpha");
    EXPECT_EQ(schedulers::spread(0, frames - 1, frames / ratio), golden.at("slow_indices").get<Frames>())
        << golden.at("id");
    if (frames % ratio != 0) continue;  // the schedule counts in slow frames
    const Planner clip("clip", {{"frames", frames / ratio}, {"compat", std::string("reference")}});
    EXPECT_EQ(slow_positions(clip.plan(slow_and_fast(ratio)), ratio), golden.at("slow_indices").get<Frames>())
        << golden.at("id");
    ++through_the_plugin;
  }
  EXPECT_EQ(through_the_plugin, 6);
}

TEST(Packing, OfStepsIsTheReferencesAlsoWhereThePathwaysOverlapForOtherTimes) {
  int count = 0;
  for (const nlohmann::json& golden : cases(true)) {
    const std::int64_t ratio = golden.at("alpha"), steps = golden.at("steps");
    Settings settings{{"steps", steps},
                      {"step_length", golden.at("step_len").at(0).get<std::int64_t>()},
                      {"overlap", golden.at("overlap").at(0).get<std::int64_t>()},
                      {"fast_overlap", golden.at("overlap").at(1).get<std::int64_t>()},
                      {"compat", std::string("reference")}};
    const sdk::Plan plan = Planner("pgt", settings).plan(slow_and_fast(ratio));
    EXPECT_EQ(slow_positions(plan, ratio), golden.at("slow_indices").get<Frames>()) << golden.at("id");
    EXPECT_EQ(walk::PlanWalk(plan, slow_and_fast(ratio)).frames(), golden.at("fast_count").get<std::int64_t>());

    settings.emplace_back("eval", std::string("whole"));
    const sdk::Plan whole = Planner("pgt", settings).plan(slow_and_fast(ratio), sdk::Phase::evaluate);
    EXPECT_EQ(whole.steps.size(), 1U);
    EXPECT_EQ(slow_positions(whole, ratio), golden.at("slow_indices").get<Frames>()) << golden.at("id");
    ++count;
  }
  EXPECT_EQ(count, 9);
}

TEST(Packing, KeepsThePathwaysTogetherWithoutCompat) {
  const sdk::Plan plan =
      Planner("pgt", {{"steps", std::int64_t{2}}, {"step_length", std::int64_t{4}}}).plan(slow_and_fast(4));
  EXPECT_EQ(slow_positions(plan, 4), (Frames{0, 4, 8, 12, 16, 20, 24}));
}

TEST(Packing, RepeatsUntilTheVideoEnds) {
  const sdk::Plan plan =
      Planner("pgt",
              {{"steps", std::int64_t{0}}, {"step_length", std::int64_t{8}}, {"compat", std::string("reference")}})
          .plan(slow_and_fast(4));
  const walk::PlanWalk walk(plan, slow_and_fast(4));
  Frames slow;
  append_slow(walk, 4, 1000, slow);
  // Step 4 of prog_8_32_o1_4_S5_a4.
  EXPECT_EQ(slow, (Frames{124, 127, 130, 133, 136, 139, 143}));
}

TEST(Packing, AnOverlapOfItsOwnForFastPathwaysNeedsCompat) {
  const sdk::Problems problems = Planner("pgt", {{"fast_overlap", std::int64_t{1}}}).problems();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].option, "fast_overlap");
}

}  // namespace
}  // namespace pgt
