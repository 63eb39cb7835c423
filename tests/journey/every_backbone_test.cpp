// Whatever backbones and schedules there are, with whatever the backbones default to.

#include <gmock/gmock.h>

#include <sstream>

#include "journey.hpp"

namespace pgt::journey {
namespace {

/// Settings of a schedule with which each backbone trains in no time on 36 frames. A schedule that is not here fails
/// the test: whoever adds one gives it a line.
struct SmallSchedule {
  const char* name;
  std::vector<std::string> settings;
};
const std::vector<SmallSchedule> small_schedules{
    {"clip", {"frames = 4\n"}},
    {"curriculum", {"steps = 2\nstep_length = 4\nfirst_steps = 1\n"}},
    {"multigrid", {"frames = 8\nlong_frames = [0.5, 1]\nlong_sizes = [1, 1]\nshort_sizes = []\n"}},
    {"pgt", {"steps = 2\nstep_length = 4\n", "steps = 2\nstep_length = 4\ndetach = false\n"}},
    {"pgt_multigrid", {"steps = 2\nstep_length = 4\ngrid_steps = [3]\ngrid_step_length = [4]\nfine_tune = false\n"}},
    {"stochastic", {"steps = 2\nstep_length = 4\nkeep = 0.5\n"}},
    {"tbptt",
     {"steps = 3\nstep_length = 4\ngradient_steps = 2\n",
      "steps = 3\nstep_length = 4\ngradient_steps = 2\nwindow = \"sliding\"\n"}},
    {"two_pass", {"steps = 2\nstep_length = 4\n"}},
    {"whole", {"steps = 2\nstep_length = 4\n"}},
};

/// What a backbone must be told.
std::string required_by(const std::string& backbone) { return backbone == "exported" ? "file = \"net.pt\"\n" : ""; }

/// The names in a table of `pgt-host plugins` of this kind.
std::vector<std::string> names_of(const std::string& table, const std::string& kind) {
  std::vector<std::string> names;
  for (const std::string& line : lines_of(table)) {
    std::istringstream words(line);
    std::string name, said;
    if (words >> name >> said && said == kind) names.push_back(name);
  }
  return names;
}

class Every : public Journey {
 protected:
  Every() : plugins_(plugin::run_host({"plugins"}).out) {
    make_videos("few", 12, 36, 1);
    EXPECT_EQ(plugin::run_program({PGT_MAKE_PROGRAM, (folder_ / "net.pt").string()}).code, 0);
  }

  /// False where the schedule learns from features apart from the head, which the backbone does not give.
  bool expect_to_train(const std::string& backbone, const std::string& schedule) {
    SCOPED_TRACE(backbone + ": " + schedule);
    write("run.toml", "[model]\nuse = \"" + backbone + "\"\n" + required_by(backbone) +
                          "[dataset]\nuse = \"folder\"\nroot = \"few\"\n[schedule]\n" + schedule +
                          "[data]\nsize = 32\nthreads = 1\n[train]\nepochs = 1\nbatch_size = 6\nthreads = 1\n"
                          "device = \"" +
                          device() + "\"\n");
    const HostRun check = plugin::run_host({"check", (folder_ / "run.toml").string()});
    if (check.err.find("sdk::FeatureBackbone") != std::string::npos) return false;
    EXPECT_EQ(check.code, 0) << check.err;
    for (const std::vector<std::string>& settings : optimizers()) {
      const HostRun run = train("runs", settings);
      EXPECT_EQ(run.code, 0) << testing::PrintToString(settings) << ": " << run.err;
      EXPECT_THAT(text_of(run_in("runs") / "metrics.jsonl"), testing::HasSubstr("\"event\":\"val_epoch\""));
      fs::remove_all(folder_ / "runs");
    }
    return true;
  }

  /// What chooses each optimizer; nothing where there is one alone.
  static std::vector<std::vector<std::string>> optimizers() {
    if (plugin::run_host({"explain", "train.optimizer"}).code != 0) return {{}};
    return {{"train.optimizer=sgd"}, {"train.optimizer=adamw"}};
  }

  const std::string plugins_;
};

class EveryBackbone : public Every, public testing::WithParamInterface<SmallSchedule> {};

TEST_P(EveryBackbone, SlowTrainsAnIterationWithEachOptimizer) {
  const std::vector<std::string> backbones = names_of(plugins_, "backbone");
  ASSERT_THAT(backbones,
              testing::IsSupersetOf({"c2d", "exported", "i3d", "r3d", "regnet", "slow", "slowfast", "vit", "x3d"}));
  int trained = 0;
  for (const std::string& backbone : backbones) {
    for (const std::string& settings : GetParam().settings) {
      trained += expect_to_train(backbone, std::string("use = \"") + GetParam().name + "\"\n" + settings) ? 1 : 0;
    }
  }
  EXPECT_GT(trained, 0) << "no backbone trains with this schedule";
}

INSTANTIATE_TEST_SUITE_P(With, EveryBackbone, testing::ValuesIn(small_schedules),
                         [](const auto& test) { return std::string(test.param.name); });

/// The quick part: there are settings for each schedule, and no other.
TEST_F(Every, ScheduleHasSmallSettings) {
  std::vector<std::string> known;
  for (const SmallSchedule& small : small_schedules) known.emplace_back(small.name);
  EXPECT_THAT(names_of(plugins_, "schedule"), testing::UnorderedElementsAreArray(known));
}

}  // namespace
}  // namespace pgt::journey
