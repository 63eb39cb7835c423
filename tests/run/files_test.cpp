// The small files of a run folder.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/number.hpp"
#include "run/bad_files.hpp"
#include "run/commands.hpp"
#include "run/csv.hpp"
#include "run/description.hpp"
#include "run/environment.hpp"
#include "run/memory.hpp"
#include "run/status.hpp"
#include "scratch.hpp"

namespace pgt::run {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// What a shell makes of a command.
std::string shell_output(const std::string& command) {
  std::string output;
  FILE* pipe = ::popen(command.c_str(), "r");
  std::array<char, 256> block{};
  for (std::size_t count = 0; (count = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
    output.append(block.data(), count);
  }
  ::pclose(pipe);
  return output;
}

TEST(Csv, ReadsBackWhatNeedsQuotes) {
  const CsvTable table = parse_csv("a,b\r\n\"x, \"\"y\"\"\",\"two\nlines\"\n,plain\n");
  EXPECT_THAT(table.header, ElementsAre("a", "b"));
  EXPECT_THAT(table.rows, ElementsAre(ElementsAre("x, \"y\"", "two\nlines"), ElementsAre("", "plain")));
  EXPECT_EQ(table.column("b"), 1U);
  EXPECT_EQ(table.column("c"), 2U);
}

TEST(Csv, LeavesOutARowThatWasCutOff) {
  for (const std::string rest : {"3", "3,", "\"3\n", "3,\"4"}) {
    const CsvTable table = parse_csv("a,b\n1,2\n" + rest);
    EXPECT_THAT(table.rows, ElementsAre(ElementsAre("1", "2"))) << rest;
    EXPECT_EQ(table.whole_bytes, 8U) << rest;
  }
}

TEST(Description, WritesWhatTheRunIs) {
  const Scratch scratch;
  std::filesystem::create_directories(scratch / "splits");
  const sdk::Sample whole{.id = "id,1", .path = "/videos/a \"b\".mp4"};
  const sdk::Sample part{.id = "id2", .path = "/videos/c.mp4", .start = 1.5, .end = 2.25, .group = "tennis"};
  Description description{"bytes\r\nas given", "resolved", "{}", "{\"videos\": 2}", {"left", "right turn"}, {}};
  description.splits["train"] = {{whole, {"left"}}, {part, {"left", "right turn"}}};
  write_description(scratch.path(), description);

  EXPECT_EQ(read_file(scratch / "run.toml"), "bytes\r\nas given");
  EXPECT_EQ(read_file(scratch / "config.resolved.toml"), "resolved");
  EXPECT_EQ(read_file(scratch / "plugins.json"), "{}");
  EXPECT_EQ(read_file(scratch / "data.json"), "{\"videos\": 2}");
  EXPECT_EQ(read_file(scratch / "classes.txt"), "left\nright turn\n");
  EXPECT_EQ(read_file(scratch / "splits/train.csv"),
            "path,label,start,end,group,id\n"
            "\"/videos/a \"\"b\"\".mp4\",left,0,,,\"id,1\"\n"
            "/videos/c.mp4,left|right turn,1.5,2.25,tennis,id2\n");
}

TEST(Environment, NamesTheMachineAndTheCommand) {
  const Scratch scratch;
  ::setenv("PGT_PLUGINS", "/some where", 1);
  record_environment(scratch / "env.json", {{"pgt-host"}, {"pgt-host", "run.toml"}, {{"pgt", "0.1.0"}}});
  const json first = json::parse(read_file(scratch / "env.json"));
  EXPECT_EQ(first.at("versions").at("pgt"), "0.1.0");
  EXPECT_THAT(first.at("versions").at("ffmpeg").get<std::string>(), testing::MatchesRegex("[0-9n].*"));
  EXPECT_FALSE(first.at("versions").at("compiler").get<std::string>().empty());
  EXPECT_EQ(first.at("arguments"), json({"pgt-host", "run.toml"}));
  EXPECT_EQ(first.at("environment").at("PGT_PLUGINS"), "/some where");
  EXPECT_GT(first.at("cores"), 0);
  EXPECT_GT(first.at("memory_bytes"), 1 << 20);
  EXPECT_FALSE(first.contains("resumed"));

  record_environment(scratch / "env.json", {{"pgt-host"}, {"pgt-host", "resume", "x"}, {}});
  const json second = json::parse(read_file(scratch / "env.json"));
  EXPECT_EQ(second.at("arguments"), json({"pgt-host", "run.toml"})) << "the first start stays";
  ASSERT_EQ(second.at("resumed").size(), 1U);
  EXPECT_EQ(second.at("resumed").at(0).at("arguments"), json({"pgt-host", "resume", "x"}));
}

TEST(Environment, TellsThatTheRunFileWasEdited) {
  const Scratch scratch;
  EXPECT_FALSE(run_file_was_edited(scratch.path()));
  std::ofstream(scratch / "run.toml") << "[train]\nepochs = 20\n";
  for (int start = 0; start < 2; ++start) {
    record_environment(scratch / "env.json", {{"pgt-host"}, {}, {}});
    EXPECT_FALSE(run_file_was_edited(scratch.path()));
  }
  std::ofstream(scratch / "run.toml") << "[train]\nepochs = 30\n";
  EXPECT_TRUE(run_file_was_edited(scratch.path()));
  record_environment(scratch / "env.json", {{"pgt-host"}, {}, {}});
  EXPECT_TRUE(run_file_was_edited(scratch.path())) << "a resumed run still has not read it";
}

TEST(Status, ReadsBackAndStartsFreshFromNonsense) {
  const Scratch scratch;
  write_status(scratch / "STATUS.json",
               {State::interrupted, 130, 3, 30, 12.5, 1000, 2000, 7, "by \"SIGTERM\"", 3, 4.5});
  const Status status = read_status(scratch / "STATUS.json");
  EXPECT_EQ(status.state, State::interrupted);
  EXPECT_EQ(status.exit_code, 130);
  EXPECT_EQ(status.epoch, 3);
  EXPECT_EQ(status.epochs, 30);
  EXPECT_EQ(status.seconds, 12.5);
  EXPECT_EQ(status.peak_rss_bytes, 1000);
  EXPECT_EQ(status.skipped_updates, 7);
  EXPECT_EQ(status.peak_device_bytes, 2000);
  EXPECT_EQ(status.message, "by \"SIGTERM\"");
  EXPECT_EQ(status.timed_epoch, 3);
  EXPECT_EQ(status.timed_seconds, 4.5);

  write_status(scratch / "STATUS.json", {});
  EXPECT_TRUE(json::parse(read_file(scratch / "STATUS.json")).at("exit_code").is_null()) << "still running";
  for (const char* nonsense : {"", "{", "[]", "{\"status\": 3}"}) {
    std::ofstream(scratch / "STATUS.json") << nonsense;
    EXPECT_EQ(read_status(scratch / "STATUS.json").seconds, 0) << nonsense;
  }
  EXPECT_EQ(read_status(scratch / "nothing").epoch, 0);
}

TEST(Commands, AShellReadsTheWordsBack) {
  const std::vector<std::string> words = {"/usr/bin/printf", "%s\\n", "a b", "it's", "$HOME", "", "*", "ä;\"x\"", "~"};
  EXPECT_EQ(shell_output(shell_command(words)), "a b\nit's\n$HOME\n\n*\nä;\"x\"\n~\n");
  EXPECT_EQ(shell_command({"pgt-host", "--set", "a.b=1,2", "/x/y-001"}), "pgt-host --set a.b=1,2 /x/y-001");
}

TEST(NextSteps, QuotesFoldersWithSpaces) {
  const std::string text = next_steps({"/opt/pgt host", "--plugins", "p"}, "/my runs/gym-001");
  EXPECT_THAT(text, HasSubstr("'/opt/pgt host' --plugins p resume '/my runs/gym-001'\n"));
  EXPECT_THAT(text, HasSubstr("'/opt/pgt host' --plugins p eval '/my runs/gym-001'\n"));
  EXPECT_THAT(text, HasSubstr("'/opt/pgt host' --plugins p predict '/my runs/gym-001' VIDEO.mp4\n"));
  EXPECT_THAT(text, HasSubstr("tensorboard --logdir '/my runs/gym-001/tb'\n"));
}

TEST(NextSteps, BeginWithWhatMakesSenseNext) {
  EXPECT_THAT(next_steps({"pgt-host"}, "/r"), testing::StartsWith("Resume the training"));
  const std::string finished = next_steps({"pgt-host"}, "/r", "train.patience=20");
  EXPECT_THAT(finished, testing::StartsWith("Predict the classes of a video:\n  pgt-host predict /r VIDEO.mp4\n"));
  EXPECT_THAT(finished, HasSubstr("Train longer:\n  pgt-host resume /r --set train.patience=20\n"));
}

TEST(BadFiles, HasOneRowForEachIdAndPhase) {
  const Scratch scratch;
  const run::BadFile bad{"a", "/v/a, b.mp4", "moov atom not found: \"x\"", "train"};
  {
    BadFiles files(scratch / "bad_files.csv");
    EXPECT_FALSE(std::filesystem::exists(scratch / "bad_files.csv")) << "only if any";
    EXPECT_TRUE(files.add(bad));
    EXPECT_FALSE(files.add(bad));
    EXPECT_TRUE(files.add({"a", bad.path, bad.reason, "val"}));
  }
  std::ofstream(scratch / "bad_files.csv", std::ios::app) << "torn,/v/to";  // the power was cut
  BadFiles resumed(scratch / "bad_files.csv");
  EXPECT_FALSE(resumed.add(bad));
  EXPECT_TRUE(resumed.add({"torn", "/v/torn.mp4", "empty", "train"}));
  const std::string row = "a,\"/v/a, b.mp4\",\"moov atom not found: \"\"x\"\"\",";
  EXPECT_EQ(read_file(scratch / "bad_files.csv"),
            "id,path,reason,phase\n" + row + "train\n" + row + "val\ntorn,/v/torn.mp4,empty,train\n");
}

TEST(Memory, PeakIsNoLessThanWhatIsResident) {
  const std::int64_t resident = resident_bytes();
  EXPECT_GT(resident, 1 << 20);
  EXPECT_GE(peak_resident_bytes(), resident);
}

TEST(Number, ReadsBackAsTheSameNumber) {
  for (const double value : {1.0 / 3, 1e-300, -0.1, 123456789.123456789}) {
    EXPECT_EQ(std::strtod(round_trip(value).c_str(), nullptr), value);
  }
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(round_trip(nan), "");
  EXPECT_EQ(fixed(nan, 2), "-");
  EXPECT_EQ(fixed(-std::numeric_limits<double>::max(), 3).size(), 309U + 5);
  EXPECT_EQ(scientific(0.025, 2), "2.50e-02");
}

}  // namespace
}  // namespace pgt::run
