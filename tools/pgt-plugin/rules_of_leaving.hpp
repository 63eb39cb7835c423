/// What every plugin leaves as it found it. The same rules are tried on a library and on each thing that it provides.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "channel.hpp"
#include "process_state.hpp"

namespace pgt::check {

/// From its construction on, what a plugin does to the process.
struct LeavingTrial {
  explicit LeavingTrial(const Channel& to) : channel(to), printed_before(to.printed().size()) {}
  /// Where a library that the host has loaded starts threads and opens files once: those are not the plugin's.
  void begin_again() {
    const ProcessState now = ProcessState::now();
    before.threads = now.threads;
    before.files = now.files;
  }
  const Channel& channel;
  ProcessState before = ProcessState::now();
  const std::size_t printed_before;
  /// Makes an object and destroys it; empty: there is none to be made.
  std::function<void()> make_one{};
};

struct LeavingRule {
  RuleText text;
  Seen (*check)(const LeavingTrial&);
};

std::span<const LeavingRule> rules_of_leaving();

}  // namespace pgt::check
