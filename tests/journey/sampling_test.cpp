// Which frames a run sees, from the run file to its records.

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "journey.hpp"

namespace pgt::journey {
namespace {

using ::testing::HasSubstr;

/// The videos have 36 frames. Ten steps of eight that share one make a clip of 71: too long for any of them.
class SamplingJourney : public Journey {
 protected:
  HostRun run(const std::string& root, std::vector<std::string> settings) const {
    settings.emplace_back("train.epochs=1");
    return train(root, settings);
  }
  /// The records of this event in the run's metrics.
  std::vector<nlohmann::json> records(const std::string& root, const std::string& event) const {
    std::vector<nlohmann::json> found;
    for (const std::string& line : lines_of(text_of(run_in(root) / "metrics.jsonl"))) {
      nlohmann::json json = nlohmann::json::parse(line);
      if (json.at("event") == event) found.push_back(std::move(json));
    }
    return found;
  }
  std::size_t steps(const std::string& root) const {
    return records(root, "train_iter").at(0).at("step_losses").size();
  }
};

TEST_F(SamplingJourney, EveryWayTrainsAndScores) {
  for (const std::string sampling : {"segment", "uniform"}) {
    const HostRun trained = run(sampling, {"data.sampling=" + sampling});
    EXPECT_EQ(trained.code, 0) << trained.err;
    EXPECT_NE(text_of(run_in(sampling) / "metrics.jsonl"), "");
  }
}

TEST_F(SamplingJourney, AClipThatIsTooLongHasAllItsStepsOrThoseThatAreThere) {
  for (const std::string too_short : {"hold", "loop", "mask"}) {
    const HostRun trained = run(too_short, {"schedule.steps=10", "data.short=" + too_short});
    EXPECT_EQ(trained.code, 0) << trained.err;
    EXPECT_EQ(steps(too_short), too_short == "mask" ? 5U : 10U) << too_short;
  }
  EXPECT_NE(text_of(run_in("hold") / "metrics.jsonl"), text_of(run_in("loop") / "metrics.jsonl"));
}

TEST_F(SamplingJourney, VideosThatAreTooShortAreLeftOutAndNamed) {
  make_videos("longer", 12, 90, 2);
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / "longer")) {
    if (entry.path().extension() != ".mp4") continue;
    const fs::path place = folder_ / "videos" / fs::relative(entry.path().parent_path(), folder_ / "longer");
    fs::copy_file(entry.path(), place / ("longer-" + entry.path().filename().string()));
  }
  const HostRun trained = run("skip", {"schedule.steps=10", "data.short=skip", "data.max_bad_fraction=1"});
  EXPECT_EQ(trained.code, 0) << trained.err;
  const std::vector<std::string> bad = lines_of(text_of(run_in("skip") / "bad_files.csv"));
  EXPECT_THAT(text_of(run_in("skip") / "bad_files.csv"), HasSubstr("is too short: it has 36 of the clip's 71 frames"));
  EXPECT_GT(bad.size(), 2U);

  const HostRun refused = run("refused", {"schedule.steps=20", "data.short=skip"});
  EXPECT_EQ(refused.code, 4);
  EXPECT_THAT(refused.err, HasSubstr("more than data.max_bad_fraction allows"));
}

TEST_F(SamplingJourney, WhatCannotBeIsRefusedBeforeAnythingStarts) {
  const HostRun whole = run("whole", {"schedule.steps=all", "data.sampling=segment"});
  EXPECT_EQ(whole.code, 3);
  EXPECT_THAT(whole.err, HasSubstr("data.sampling = \"segment\" spreads a fixed number of frames"));
  const HostRun views = run("views", {"data.sampling=uniform", "eval.views=2"});
  EXPECT_EQ(views.code, 3);
  EXPECT_THAT(views.err, HasSubstr("eval.views is 2"));
  EXPECT_FALSE(fs::exists(run_in("whole")));
}

TEST_F(SamplingJourney, LanesAreSamplesOfTheirOwn) {
  ASSERT_EQ(run("one", {"schedule.steps=all"}).code, 0);
  ASSERT_EQ(run("three", {"schedule.steps=all", "data.lanes=3"}).code, 0);
  EXPECT_EQ(records("one", "train_iter").size(), 5U);     // 18 videos, four at a time
  EXPECT_EQ(records("three", "train_iter").size(), 14U);  // 54 lanes
  EXPECT_EQ(records("three", "train_epoch").at(0).at("videos"), 54);
  EXPECT_EQ(records("three", "val_epoch").at(0).at("videos"), 6);
  EXPECT_EQ(steps("one"), 5U);    // of 36 frames
  EXPECT_EQ(steps("three"), 2U);  // of 12
}

}  // namespace
}  // namespace pgt::journey
