// What a process is given by its parent: descriptors, signals, readers that go away.

#include <gmock/gmock.h>
#include <signal.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "background_host.hpp"
#include "journey.hpp"
#include "run/commands.hpp"

namespace pgt::journey {
namespace {

class Process : public Journey {
 protected:
  /// What the shell makes of the command with `more` after it.
  static HostRun in_shell(const std::vector<std::string>& command, const std::string& more) {
    return plugin::run_program({"/bin/sh", "-c", run::shell_command(command) + " " + more});
  }

  void expect_whole_metrics(const fs::path& run) const {
    for (const std::string& line : lines_of(text_of(run / "metrics.jsonl"))) {
      EXPECT_TRUE(nlohmann::json::accept(line)) << line;
    }
  }
};

TEST_F(Process, WhatCannotBePrintedIsAnExitCode) {
  const fs::path programs = fs::path(PGT_HOST).parent_path();
  for (const char* program : {"pgt-host", "pgt-data", "pgt-weights"}) {
    const std::vector<std::string> help{(programs / program).string(), "--help"};
    EXPECT_EQ(in_shell(help, "").code, 0) << program;
    EXPECT_EQ(in_shell(help, ">/dev/full").code, 8) << program;
    EXPECT_EQ(in_shell(help, ">&-").code, 8) << program;
  }
  EXPECT_EQ(in_shell({PGT_HOST, "no-such-verb"}, ">&-").code, 2) << "nothing was to be printed";
}

TEST_F(Process, AFileDoesNotHideAVerbOfItsName) {
  for (const std::string verb : {"data", "eval"}) {
    write(verb, "");
    const HostRun run = plugin::run_program(
        {"/bin/sh", "-c", "cd " + folder_.string() + " && " + run::shell_command({PGT_HOST, verb, "--help"})});
    EXPECT_EQ(run.code, 0) << run.err;
    EXPECT_THAT(run.out, testing::HasSubstr("Usage: pgt-"));
  }
}

TEST_F(Process, AProgramDoesNotTakeTheOptionsOfARun) {
  const HostRun run = plugin::run_host({"--set", "train.epochs=1", "model", "list"});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, testing::HasSubstr("pgt-host model does not take --set"));
}

TEST_F(Process, AFolderThatPgtPluginsCannotHoldIsRefused) {
  fs::create_directories(folder_ / "a:b");
  const HostRun run = plugin::run_host({"--plugins", (folder_ / "a:b").string(), "model", "list"});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, testing::HasSubstr("separates folders in PGT_PLUGINS"));
}

TEST_F(Process, ClosedDescriptorsAreNotTheRunsFiles) {
  EXPECT_EQ(in_shell(training("closed"), "<&- >&- 2>&-").code, 0);
  EXPECT_EQ(status_of(run_in("closed"), "status"), "finished");
  expect_whole_metrics(run_in("closed"));
}

TEST_F(Process, ARunOutlivesItsReaders) {
  const std::string code = (folder_ / "code").string();
  in_shell({"/bin/sh", "-c", run::shell_command(training("unread")) + " 2>&1; echo $? >" + code}, "| head -n 1");
  EXPECT_EQ(text_of(code), "0\n");
  EXPECT_EQ(status_of(run_in("unread"), "status"), "finished");
}

/// Where the time of a run goes.
TEST_F(Process, ATraceHasEveryKindOfWork) {
  const fs::path trace = folder_ / "trace.json";
  std::vector<std::string> command = training("traced", {"train.epochs=1"});
  command.insert(command.end(), {"--trace", trace.string()});
  const HostRun traced = plugin::run_program(command);
  ASSERT_EQ(traced.code, 0) << traced.err;
  std::set<std::string> names;
  for (const nlohmann::json& event : nlohmann::json::parse(text_of(trace))) names.insert(event.at("name"));
  EXPECT_THAT(names, testing::IsSupersetOf({"iteration", "decode", "wait", "upload", "forward", "backward", "update",
                                            "evaluate", "save"}));
}

/// SIGHUP: the terminal was closed.
TEST_F(Process, ATraceThatIsNotWholeIsSaid) {
  fs::create_symlink("/dev/full", folder_ / "full.json");
  std::vector<std::string> command = training("traced", {"train.epochs=1"});
  command.insert(command.end(), {"--trace", (folder_ / "full.json").string()});
  const HostRun traced = plugin::run_program(command);
  EXPECT_EQ(traced.code, 0);
  EXPECT_THAT(traced.err, testing::HasSubstr("full.json is not whole"));
}

TEST_F(Process, ANameThatIsNotUtf8IsRefusedBeforeTheRun) {
  const fs::path odd = folder_ / "r\xfe.toml";
  fs::copy_file(folder_ / "run.toml", odd);
  const HostRun run = plugin::run_host({odd.string()});
  EXPECT_EQ(run.code, 3) << run.err;
  EXPECT_THAT(run.err, testing::HasSubstr("is not UTF-8: set another"));
  const HostRun given = plugin::run_host({(folder_ / "run.toml").string(), "--set", "run.name=n\xff"});
  EXPECT_EQ(given.code, 3);
  EXPECT_THAT(given.err, testing::HasSubstr("an override must be UTF-8"));
}

TEST_F(Process, AClosedTerminalSavesTheRun) {
  BackgroundHost host(training("left", {"train.epochs=1000"}), folder_ / "output.txt");
  while (host.running() && text_of(run_in("left") / "metrics.jsonl").empty()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  host.send(SIGHUP);
  host.send(SIGHUP);
  EXPECT_EQ(host.end(), 130) << text_of(folder_ / "output.txt");
  EXPECT_EQ(status_of(run_in("left"), "status"), "interrupted");
}

}  // namespace
}  // namespace pgt::journey
