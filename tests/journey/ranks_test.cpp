// A run that several processes train ends as that of one process.

#include <gmock/gmock.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <regex>
#include <thread>

#include "background_host.hpp"
#include "journey.hpp"

namespace pgt::journey {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class Ranks : public Journey {
 protected:
  /// Dropout draws other numbers on other ranks.
  Ranks() {
    write("run.toml", std::regex_replace(text_of(folder_ / "run.toml"), std::regex("norm = "), "dropout = 0\n$&"));
  }

  /// Some videos are longer than the others.
  void add_longer_videos() const {
    make_videos("longer", 12, 52, 2);
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / "longer")) {
      if (entry.path().extension() != ".mp4") continue;
      const fs::path within = entry.path().lexically_relative(folder_ / "longer");
      fs::rename(entry.path(), (folder_ / "videos" / within).replace_extension(".longer.mp4"));
    }
  }

  /// One that cannot be opened, and one that breaks off.
  void add_bad_videos() const {
    const fs::path folder = fs::directory_iterator(folder_ / "videos" / "train")->path();
    const std::string video = text_of(fs::directory_iterator(folder)->path());
    write((folder / "text.mp4").string(), "not a video\n");
    std::string broken = video;  // pictures near the end are overwritten
    const std::size_t begin = broken.size() * 3 / 5;
    broken.replace(begin, broken.size() / 5, broken.size() / 5, '\xff');
    write((folder / "broken.mp4").string(), broken);
  }

  void schedule(const std::string& section) const {
    std::string run_file = text_of(folder_ / "run.toml");
    const std::size_t begin = run_file.find("[schedule]"), end = run_file.find("[data]");
    write("run.toml", run_file.replace(begin, end - begin, "[schedule]\n" + section + "\n"));
  }

  /// The command of so many ranks.
  static std::vector<std::string> on_ranks(int count, std::vector<std::string> command) {
    command.insert(command.begin() + 1, {"launch", "--nproc", std::to_string(count)});
    return command;
  }
  HostRun train_on(int count, const std::string& root, const std::vector<std::string>& settings = {}) const {
    return plugin::run_program(on_ranks(count, training(root, settings)));
  }
  /// Of one process, and of ranks with other settings.
  void expect_same_training(int count, const std::vector<std::string>& settings,
                            const std::vector<std::string>& of_one = {},
                            const std::vector<std::string>& of_ranks = {}) const;
  HostRun resume_on(int count, const std::string& root) const {
    std::vector<std::string> command{PGT_HOST, "resume", run_in(root).string()};
    return plugin::run_program(count == 1 ? command : on_ranks(count, command));
  }

  static int position_in_clip(const fs::path& run) {
    const fs::path file = run / "checkpoints" / "last.json";
    return fs::exists(file) ? nlohmann::json::parse(text_of(file)).at("clip").at("step").get<int>() : 0;
  }
};

/// The largest difference of the runs' weights; 1e9 where they do not have the same.
double difference(const fs::path& run, const fs::path& other) {
  const auto tensors = last_tensors(run), others = last_tensors(other);
  double largest = 0;
  for (const auto& [name, bytes] : tensors) {
    const auto found = others.find(name);
    if (found == others.end() || found->second.size() != bytes.size()) return 1e9;
    if (!name.starts_with("model/") || name.ends_with("num_batches_tracked")) continue;
    for (std::size_t i = 0; i + sizeof(float) <= bytes.size(); i += sizeof(float)) {
      float value = 0, expected = 0;
      std::memcpy(&value, bytes.data() + i, sizeof value);
      std::memcpy(&expected, found->second.data() + i, sizeof expected);
      largest = std::max(largest, static_cast<double>(std::abs(value - expected)));
    }
  }
  return tensors.size() == others.size() ? largest : 1e9;
}

/// That the runs report the same, up to rounding.
void expect_same_metrics(const fs::path& run, const fs::path& other) {
  const auto lines = lines_of(text_of(run / "metrics.jsonl")), others = lines_of(text_of(other / "metrics.jsonl"));
  ASSERT_EQ(lines.size(), others.size());
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const nlohmann::json line = nlohmann::json::parse(lines[i]), expected = nlohmann::json::parse(others[i]);
    ASSERT_EQ(line.size(), expected.size()) << lines[i];
    for (const auto& [key, value] : expected.items()) {
      if (value.is_number_float() && line.at(key).is_number()) {
        EXPECT_NEAR(line.at(key).get<double>(), value.get<double>(), 1e-4) << key << " of " << lines[i];
      } else if (!value.is_object() && !value.is_array()) {
        EXPECT_EQ(line.at(key), value) << key << " of " << lines[i];
      }
    }
  }
}

std::vector<std::string> operator+(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

void Ranks::expect_same_training(int count, const std::vector<std::string>& settings,
                                 const std::vector<std::string>& of_one,
                                 const std::vector<std::string>& of_ranks) const {
  fs::remove_all(folder_ / "one");
  fs::remove_all(folder_ / "ranks");
  const HostRun one = train("one", settings + of_one);
  ASSERT_EQ(one.code, 0) << one.err;
  const HostRun trained = train_on(count, "ranks", settings + of_ranks);
  ASSERT_EQ(trained.code, 0) << trained.err;
  EXPECT_LT(difference(run_in("ranks"), run_in("one")), 1e-6);
  expect_same_metrics(run_in("ranks"), run_in("one"));
}

TEST_F(Ranks, LearnWhatOneProcessLearns) {
  add_longer_videos();
  add_bad_videos();
  const std::vector<std::string> settings{"schedule.steps=all", "train.batch_size=5"};
  const HostRun one = train("one", settings);
  ASSERT_EQ(one.code, 0) << one.err;
  for (const int ranks : {2, 3}) {
    const std::string root = std::to_string(ranks) + "-ranks";
    const HostRun trained = train_on(ranks, root, settings);
    ASSERT_EQ(trained.code, 0) << trained.err;
    EXPECT_LT(difference(run_in(root), run_in("one")), 1e-6);
    expect_same_metrics(run_in(root), run_in("one"));
    EXPECT_EQ(text_of(run_in(root) / "bad_files.csv"), text_of(run_in("one") / "bad_files.csv"));
    EXPECT_THAT(lines_of(text_of(run_in(root) / "bad_files.csv")), SizeIs(3)) << "a header and two files";
    EXPECT_EQ(status_of(run_in(root), "status"), "finished");
    EXPECT_THAT(text_of(run_in(root) / "train.log"), HasSubstr(std::to_string(ranks) + " ranks share each batch of 5"));
    EXPECT_THAT(text_of(run_in(root) / "rank-1.log"), HasSubstr("rank 1 of " + std::to_string(ranks)));
  }
}

struct Named {
  std::string name;
  std::string schedule;
};
class RanksWithSlowSchedule : public Ranks, public testing::WithParamInterface<Named> {};

TEST_P(RanksWithSlowSchedule, LearnWhatOneProcessLearns) {
  add_longer_videos();
  schedule(GetParam().schedule);
  // One epoch: after some dozens of updates rounding has grown.
  const std::vector<std::string> settings{"train.batch_size=5", "train.class_weights=balanced", "train.epochs=1"};
  expect_same_training(2, settings);
  expect_same_training(2, settings, {"model.norm=batch"}, {"model.norm=sync_batch"});
}

INSTANTIATE_TEST_SUITE_P(Of, RanksWithSlowSchedule,
                         testing::Values(Named{"clip", "use = \"clip\"\nframes = 8"},
                                         Named{"update_each_step", "use = \"pgt\"\nsteps = 2\nupdate = \"step\""},
                                         Named{"tbptt", "use = \"tbptt\"\nsteps = \"all\""},
                                         Named{"stochastic", "use = \"stochastic\"\nsteps = \"all\""},
                                         Named{"curriculum", "use = \"curriculum\""}, Named{"whole", "use = \"whole\""},
                                         Named{"two_pass", "use = \"two_pass\"\nsteps = \"all\""},
                                         Named{"pgt_multigrid",
                                               "use = \"pgt_multigrid\"\nsteps = 2\nstep_length = 4\ngrid_steps = [3]\n"
                                               "grid_step_length = [4]\nfine_tune = false"},
                                         Named{"multigrid",
                                               "use = \"multigrid\"\nframes = 8\nlong_frames = [0.5, 1.0]\n"
                                               "long_sizes = [1.0, 1.0]\nshort_sizes = [0.5]"}),
                         [](const auto& info) { return info.param.name; });

// Also in steps whose graphs are kept while videos of one rank have ended.
TEST_F(Ranks, NormaliseByTheVideosOfAll) {
  add_longer_videos();
  schedule("use = \"tbptt\"\nsteps = \"all\"\ngradient_steps = 3");
  const std::vector<std::string> settings{"train.batch_size=5", "train.epochs=1"};
  expect_same_training(3, settings, {"model.norm=batch"}, {"model.norm=sync_batch"});
}

TEST_F(Ranks, HaveTheSameRunningStatistics) {
  const std::vector<std::string> settings{"model.norm=batch", "train.compare_every=1"};
  const HostRun trained = train_on(2, "two", settings);
  EXPECT_EQ(trained.code, 0) << trained.err;
}

TEST_F(Ranks, EvaluateToTheSameBytes) {
  add_longer_videos();
  ASSERT_EQ(train("runs").code, 0);
  const std::string run = run_in("runs").string();
  const std::vector<std::string> command{PGT_HOST, "eval",        run, "--split", "train", "--set", "eval.batch_size=4",
                                         "--set",  "eval.views=3"};
  for (const int ranks : {1, 2, 3}) {
    std::vector<std::string> words = command;
    words.insert(words.end(), {"-o", (folder_ / std::to_string(ranks)).string()});
    const HostRun evaluated = plugin::run_program(ranks == 1 ? words : on_ranks(ranks, words));
    ASSERT_EQ(evaluated.code, 0) << evaluated.err;
    for (const char* file : {"metrics.json", "predictions.csv"}) {
      EXPECT_EQ(text_of(folder_ / std::to_string(ranks) / file), text_of(folder_ / "1" / file)) << ranks;
    }
  }
}

TEST_F(Ranks, SavedWithinAClipGoOnWithAnyNumberOfRanks) {
  add_longer_videos();
  const std::vector<std::string> settings{"schedule.steps=all", "run.checkpoint_seconds=0"};
  ASSERT_EQ(train("one", settings).code, 0);
  for (bool within = false; !within;) {
    fs::remove_all(folder_ / "stopped");
    BackgroundHost host(on_ranks(2, training("stopped", settings)), folder_ / "output.txt");
    const fs::path position = run_in("stopped") / "checkpoints" / "last.json";
    while (host.running() && !fs::exists(position)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    host.send(SIGTERM);
    ASSERT_EQ(host.end(), 130) << text_of(folder_ / "output.txt");
    within = position_in_clip(run_in("stopped")) > 0;
  }
  for (const int ranks : {1, 2, 3}) {
    const std::string copy = "with-" + std::to_string(ranks);
    fs::copy(folder_ / "stopped", folder_ / copy, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    const HostRun resumed = resume_on(ranks, copy);
    ASSERT_EQ(resumed.code, 0) << resumed.err;
    EXPECT_LT(difference(run_in(copy), run_in("one")), 1e-6) << ranks;
    expect_same_metrics(run_in(copy), run_in("one"));
  }
}

/// The processes of a launcher's ranks, by rank.
std::map<int, pid_t> ranks_of(pid_t launcher) {
  std::map<int, pid_t> ranks;
  for (const fs::directory_entry& entry : fs::directory_iterator("/proc")) {
    const std::string status = text_of(entry.path() / "status"), environment = text_of(entry.path() / "environ");
    if (status.find("\nPPid:\t" + std::to_string(launcher) + "\n") == std::string::npos) continue;
    const std::string marked = std::string(1, '\0') + environment;
    const std::size_t place = marked.find(std::string("\0RANK=", 6));
    if (place != std::string::npos) ranks[std::atoi(marked.c_str() + place + 6)] = std::stoi(entry.path().filename());
  }
  return ranks;
}

class RanksThatFail : public Ranks {
 protected:
  /// Trains for long; a while after the first checkpoint, sends a signal to a rank. The launcher's exit code.
  int train_and_send(int rank, int signal, const std::vector<std::string>& more = {}) {
    std::vector<std::string> settings{"train.epochs=1000", "run.checkpoint_seconds=0"};
    settings.insert(settings.end(), more.begin(), more.end());
    BackgroundHost host(on_ranks(2, training("runs", settings)), output_);
    while (host.running() && !fs::exists(run_in("runs") / "checkpoints" / "last.json")) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(random_() % 300));
    const auto begin = std::chrono::steady_clock::now();
    kill(ranks_of(host.process()).at(rank), signal);
    const int code = host.end();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
    return code;
  }

  const fs::path output_ = folder_ / "output.txt";
  std::mt19937 random_{1};
};

TEST_F(RanksThatFail, KilledEndTheOthersAndTheRunGoesOn) {
  EXPECT_EQ(train_and_send(1, SIGKILL), 1);
  EXPECT_THAT(text_of(output_), AllOf(HasSubstr("rank 1 (process "), HasSubstr("was ended by signal 9")));
  EXPECT_THAT(text_of(run_in("runs") / "train.log"), AllOf(HasSubstr("rank 1 (process "), HasSubstr("not answer")));
  EXPECT_EQ(status_of(run_in("runs"), "status"), "failed");
  const std::string epochs = std::to_string(
      1 + nlohmann::json::parse(text_of(run_in("runs") / "checkpoints" / "last.json")).at("epoch").get<int>());
  const HostRun resumed = plugin::run_program(
      on_ranks(3, {PGT_HOST, "resume", run_in("runs").string(), "--set", "train.epochs=" + epochs}));
  EXPECT_EQ(resumed.code, 0) << resumed.err;
}

// Each time with another number of ranks; what is learned is that of a run that nobody has disturbed.
TEST_F(RanksThatFail, KilledSlowTenTimesLoseNothing) {
  const std::vector<std::string> settings{"schedule.steps=all", "run.checkpoint_seconds=0", "train.epochs=6"};
  add_longer_videos();
  ASSERT_EQ(train("one", settings).code, 0);
  const fs::path checkpoint = run_in("runs") / "checkpoints" / "last.json";
  std::string before;
  for (int killed = 0; killed < 10; ++killed) {
    const std::vector<std::string> resuming{PGT_HOST, "resume", run_in("runs").string()};
    BackgroundHost host(on_ranks(2 + killed % 2, killed == 0 ? training("runs", settings) : resuming), output_);
    while (host.running() && text_of(checkpoint) == before) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::this_thread::sleep_for(std::chrono::milliseconds(random_() % 300));
    const std::map<int, pid_t> processes = ranks_of(host.process());
    ASSERT_FALSE(processes.empty()) << "the run is over too soon";
    kill(std::next(processes.begin(), static_cast<int>(random_() % processes.size()))->second, SIGKILL);
    ASSERT_NE(host.end(), 0);
    before = text_of(checkpoint);
  }
  ASSERT_EQ(resume_on(1, "runs").code, 0);
  EXPECT_LT(difference(run_in("runs"), run_in("one")), 1e-5);
  expect_same_metrics(run_in("runs"), run_in("one"));
}

TEST_F(RanksThatFail, AskedToStopStopAllAndSave) {
  EXPECT_EQ(train_and_send(1, SIGTERM), 130);
  EXPECT_EQ(status_of(run_in("runs"), "status"), "interrupted");
}

TEST_F(RanksThatFail, HangingSlowAreNamedAndEnded) {
  EXPECT_NE(train_and_send(1, SIGSTOP, {"train.rank_timeout=3"}), 0);
  EXPECT_THAT(text_of(run_in("runs") / "train.log"), AllOf(HasSubstr("rank 1 (process "), HasSubstr("not answer")));
}

// Rank 1 is started by hand, with another seed.
TEST_F(RanksThatFail, StartedWithOtherSettingsAreNamed) {
  const auto rank = [&](int number, const std::string& seed) {
    std::vector<std::string> command = training("runs", {"train.rank_timeout=20", "train.seed=" + seed});
    command.insert(
        command.begin(),
        {"/usr/bin/env", "RANK=" + std::to_string(number), "LOCAL_RANK=" + std::to_string(number), "WORLD_SIZE=2",
         "LOCAL_WORLD_SIZE=2", "MASTER_ADDR=127.0.0.1", "MASTER_PORT=" + std::to_string(20000 + getpid() % 10000)});
    return command;
  };
  BackgroundHost host(rank(0, "1"), output_);
  const HostRun other = plugin::run_program(rank(1, "2"));
  EXPECT_EQ(other.code, 3);
  EXPECT_THAT(other.err, HasSubstr("rank 1 has other settings than rank 0"));
  EXPECT_EQ(host.end(), 3);
  EXPECT_FALSE(fs::exists(run_in("runs")));
}

TEST_F(RanksThatFail, DoNotShareWhatEachWouldDo) {
  const HostRun run = plugin::run_program({PGT_HOST, "launch", "--nproc", "2", "predict", "runs", "video.mp4"});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("\"predict\" is neither a run file"));
  const HostRun behind = plugin::run_program({PGT_HOST, "launch", "--nproc", "2", "--plugins", ".", "data", "stats"});
  EXPECT_EQ(behind.code, 2);
  EXPECT_THAT(behind.err, HasSubstr("\"data\" is neither a run file"));
}

TEST_F(RanksThatFail, StartedByHandWithHalfOfTheVariablesSayWhichAreMissing) {
  std::vector<std::string> command = training("runs");
  command.insert(command.begin(), {"/usr/bin/env", "RANK=0", "WORLD_SIZE=2"});
  const HostRun run = plugin::run_program(command);
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("LOCAL_RANK, MASTER_ADDR, MASTER_PORT are not set"));
}

}  // namespace
}  // namespace pgt::journey
