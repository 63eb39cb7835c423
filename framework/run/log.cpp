#include "run/log.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "base/error.hpp"
#include "base/text.hpp"
#include "run/terminal_bar.hpp"

namespace pgt::run {
namespace {

/// Puts lines above the bar: takes the bar away, prints, draws it again.
class TerminalSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit TerminalSink(bool colors) : colors_(colors) {}

  void show_bar(const std::string& bar) {
    const std::lock_guard lock(mutex_);
    if (bar.empty() && bar_.empty()) return;
    bar_ = bar;
    put("\r" + bar_ + "\033[K");
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    std::string text(line.data(), line.size());
    if (const char* color = color_of(message.level); colors_ && *color != '\0') {
      text.insert(text.size() - 1, "\033[0m");  // before the end of the line
      text.insert(0, color);
    }
    put(bar_.empty() ? text : "\r\033[K" + text + bar_);
  }
  void flush_() override { std::fflush(stderr); }

 private:
  static const char* color_of(spdlog::level::level_enum level) {
    if (level == spdlog::level::warn) return "\033[33m";
    if (level == spdlog::level::err) return "\033[31m";
    return "";
  }
  static void put(const std::string& text) {
    std::fputs(text.c_str(), stderr);
    std::fflush(stderr);
  }

  bool colors_;
  std::string bar_;
};

/// Names in a line cannot command the terminal, here or of a later reader of the file, nor make a line of their own.
std::string shown(std::string_view text) { return indented(printable(text)); }

/// "[14:03:21] " and the text.
constexpr const char* pattern = "[%H:%M:%S] %v";

}  // namespace

struct Log::State {
  bool bar;
  bool colors;
  std::shared_ptr<TerminalSink> terminal;
  std::shared_ptr<spdlog::logger> logger;
};

Log::Log(const std::filesystem::path& file, const Display& display) {
  const bool is_terminal = ::isatty(STDERR_FILENO) != 0;
  const bool bar = is_terminal && display.progress && !display.quiet;
  const bool colors = is_terminal && display.color;
  const auto terminal = std::make_shared<TerminalSink>(colors);
  // Levels: debug is a detail that a bar shows as well.
  terminal->set_level(display.quiet ? spdlog::level::warn : bar ? spdlog::level::info : spdlog::level::debug);
  try {
    const auto text = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string());
    const std::initializer_list<spdlog::sink_ptr> sinks = {text, terminal};
    const auto logger = std::make_shared<spdlog::logger>("run", sinks);
    logger->set_pattern(pattern);
    logger->set_level(spdlog::level::debug);
    logger->flush_on(spdlog::level::debug);  // the last lines are the ones wanted after a crash
    state_ = std::make_unique<State>(State{bar, colors, terminal, logger});
  } catch (const spdlog::spdlog_ex& error) {
    throw Error(ExitCode::io, "cannot write " + file.string() + ": " + error.what());
  }
}

Log::~Log() { show_bar(""); }

void Log::info(std::string_view text) { state_->logger->info("{}", shown(text)); }
void Log::warning(std::string_view text) { state_->logger->warn("warning: {}", shown(text)); }
void Log::error(std::string_view text) { state_->logger->error("error: {}", shown(text)); }
void Log::detail(std::string_view text) { state_->logger->debug("{}", shown(text)); }

int Log::bar_columns() const {
  if (!state_->bar) return 0;
  return terminal_columns() - 1;  // a full line would wrap
}

bool Log::has_colors() const { return state_->colors; }

void Log::show_bar(const std::string& bar) {
  if (state_->bar) state_->terminal->show_bar(bar);
}

}  // namespace pgt::run
