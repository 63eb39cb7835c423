/// The limits of a check on a command line: for its user, and for the child that gets them from `supervise`.
#pragma once

#include <CLI/CLI.hpp>

#include "channel.hpp"

namespace pgt::check {

inline void add_limits(CLI::App& verb, Limits& limits) {
  verb.add_option("--seconds", limits.seconds, "for each rule")->check(CLI::Range(1, 100000))->capture_default_str();
  verb.add_option("--memory", limits.gigabytes, "GiB that it may use")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  verb.add_option("--only", limits.only, "a rule, or what is in front of its dot; can be repeated")
      ->type_name("RULE")
      ->allow_extra_args(false);
}

/// What only the parent says.
inline void add_skip(CLI::App& verb, Limits& limits) {
  verb.add_option("--skip", limits.skip)->allow_extra_args(false)->group("");
}

}  // namespace pgt::check
