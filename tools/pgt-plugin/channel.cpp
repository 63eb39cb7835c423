#include "channel.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string_view>

#include <pgt/sdk/entry.hpp>

namespace pgt::check {
namespace {

using nlohmann::json;

/// Not with a sanitizer, which maps more than any machine has.
constexpr bool memory_can_be_limited = std::string_view(PGT_SDK_SANITIZER) == "none";

void set_limits(const Limits& limits) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  if (!memory_can_be_limited) return;
  const auto bytes = static_cast<rlim_t>(limits.gigabytes) << 30;
  const rlimit memory{bytes, bytes};
  setrlimit(RLIMIT_DATA, &memory);
}

const char* word_of(Outcome outcome) {
  return outcome == Outcome::holds ? "holds" : outcome == Outcome::broken ? "broken" : "untried";
}

}  // namespace

bool is_wanted(const std::string& rule, const std::vector<std::string>& only) {
  return only.empty() || std::ranges::any_of(only, [&](const std::string& name) {
           return rule == name || rule.substr(0, rule.find('.')) == name;
         });
}

Channel::Channel(const Limits& limits)
    : limits_(limits),
      answers_(dup(STDOUT_FILENO)),
      printed_(memfd_create("printed", MFD_CLOEXEC)),
      exit_watch_([this](const Error& error) {
        say({{"exit", error.what()}});
      }) {
  set_limits(limits);
  dup2(printed_, STDOUT_FILENO);
}

Channel::~Channel() {
  close(answers_);
  close(printed_);
}

bool Channel::begin(const std::string& of, const std::string& rule, bool needed) {
  if (!needed && !is_wanted(rule, limits_.only)) return false;
  const std::string kind = rule.substr(0, rule.find('.'));
  for (const std::string& skipped : {of + "/" + rule, of + "/" + kind + ".*"}) {
    if (std::ranges::find(limits_.skip, skipped) != limits_.skip.end()) return false;
  }
  say({{"of", of}, {"try", rule}});
  alarm(static_cast<unsigned>(limits_.seconds));
  return true;
}

void Channel::end(const std::string& of, const std::string& rule, const Seen& seen) {
  alarm(0);
  say({{"of", of}, {"rule", rule}, {"outcome", word_of(seen.outcome)}, {"text", seen.text}});
}

void Channel::say(const json& answer) {
  const std::string line = answer.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  for (std::size_t done = 0; done < line.size();) {
    const ssize_t count = write(answers_, line.data() + done, line.size() - done);
    if (count < 0 && errno != EINTR) _exit(static_cast<int>(ExitCode::io));
    if (count > 0) done += static_cast<std::size_t>(count);
  }
}

std::string Channel::printed() const {
  std::fflush(stdout);
  std::cout.flush();
  std::string text(static_cast<std::size_t>(std::max<off_t>(0, lseek(printed_, 0, SEEK_END))), '\0');
  const ssize_t count = pread(printed_, text.data(), text.size(), 0);
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, count)));
  return text;
}

void Channel::done() { say({{"done", true}}); }

void Channel::report_full_memory() {
  say({{"memory", "it was not enough; " + std::to_string(limits_.gigabytes) + " GiB are allowed"}});
}

}  // namespace pgt::check
