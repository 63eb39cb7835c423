#include "run/log.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "base/error.hpp"
#include "base/file.hpp"
#include "run/console.hpp"
#include "scratch.hpp"

namespace pgt::run {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

/// Makes standard error a terminal of that many columns, and keeps what it is sent.
class FakeTerminal {
 public:
  explicit FakeTerminal(unsigned short columns) : before_(::dup(STDERR_FILENO)) {
    winsize size{24, columns, 0, 0};
    EXPECT_EQ(::openpty(&master_, &slave_, nullptr, nullptr, &size), 0);
    ::dup2(slave_, STDERR_FILENO);
    ::fcntl(master_, F_SETFL, O_NONBLOCK);
  }
  ~FakeTerminal() {
    ::dup2(before_, STDERR_FILENO);
    for (const int file : {before_, master_, slave_}) ::close(file);
  }
  FakeTerminal(const FakeTerminal&) = delete;
  FakeTerminal& operator=(const FakeTerminal&) = delete;

  std::string sent() {
    std::string text;
    std::array<char, 4096> block{};
    for (ssize_t count = 0; (count = ::read(master_, block.data(), block.size())) > 0;) {
      text.append(block.data(), static_cast<std::size_t>(count));
    }
    return text;
  }

 private:
  int before_, master_ = -1, slave_ = -1;
};

TEST(Log, PutsLinesAboveTheBar) {
  const Scratch scratch;
  FakeTerminal terminal(100);
  Log log(scratch / "train.log", {});
  EXPECT_EQ(log.bar_columns(), 99);
  log.show_bar("BAR 1");
  EXPECT_EQ(terminal.sent(), "\rBAR 1\033[K");
  log.detail("says what the bar says");
  EXPECT_EQ(terminal.sent(), "");
  log.warning("careful");
  EXPECT_THAT(terminal.sent(), ContainsRegex("^\r.\\[K.\\[33m\\[[0-9:]*\\] warning: careful.\\[0m\r\nBAR 1$"));
  log.show_bar("");
  EXPECT_EQ(terminal.sent(), "\r\033[K");
  log.info("after");
  EXPECT_THAT(terminal.sent(), ContainsRegex("^\\[[0-9:]*\\] after\r\n$"));

  const std::string file = read_file(scratch / "train.log");
  EXPECT_THAT(file, ContainsRegex("^\\[[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\\] says what the bar says\n"
                                  "\\[[0-9:]*\\] warning: careful\n\\[[0-9:]*\\] after\n$"));
}

TEST(Log, HasPlainLinesWhereNobodyWantsABar) {
  const Scratch scratch;
  FakeTerminal terminal(100);
  Log log(scratch / "train.log", {.progress = false, .color = false});
  EXPECT_EQ(log.bar_columns(), 0);
  log.show_bar("BAR");
  log.detail("detail");
  log.error("bad");
  const std::string sent = terminal.sent();
  EXPECT_THAT(sent, ContainsRegex("detail\r\n\\[[0-9:]*\\] error: bad\r\n$"));
  EXPECT_THAT(sent, Not(HasSubstr("BAR")));
  EXPECT_THAT(sent, Not(HasSubstr("\033")));
}

TEST(Log, ShowsWarningsAloneWhenQuiet) {
  const Scratch scratch;
  FakeTerminal terminal(100);
  Log log(scratch / "train.log", {.quiet = true});
  log.info("info");
  log.show_bar("BAR");
  EXPECT_EQ(terminal.sent(), "");
  log.warning("careful");
  EXPECT_THAT(terminal.sent(), HasSubstr("careful"));
  EXPECT_THAT(read_file(scratch / "train.log"), HasSubstr("info"));
}

TEST(Log, HasNoColorsWhereNoneAreWanted) {
  const Scratch scratch;
  FakeTerminal terminal(100);
  EXPECT_FALSE(Log(scratch / "train.log", {.color = false}).has_colors());
  EXPECT_TRUE(Log(scratch / "train.log", {}).has_colors());
}

TEST(Log, NamesTheFileThatCannotBeWritten) {
  const Scratch scratch;
  try {
    Log log(scratch / "none" / "train.log" / "", {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::io);
    EXPECT_THAT(error.what(), HasSubstr("train.log"));
  }
}

TEST(Console, ClearsTheBarWhenSomethingIsDone) {
  const Scratch scratch;
  FakeTerminal terminal(100);
  Log log(scratch / "train.log", {.color = false});
  Console console(log, 3, 10);
  console.progress("val", 1, 4);
  EXPECT_THAT(terminal.sent(), HasSubstr("\rval ━━"));
  console.progress("val", 4, 4);
  const std::string sent = terminal.sent();
  EXPECT_THAT(sent, HasSubstr("100% 4/4"));
  EXPECT_THAT(sent, testing::EndsWith("\r\033[K"));
}

}  // namespace
}  // namespace pgt::run
