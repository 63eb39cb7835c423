#include "run/terminal_bar.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "base/number.hpp"
#include "run/progress_text.hpp"

namespace pgt::run {
namespace {

constexpr int assumed_columns = 80;

}  // namespace

bool environment_allows_color() {
  const char* no_color = std::getenv("NO_COLOR");
  return no_color == nullptr || *no_color == '\0';
}

int terminal_columns(int descriptor) {
  winsize size{};
  return ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : assumed_columns;
}

TerminalBar::TerminalBar(std::string head, std::string unit, std::int64_t all, const Display& display)
    : head_(std::move(head)),
      unit_(std::move(unit)),
      all_(all),
      draws_(display.progress && !display.quiet && ::isatty(STDERR_FILENO) != 0),
      colors_(display.color && environment_allows_color()) {}

TerminalBar::~TerminalBar() {
  if (draws_) std::fputs("\r\033[K", stderr);
}

void TerminalBar::show(std::int64_t done) {
  if (!draws_) return;
  const std::lock_guard lock(mutex_);
  const auto now = Clock::now();
  if (now - drawn_ < redraw_interval && done < all_) return;
  drawn_ = now;
  const double rate = static_cast<double>(done) / std::chrono::duration<double>(now - started_).count();
  const Bar bar{
      head_,
      done,
      all_,
      {fixed(rate, 1) + " " + unit_ + "/s", "eta " + short_duration(static_cast<double>(all_ - done) / rate)}};
  std::fprintf(stderr, "\r%s\033[K", render_bar(bar, terminal_columns() - 1, colors_).c_str());
  std::fflush(stderr);
}

}  // namespace pgt::run
