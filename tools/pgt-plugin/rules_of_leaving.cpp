#include "rules_of_leaving.hpp"

#include <chrono>
#include <exception>
#include <new>

#include <pgt/sdk/entry.hpp>

namespace pgt::check {
namespace {

using Texts = std::map<std::string, std::string>;
using Clock = std::chrono::steady_clock;

std::string change(const std::string& before, const std::string& after) {
  return before == after ? "" : "was \"" + before + "\", is \"" + after + "\"";
}

/// The first that is new or another.
std::string change(const Texts& before, const Texts& after) {
  for (const auto& [name, value] : after) {
    const auto old = before.find(name);
    if (old == before.end()) return name + " is new: \"" + value + "\"";
    if (old->second != value) return name + " " + change(old->second, value);
  }
  for (const auto& [name, value] : before) {
    if (!after.contains(name)) return name + " is gone; it was \"" + value + "\"";
  }
  return "";
}

/// What is there and was not.
std::string added(const Texts& before, const Texts& after) {
  std::string text;
  for (const auto& [name, value] : after) {
    const auto old = before.find(name);
    if (old == before.end() || old->second != value) text += (text.empty() ? "" : ", ") + value;
  }
  return text;
}

template <auto Member>
Seen is_left(const LeavingTrial& trial) {
  return broken_if(change(trial.before.*Member, ProcessState::now().*Member));
}

Seen signals_are_left(const LeavingTrial& trial) {
  const ProcessState after = ProcessState::now();
  const std::string handler = change(trial.before.signals, after.signals);
  if (!handler.empty()) return broken("the handler of " + handler);
  const std::string blocked = change(trial.before.blocked, after.blocked);
  return blocked.empty() ? holds() : broken("the blocked signals: " + blocked);
}

Seen no_thread_is_left(const LeavingTrial& trial) {
  const std::string names = added(trial.before.threads, ProcessState::now().threads);
  return names.empty() ? holds() : broken("after all objects were destroyed there are new threads, by name: " + names);
}

Seen no_file_is_left(const LeavingTrial& trial) {
  const std::string names = added(trial.before.files, ProcessState::now().files);
  return names.empty() ? holds() : broken("after all objects were destroyed there are open: " + names);
}

Seen nothing_is_printed(const LeavingTrial& trial) {
  const std::string text = trial.channel.printed().substr(trial.printed_before);
  return text.empty() ? holds() : broken("it printed \"" + text.substr(0, text.find('\n')) + "\"");
}

/// One that cannot be made is no finding of this rule.
void need_one(const LeavingTrial& trial) {
  if (!trial.make_one) throw CannotBeTried{"nothing is made"};
  try {
    trial.make_one();
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception&) {
    throw CannotBeTried{"it cannot be made"};
  }
}

/// After a few, whatever is made once has been made.
Seen memory_is_given_back(const LeavingTrial& trial) {
  constexpr int few = 20, many = 1000;
  constexpr std::size_t tolerated = 16;  // bytes for each: lists of the host that grow
  need_one(trial);
  if (std::string_view(PGT_SDK_SANITIZER) != "none") throw CannotBeTried{"the sanitizer counts memory itself"};
  const Clock::time_point until = Clock::now() + std::chrono::seconds(5);
  int made = 0;
  for (; made < few && Clock::now() < until; ++made) trial.make_one();
  const std::size_t before = allocated_bytes();
  for (made = 0; made < many && Clock::now() < until; ++made) trial.make_one();
  const std::size_t after = allocated_bytes();
  const std::string count = std::to_string(made) + " made and destroyed";
  if (made == 0 || after <= before + tolerated * static_cast<std::size_t>(made)) return holds(count);
  return broken("after " + count + ", " + std::to_string(after - before) + " bytes more are allocated");
}

constexpr const char* leaving_page = "docs/check-a-plugin.md: What a plugin leaves alone";

constexpr LeavingRule leaving_rules[] = {
    {{"leaves.locale", "the locale is not changed", leaving_page,
      "write numbers with std::to_chars, or imbue a stream of your own"},
     is_left<&ProcessState::locale>},
    {{"leaves.arithmetic", "rounding and the handling of the smallest numbers are not changed", leaving_page,
      "set them back before the call returns; do not link with -ffast-math"},
     is_left<&ProcessState::arithmetic>},
    {{"leaves.signals", "signal handlers and the blocked signals are not changed", leaving_page,
      "leave signals to the host, which saves a run at SIGINT and SIGTERM"},
     signals_are_left},
    {{"leaves.folder", "the current folder is not changed", leaving_page, "use absolute paths"},
     is_left<&ProcessState::folder>},
    {{"leaves.umask", "the permissions of new files (umask) are not changed", leaving_page,
      "chmod the files that need it"},
     is_left<&ProcessState::mask>},
    {{"leaves.environment", "environment variables are not changed", leaving_page,
      "take what you need as an option, and keep it in a member"},
     is_left<&ProcessState::environment>},
    {{"leaves.threads", "no thread is left when the objects are destroyed", leaving_page,
      "join threads in the destructor"},
     no_thread_is_left},
    {{"leaves.files", "no file is left open when the objects are destroyed", leaving_page,
      "close files where they are read"},
     no_file_is_left},
    {{"leaves.output", "nothing is written to standard output", leaving_page,
      "put what a user should know into DatasetInfo::warnings, or throw"},
     nothing_is_printed},
    {{"leaves.memory", "objects that are made and destroyed give all memory back", leaving_page,
      "look with -fsanitize=address, or valgrind --leak-check=full, at who allocates it"},
     memory_is_given_back},
};

}  // namespace

std::span<const LeavingRule> rules_of_leaving() { return leaving_rules; }

}  // namespace pgt::check
