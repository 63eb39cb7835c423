// `pgt-host plan`: what a schedule does.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "journey.hpp"

namespace pgt::journey {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::DoubleNear;
using testing::HasSubstr;
using testing::Not;

class Plan : public Journey {
 protected:
  HostRun plan(const std::vector<std::string>& settings, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> command{"plan", (folder_ / "run.toml").string()};
    for (const std::string& setting : settings) command.insert(command.end(), {"--set", setting});
    command.insert(command.end(), more.begin(), more.end());
    return plugin::run_host(command);
  }
  json plan_json(const std::vector<std::string>& settings, std::vector<std::string> more = {}) const {
    more.emplace_back("--json");
    const HostRun run = plan(settings, more);
    EXPECT_EQ(run.code, 0) << run.err;
    return run.code == 0 ? json::parse(run.out) : json();
  }
};

TEST_F(Plan, ShowsTheStepsOfPgt) {
  const HostRun run = plan({"train.epochs=10", "train.learning_rate=0.1"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.err, "");
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("schedule \"pgt\", epoch 1 of 10, iteration 1 of 5\n"),
                    HasSubstr("the maximum over time of the sites that look across time"), HasSubstr("rate 0.1;"),
                    HasSubstr("  0     0-7         0        -                      back-propagate\n"),
                    HasSubstr("  3     22-28       1        cut                    back-propagate, update\n"),
                    HasSubstr("evaluation: 4 steps of 29 frames in all\n"), Not(HasSubstr("clips while training"))));
}

TEST_F(Plan, CountsIterationsByThePlansBatches) {
  // Pictures of half the size and of all of it in turn, with the batch that has as many pixels.
  write("run.toml",
        "[model]\nuse = \"slow\"\n[dataset]\nuse = \"folder\"\nroot = \"videos\"\n[data]\nsize = 16\n"
        "[train]\nbatch_size = 2\n[schedule]\nuse = \"multigrid\"\nframes = 4\nlong_frames = [1.0]\n"
        "long_sizes = [1.0]\nshort_sizes = [0.5]\n");
  const json first = plan_json({}), second = plan_json({}, {"--iteration", "2"});
  EXPECT_EQ(first.at("units"), 18);
  EXPECT_EQ(first.at("iterations"), 3) << "8, 2 and 8 videos";
  EXPECT_EQ(first.at("clip").at("size"), 8);
  EXPECT_EQ(first.at("clip").at("batch"), 8);
  EXPECT_EQ(second.at("clip").at("size"), 16);
  EXPECT_EQ(second.at("clip").at("batch"), 2);
  EXPECT_EQ(plan_json({}, {"--epoch", "2"}).at("total"), 4);
  EXPECT_EQ(plan_json({}, {"--epoch", "2"}).at("clip").at("size"), 16) << "the cycle goes on over the epochs";
}

TEST_F(Plan, DrawsAPicture) {
  const HostRun run = plan({"schedule.steps=\"all\""}, {"--svg", (folder_ / "plan.svg").string()});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(text_of(folder_ / "plan.svg"),
              AllOf(HasSubstr("pgt: epoch 1, iteration 1"), HasSubstr("until the video ends"), HasSubstr("backward"),
                    HasSubstr("</svg>")));
  EXPECT_THAT(run.out, HasSubstr("step 1 repeats until the video ends"));
}

TEST_F(Plan, ShowsAllPathwaysThatItIsTold) {
  const json told = plan_json({}, {"--pathways", "1,4"});
  EXPECT_EQ(told.at("training").at("steps").at(1).at("frames"), json::parse("[[8, 15], [32, 60]]"));
  EXPECT_EQ(told.at("clip").at("stride"), json::parse("[4, 1]"));
}

TEST_F(Plan, SaysWhichBatchesMakeAnUpdate) {
  // Five batches an epoch.
  const std::vector<std::string> of_two{"train.accumulate=2"};
  const HostRun first = plan(of_two), second = plan(of_two, {"--iteration", "2", "--svg", (folder_ / "plan.svg")}),
                last = plan(of_two, {"--iteration", "5"});
  EXPECT_THAT(first.out, AllOf(HasSubstr("one of every 2 batches (train.accumulate): this is batch 1\n"),
                               Not(HasSubstr(", update"))));
  EXPECT_THAT(second.out, AllOf(HasSubstr("this is batch 2, after which there is one\n"), HasSubstr(", update")));
  EXPECT_THAT(last.out, HasSubstr("this is batch 1, after which there is one\n")) << "an epoch ends with an update";
  EXPECT_THAT(text_of(folder_ / "plan.svg"), HasSubstr("backward, update"));
  EXPECT_EQ(plan_json(of_two).at("updates"), false);
  EXPECT_EQ(plan_json(of_two).at("accumulate"), 2);
  EXPECT_THAT(plan({}).out, Not(HasSubstr("accumulate")));
  EXPECT_THAT(plan({"train.micro_batch=2"}).out,
              HasSubstr("\nbatch     goes through the network 2 videos at a time (train.micro_batch)\n"));
  EXPECT_EQ(plan_json({"train.micro_batch=\"auto\""}).at("micro_batch"), "auto");
}

TEST_F(Plan, PointsAtTheLineOfASettingThatTheTrainingDoesNotAllow) {
  write("run.toml",
        "[model]\nuse = \"slow\"\n[dataset]\nuse = \"folder\"\nroot = \"videos\"\n[train]\nepochs = 20\n"
        "[schedule]\nuse = \"multigrid\"\nframes = 4\nbase_epochs = 100\n");
  const HostRun run = plan({});
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, HasSubstr("run.toml:11:15: error: schedule \"multigrid\", epoch 1"));
  EXPECT_THAT(run.err, HasSubstr("need train.epochs = 150"));
}

TEST_F(Plan, NeedsNoVideos) {
  const HostRun run = plan({"dataset.root=\"nowhere\""});
  EXPECT_EQ(run.code, 0);
  EXPECT_THAT(run.err, HasSubstr("how many iterations an epoch has is not known"));
  EXPECT_THAT(run.out, HasSubstr("iteration 1\n"));
}

TEST_F(Plan, RefusesAnIterationThatTheTrainingDoesNotHave) {
  EXPECT_THAT(plan({}, {"--epoch", "3"}).err, HasSubstr("--epoch 3: the training has 2 epochs"));
  EXPECT_THAT(plan({}, {"--iteration", "6"}).err, HasSubstr("--iteration 6: epoch 1 has 5"));
  EXPECT_THAT(plan({}, {"--epoch", "0"}).err, HasSubstr("--epoch: \"0\" does not count from 1"));
}

/// The tables that the published code makes (tests/golden/README.md).
class PublishedPlan : public Plan {
 protected:
  static json golden() { return json::parse(text_of(fs::path(PGT_SOURCE_DIR) / "tests/golden/multigrid.json")); }
};

TEST_F(PublishedPlan, OfMultigridHasTheSameShapesBatchesAndRates) {
  const json tables = golden().at("ordinary_multigrid");
  for (const json& table : tables) {
    const json& s = table.at("settings");
    SCOPED_TRACE(table.at("id").get<std::string>());
    json milestones = s.at("steps");
    milestones.erase(milestones.begin());
    std::vector<double> base;
    for (const json& milestone : milestones) base.push_back(milestone);
    // There, a warm-up goes to the rate with its factor; here the factor is on all of the warm-up.
    const json& warmed = table.at("rows").at(s.at("warmup_epochs").get<std::size_t>());
    const double factor = warmed.at(7).get<double>() / s.at("base_lr").get<double>();
    write("run.toml", "[model]\nuse = \"slow\"\n[dataset]\nuse = \"folder\"\nroot = \"nowhere\"\n[data]\nsize = " +
                          s.at("crop").dump() + "\n[train]\nbatch_size = " + s.at("batch").dump() + "\nepochs = " +
                          table.at("derived").at("max_epoch").dump() + "\nlearning_rate = " + s.at("base_lr").dump() +
                          "\npolicy = \"constant\"\nwarmup_epochs = " + s.at("warmup_epochs").dump() +
                          "\nwarmup_start = " + std::to_string(s.at("warmup_start_lr").get<double>() / factor) +
                          "\n[schedule]\nuse = \"multigrid\"\nframes = " + s.at("frames").dump() +
                          "\nstride = 8\nmilestones = " + json(base).dump() +
                          "\nbase_epochs = " + std::to_string(s.at("max_epoch").get<double>()) +
                          "\nwarmup_epochs = " + s.at("warmup_epochs").dump() + "\n");
    const json plan = plan_json({});
    ASSERT_EQ(plan.at("epochs").size(), table.at("rows").size());
    for (std::size_t i = 0; i < table.at("rows").size(); ++i) {
      const json& row = table.at("rows").at(i);
      const json& epoch = plan.at("epochs").at(i);
      const json& clip = epoch.at("clips").back();  // after those of the short cycle
      EXPECT_EQ(clip.at("batch"), row.at(1)) << i;
      EXPECT_EQ(clip.at("frames"), row.at(2)) << i;
      EXPECT_EQ(clip.at("size"), row.at(3)) << i;
      EXPECT_EQ(clip.at("stride").at(0), row.at(6)) << i;
      EXPECT_THAT(epoch.at("learning_rate").get<double>(), DoubleNear(row.at(7), 1e-12)) << i;
    }
  }
}

/// A run file of these settings of pgt_multigrid.
std::string progressive(const json& s, const std::string& root) {
  json lengths = json::array();
  for (const json& length : s.at("grid_step_len")) lengths.push_back(length.at(0));
  std::vector<double> rates;
  for (const json& rate : s.at("grid_lr_scales")) rates.push_back(rate);
  return "[model]\nuse = \"slow\"\n[dataset]\nuse = \"folder\"\nroot = \"" + root +
         "\"\n[train]\nbatch_size = 1\nepochs = " + s.at("max_epoch").dump() +
         "\nlearning_rate = " + s.at("base_lr").dump() + "\npolicy = \"" +
         (s.at("policy") == "cosine" ? "cosine" : "constant") + "\"\nwarmup_epochs = " + s.at("warmup_epochs").dump() +
         "\nwarmup_start = " + s.at("warmup_start_lr").dump() +
         "\n[schedule]\nuse = \"pgt_multigrid\"\nsteps = " + s.at("steps").dump() +
         "\nstep_length = " + s.at("step_len").at(0).dump() + "\noverlap = " + s.at("overlap").at(0).dump() +
         "\ngrid_steps = " + s.at("grid_steps").dump() + "\ngrid_step_length = " + lengths.dump() +
         "\ngrid_learning_rate = " + json(rates).dump() +
         "\nfine_tune = " + (s.at("no_finetune").get<bool>() ? "false" : "true") + "\n";
}

TEST_F(PublishedPlan, OfPgtMultigridHasTheSameShapesAndRates) {
  const json tables = golden().at("progressive_multigrid");
  for (const json& table : tables) {
    SCOPED_TRACE(table.at("id").get<std::string>());
    write("run.toml", progressive(table.at("settings"), "nowhere"));
    const json plan = plan_json({});
    ASSERT_EQ(plan.at("epochs").size(), table.at("rows").size());
    for (std::size_t i = 0; i < table.at("rows").size(); ++i) {
      const json& row = table.at("rows").at(i);
      const json& epoch = plan.at("epochs").at(i);
      EXPECT_EQ(epoch.at("clips").at(0).at("steps"), row.at(1)) << i;
      EXPECT_EQ(epoch.at("clips").at(0).at("frames"), row.at(3)) << i;
      EXPECT_THAT(epoch.at("learning_rate").get<double>(), DoubleNear(row.at(7).at(0), 1e-14)) << i;
    }
  }
}

TEST_F(PublishedPlan, SlowOfPgtMultigridHasTheSameRatesWithinEpochs) {
  for (const char* name : {"train/a/1.mp4", "train/a/2.mp4", "train/b/1.mp4", "train/b/2.mp4", "val/a/1.mp4"}) {
    fs::create_directories((folder_ / "four" / name).parent_path());
    write(std::string("four/") + name, "");
  }
  const json tables = golden().at("progressive_multigrid");
  for (const json& table : tables) {
    SCOPED_TRACE(table.at("id").get<std::string>());
    write("run.toml", progressive(table.at("settings"), "four"));
    for (const json& row : table.at("rows")) {
      for (std::size_t quarter = 0; quarter < 4; ++quarter) {
        const json plan = plan_json(
            {}, {"--epoch", std::to_string(row.at(0).get<int>() + 1), "--iteration", std::to_string(quarter + 1)});
        ASSERT_EQ(plan.at("iterations"), 4);
        EXPECT_EQ(plan.at("training").at("steps").size(), row.at(1)) << row;
        EXPECT_THAT(plan.at("learning_rate").get<double>(), DoubleNear(row.at(7).at(quarter), 1e-14)) << row;
      }
    }
  }
}

}  // namespace
}  // namespace pgt::journey
