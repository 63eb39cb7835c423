#include "run/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "reports.hpp"
#include "run/csv.hpp"
#include "scratch.hpp"

namespace pgt::run {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const Host host{{"/opt/pgt-host"}, {"pgt-host", "run.toml"}, {{"pgt", "0.1.0"}}};

Reporting silently() { return {.epochs = 10, .log_every = 2, .display = {.quiet = true}}; }

Run create(const Scratch& scratch, const std::string& name = "gym") {
  return Run::create(scratch.path(), name, {"[train]\n", "", "{}", "{}", {"a"}, {}}, host, silently());
}

/// Iterations `first` to `last`, with the epochs that they end. Each start's clock says something else.
void train(Run& run, std::int64_t first, std::int64_t last, double seconds) {
  for (std::int64_t total = first; total <= last; ++total) {
    run.observer().iteration(an_iteration(total, seconds * static_cast<double>(total)));
    if (total % iterations_an_epoch != 0) continue;
    const std::int64_t epoch = total / iterations_an_epoch - 1;
    run.observer().epoch(an_epoch(epoch, seconds));
    if (epoch % 2 == 1) run.observer().evaluation(an_evaluation(epoch, epoch == 1, seconds));
  }
}

json status_of(const fs::path& folder) { return json::parse(read_file(folder / "STATUS.json")); }

std::string without_times(const std::string& results) {
  const CsvTable table = parse_csv(results);
  std::string text;
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (table.header[i] != "time_s" && table.header[i] != "clips_per_s") text += row[i] + ",";
    }
    text += "\n";
  }
  return text;
}

TEST(Run, ThatWasKilledAndResumedRecordsTheSameBytes) {
  const Scratch scratch;
  run::Run whole = create(scratch, "whole");
  train(whole, 1, 14, 0.1);
  whole.finish({});

  // A checkpoint after that many iterations (none, in an epoch, at its end), then two further ones that are lost.
  for (const std::int64_t kept : {0, 1, 2, 3, 4, 6, 12}) {
    fs::path folder;
    std::int64_t bytes = 0;
    {
      run::Run killed = create(scratch, "killed");
      folder = killed.folder();
      train(killed, 1, kept, 0.2);
      if (kept > 0) bytes = killed.metrics_bytes();
      train(killed, kept + 1, kept + 2, 0.3);
    }
    run::Run resumed = run::Run::resume(folder, host, silently());
    resumed.begin();
    resumed.restore(bytes, kept / iterations_an_epoch);
    train(resumed, kept + 1, 14, 0.4);
    resumed.finish({});
    EXPECT_EQ(read_file(folder / "metrics.jsonl"), read_file(whole.folder() / "metrics.jsonl")) << kept;
    EXPECT_EQ(without_times(read_file(folder / "results.csv")),
              without_times(read_file(whole.folder() / "results.csv")))
        << kept;
  }
}

TEST(Run, RecordsWhatReadsBackAsTheSameNumbers) {
  const Scratch scratch;
  run::Run run = create(scratch);
  run::IterationReport report = an_iteration(3);
  report.accuracy = std::numeric_limits<double>::quiet_NaN();
  run.observer().iteration(report);
  run::EvaluationReport test = an_evaluation(0, false);
  test.split = "test";
  run.observer().evaluation(test);
  run.finish({});

  std::ifstream file(run.folder() / "metrics.jsonl");
  std::string line;
  std::getline(file, line);
  const json iteration = json::parse(line);
  EXPECT_EQ(iteration.at("event"), "train_iter");
  EXPECT_EQ(iteration.at("epoch"), 1);
  EXPECT_EQ(iteration.at("iteration"), 3);
  EXPECT_EQ(iteration.at("loss").get<double>(), report.loss);
  EXPECT_EQ(iteration.at("step_losses").get<std::vector<double>>(), report.step_losses);
  EXPECT_TRUE(iteration.at("top1").is_null());
  EXPECT_FALSE(iteration.contains("seconds"));
  std::getline(file, line);
  EXPECT_EQ(json::parse(line).at("event"), "test");
  EXPECT_EQ(json::parse(line).at("metrics").at("top1"), 60.0);
}

TEST(Run, HasOneRowOfResultsForEachEpoch) {
  const Scratch scratch;
  run::Run run = create(scratch);
  train(run, 1, 6, 0.5);
  run.finish({});
  const std::string text = read_file(run.folder() / "results.csv");
  EXPECT_THAT(text, testing::StartsWith("epoch,iterations,time_s,train/loss,train/top1,val/loss,val/top1,val/top5,"
                                        "val/mean_class_accuracy,val/mAP,best,lr,clips_per_s\n"));
  const CsvTable table = parse_csv(text);
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_THAT(table.rows[0], testing::ElementsAre("1", "3", "0.5", "1.7", "33.333333333333336", "", "", "", "", "", "",
                                                  "0.025", "24"));
  EXPECT_THAT(table.rows[1], testing::ElementsAre("2", "6", "1", "0.85", "33.333333333333336", "1.25", "60", "100",
                                                  "55.5", "", "1", "0.025", "24"));
  EXPECT_THAT(read_file(run.folder() / "curves.svg"), HasSubstr("</svg>"));
}

TEST(Run, KeepsItsFolderAsDocumented) {
  const Scratch scratch;
  run::Run run = create(scratch);
  EXPECT_EQ(run.folder().filename(), "gym-001");
  EXPECT_EQ(fs::read_symlink(scratch / "latest"), "gym-001");
  EXPECT_EQ(fs::read_symlink(scratch / "gym"), "gym-001");
  EXPECT_EQ(run.checkpoint_path("best"), run.folder() / "checkpoints" / "best.safetensors");
  EXPECT_EQ(run.resume_command(), "/opt/pgt-host resume '" + run.folder().string() + "'");
  for (const char* name : {"run.toml", "config.resolved.toml", "env.json", "plugins.json", "data.json", "classes.txt",
                           "train.log", "metrics.jsonl", "results.csv", "STATUS.json", "NEXT_STEPS.txt"}) {
    EXPECT_TRUE(fs::exists(run.folder() / name)) << name;
  }
  EXPECT_FALSE(fs::exists(run.folder() / "bad_files.csv"));
  run.observer().bad_file({"a", "/v/a.mp4", "empty file", "train"});
  run.observer().bad_file({"a", "/v/a.mp4", "empty file", "train"});
  EXPECT_TRUE(fs::exists(run.folder() / "bad_files.csv"));
  run.finish({});
  const std::string log = read_file(run.folder() / "train.log");
  EXPECT_THAT(log, HasSubstr("warning: cannot read /v/a.mp4 (train): empty file\n"));
  EXPECT_EQ(log.find("/v/a.mp4"), log.rfind("/v/a.mp4")) << "once";
}

TEST(Run, SaysHowItStands) {
  const Scratch scratch;
  fs::path folder;
  {
    run::Run run = create(scratch);
    folder = run.folder();
    EXPECT_EQ(status_of(folder).at("status"), "running");
    train(run, 1, 6, 0.5);
    EXPECT_EQ(status_of(folder).at("epoch"), 2);
    EXPECT_EQ(status_of(folder).at("epochs"), 10);
  }
  EXPECT_EQ(status_of(folder).at("status"), "failed") << "nobody finished it";
  {
    Reporting on_a_device = silently();
    on_a_device.peak_device_bytes = [] { return 3000; };
    run::Run run = run::Run::resume(folder, host, on_a_device);
    run.begin();
    EXPECT_EQ(status_of(folder).at("status"), "running");
    run.finish({State::interrupted, 130, "SIGTERM"});
  }
  const json status = status_of(folder);
  EXPECT_EQ(status.at("status"), "interrupted");
  EXPECT_EQ(status.at("exit_code"), 130);
  EXPECT_EQ(status.at("epoch"), 2);
  EXPECT_GT(status.at("peak_rss_bytes"), 1 << 20);
  EXPECT_EQ(status.at("peak_device_bytes"), 3000);
  EXPECT_GT(status.at("seconds"), 0);
}

std::map<std::string, std::string> contents_of(const fs::path& folder) {
  std::map<std::string, std::string> contents;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) contents[entry.path().lexically_relative(folder).string()] = read_file(entry.path());
  }
  return contents;
}

TEST(Run, StaysAsItIsUntilItBeginsAgain) {
  const Scratch scratch;
  fs::path folder;
  {
    run::Run run = create(scratch);
    folder = run.folder();
    train(run, 1, 3, 0.5);
    run.finish({});
  }
  const auto before = contents_of(folder);
  {
    const run::Run run = run::Run::resume(folder, host, silently());
    EXPECT_EQ(run.state(), State::finished);
  }
  EXPECT_EQ(contents_of(folder), before);
}

/// A process that is killed between the folder and its links.
TEST(Run, GetsItsLinksAtTheNextStart) {
  const Scratch scratch;
  const fs::path first = create(scratch).folder();
  const fs::path second = create(scratch).folder();
  const auto resume = [](const fs::path& folder) { run::Run::resume(folder, host, silently()).begin(); };
  for (const char* link : {"gym", "latest"}) fs::remove(scratch / link);
  resume(first);
  for (const char* link : {"gym", "latest"}) EXPECT_EQ(fs::read_symlink(scratch / link), "gym-001");
  resume(second);
  for (const char* link : {"gym", "latest"}) EXPECT_EQ(fs::read_symlink(scratch / link), "gym-002");
  resume(first);
  EXPECT_EQ(fs::read_symlink(scratch / "gym"), "gym-002") << "the newest keeps it";
  fs::remove(scratch / "gym");
  fs::rename(first, scratch / "gym");
  resume(scratch / "gym");
  EXPECT_TRUE(fs::is_directory(fs::symlink_status(scratch / "gym")));
}

/// The last epoch's training was done when the process died; its time is that of the process that trained.
TEST(Run, AnEpochFoundFinishedHasTheTimeItTook) {
  const Scratch scratch;
  fs::path folder;
  {
    run::Run killed = create(scratch);
    folder = killed.folder();
    train(killed, 1, 3, 7);
    killed.metrics_bytes();
  }
  run::Run resumed = run::Run::resume(folder, host, silently());
  resumed.begin();
  resumed.restore(0, 0);
  resumed.observer().epoch(an_epoch(0, 0.01));
  resumed.finish({});
  const CsvTable table = parse_csv(read_file(folder / "results.csv"));
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(table.rows[0][table.column("time_s")], "7.01");
  EXPECT_NEAR(std::stod(table.rows[0][table.column("clips_per_s")]), 12 / 7.01, 1e-9);
}

TEST(Run, AnEpochThatNobodyTimedHasNoRate) {
  const Scratch scratch;
  run::Run run = create(scratch);
  run.observer().epoch(an_epoch(0, 0.01));
  run.finish({});
  const CsvTable table = parse_csv(read_file(run.folder() / "results.csv"));
  EXPECT_EQ(table.rows.at(0)[table.column("clips_per_s")], "");
  EXPECT_EQ(table.rows.at(0)[table.column("time_s")], "");
}

TEST(Run, EndsWithItsBestEpochAndTheNextCommand) {
  const Scratch scratch;
  run::Run run = create(scratch);
  train(run, 1, 12, 0.5);
  run.finish({.longer = "train.epochs=8"});
  const std::string log = read_file(run.folder() / "train.log");
  EXPECT_THAT(log, HasSubstr("finished: 4 epochs in "));
  EXPECT_THAT(log, HasSubstr("the best is epoch 2, val top1 60.0%\n"));
  EXPECT_THAT(log, HasSubstr("next: /opt/pgt-host predict '" + run.folder().string() + "' VIDEO.mp4\n"));
  EXPECT_THAT(log, testing::EndsWith("more: " + (run.folder() / "NEXT_STEPS.txt").string() + "\n"));
  EXPECT_THAT(read_file(run.folder() / "NEXT_STEPS.txt"), testing::StartsWith("Predict"));
}

TEST(Run, ClearsAwayWhatAKilledProcessLeft) {
  const Scratch scratch;
  const fs::path folder = create(scratch).folder();
  const std::string left = "STATUS.json.tmp-" + std::to_string(::getpid()) + "-99999";
  std::ofstream(folder / left) << "{";
  run::Run::resume(folder, host, silently()).begin();
  EXPECT_FALSE(fs::exists(folder / left));
}

TEST(Run, WarnsWhereARecordHasLostItsEnd) {
  const Scratch scratch;
  run::Run run = create(scratch);
  run.restore(1000, 0);
  EXPECT_THAT(read_file(run.folder() / "train.log"), HasSubstr("warning: metrics.jsonl is shorter"));
}

TEST(Run, LogsIterationsTheTableAndOneHint) {
  const Scratch scratch;
  run::Run run = create(scratch);
  for (std::int64_t total = 1; total <= 66; ++total) {
    run::IterationReport report = an_iteration(total);
    report.data_seconds = report.seconds * 0.9;
    run.observer().iteration(report);
    if (total % iterations_an_epoch == 0) run.observer().epoch(an_epoch(total / iterations_an_epoch - 1));
  }
  run.finish({});
  const std::string log = read_file(run.folder() / "train.log");
  const auto count = [&](const std::string& word) {
    std::size_t found = 0;
    for (std::size_t at = log.find(word); at != std::string::npos; at = log.find(word, at + 1)) ++found;
    return found;
  };
  EXPECT_THAT(log, testing::ContainsRegex("\\[[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\\] epoch  1/10  iter 2/3  loss "));
  EXPECT_EQ(count("iter 1/3"), 0U) << "every second one, and the last of an epoch";
  EXPECT_EQ(count("iter 2/3"), 22U);
  EXPECT_EQ(count("iter 3/3"), 22U);
  EXPECT_EQ(count("clips/s\n"), 2U) << "a header every 20 rows";
  EXPECT_EQ(count("hint: 90% of the time is spent waiting for frames"), 1U);
  EXPECT_THAT(log, Not(HasSubstr("\033")));
}

TEST(Run, RefusesAFolderThatIsNone) {
  const Scratch scratch;
  EXPECT_THROW(run::Run::resume(scratch / "none", host, silently()), Error);
}

}  // namespace
}  // namespace pgt::run
