#include "supervise.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "plugin/process.hpp"

namespace pgt::check {
namespace {

using nlohmann::json;

constexpr const char* process_page = "docs/check-a-plugin.md: How it checks";

constexpr RuleText process_rules[] = {
    {"process.no-crash", "nothing that the host calls crashes", process_page,
     "run the command under gdb: `gdb --args` in front of it"},
    {"process.no-exit", "nothing that the host calls ends the process: a failure is an exception", process_page,
     "throw std::runtime_error with what is wrong"},
    {"process.returns", "every call returns within the time limit", process_page,
     "interrupt it under gdb to see where it is; --seconds N gives slow plugins more time"},
    {"process.memory", "memory stays within the limit", process_page,
     "--memory GIB allows more, where it is meant to be so large"},
};

enum Rule { no_crash, no_exit, returns, memory };

/// What the child said last, for whom it crashed.
std::string last_words(const std::string& text) {
  constexpr std::size_t most = 400;
  const std::size_t end = text.find_last_not_of(" \n") + 1;
  if (end == 0) return "";
  const std::size_t begin = end > most ? end - most : 0;
  return "; it printed: " + text.substr(begin, end - begin);
}

/// Without these no other of their kind can be tried, so all would end as this one did.
bool is_needed_by_others(const std::string& rule) {
  return std::ranges::any_of(std::initializer_list<const char*>{".made", ".runs", ".plans", ".samples", ".targets"},
                             [&](const char* end) { return rule.ends_with(end); });
}

/// One run of the child: adds to the report, and to what the next one is to leave out.
class Attempt {
 public:
  Attempt(Report& report, Limits& limits, const std::string& of) : report_(report), limits_(limits), of_(of) {}

  void read(const std::string& output) {
    for (std::size_t begin = 0, end; (end = output.find('\n', begin)) != std::string::npos; begin = end + 1) {
      const json answer = json::parse(output.substr(begin, end - begin), nullptr, false);
      if (answer.is_object()) take(answer);
    }
  }
  /// Whether the child came to its end. Otherwise says why not.
  bool complete(const plugin::ProcessResult& result, const std::string& command) {
    if (done_) return true;
    const std::string during =
        rule_.empty() ? "before the first rule" : "while " + rule_ + " was tried on " + tried_on_;
    const auto breaks = [&](Rule rule, const std::string& text) {
      add(process_rules[rule].name, broken(during + ": " + text));
      if (rule_.empty()) return;
      finish(untried("see " + std::string(process_rules[rule].name)));
      if (is_needed_by_others(rule_)) limits_.skip.push_back(tried_on_ + "/" + rule_.substr(0, rule_.find('.')) + ".*");
    };
    const int signal = WIFSIGNALED(result.status) ? WTERMSIG(result.status) : 0;
    if (!exit_.empty()) {
      breaks(no_exit, exit_);
    } else if (result.timed_out || signal == SIGALRM) {
      breaks(returns, "it did not return within " + std::to_string(limits_.seconds) + " s");
    } else if (signal != 0) {
      const char* name = sigabbrev_np(signal);
      breaks(no_crash, std::string("SIG") + (name != nullptr ? name : "") + " (" + strsignal(signal) + ")" +
                           last_words(result.errors) + "; to see it happen: " + command);
    } else {
      breaks(no_exit, "the process ended with exit code " + std::to_string(WEXITSTATUS(result.status)) +
                          last_words(result.errors));
    }
    return false;
  }
  bool got_on() const { return !rule_.empty(); }

 private:
  void take(const json& answer) {
    if (answer.contains("try")) {
      tried_on_ = answer.at("of"), rule_ = answer.at("try");
    } else if (answer.contains("rule")) {
      const std::string outcome = answer.at("outcome");
      finish({outcome == "holds"    ? Outcome::holds
              : outcome == "broken" ? Outcome::broken
                                    : Outcome::untried,
              answer.at("text")});
    } else if (answer.contains("exit")) {
      exit_ = answer.at("exit");
    } else if (answer.contains("memory")) {
      add(process_rules[memory].name,
          broken("while " + rule_ + " was tried on " + tried_on_ + ": " + std::string(answer.at("memory"))));
    } else if (answer.contains("done")) {
      done_ = true;
    } else {
      report_.answers.push_back(answer);
    }
  }
  /// The rule that is being tried has been.
  void finish(Seen seen) {
    report_.findings.push_back({tried_on_, rule_, std::move(seen)});
    limits_.skip.push_back(tried_on_ + "/" + rule_);
  }
  void add(const char* rule, Seen seen) { report_.findings.push_back({of_, rule, std::move(seen)}); }

  Report& report_;
  Limits& limits_;
  const std::string& of_;
  std::string tried_on_, rule_, exit_;
  bool done_ = false;
};

std::vector<std::string> with_limits(std::vector<std::string> command, const Limits& limits) {
  command.insert(command.end(),
                 {"--seconds", std::to_string(limits.seconds), "--memory", std::to_string(limits.gigabytes)});
  for (const std::string& rule : limits.only) command.insert(command.end(), {"--only", rule});
  for (const std::string& rule : limits.skip) command.insert(command.end(), {"--skip", rule});
  return command;
}

std::string as_typed(const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& word : command) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

std::span<const RuleText> rules_of_processes() { return process_rules; }

Report supervise(const std::vector<std::string>& command, const std::string& of, const Limits& limits) {
  constexpr int most_starts = 10;
  Report report;
  Limits left = limits;
  const bool of_processes =
      std::ranges::any_of(limits.only, [](const std::string& rule) { return rule.starts_with("process"); });
  if (of_processes) left.only.clear();  // what all the others do to the process
  const auto whole = std::chrono::seconds(60 + 20 * limits.seconds);
  for (int start = 0; start < most_starts; ++start) {
    const plugin::ProcessResult result = plugin::run_process(with_limits(command, left), whole);
    report.answers.clear();
    Attempt attempt(report, left, of);
    attempt.read(result.output);
    if (attempt.complete(result, as_typed(command)) || !attempt.got_on()) break;
  }
  for (const RuleText& rule : process_rules) {
    const bool is_broken =
        std::ranges::any_of(report.findings, [&](const Finding& finding) { return finding.rule == rule.name; });
    if (!is_broken) report.findings.push_back({of, rule.name, holds()});
  }
  std::erase_if(report.findings, [&](const Finding& finding) { return !is_wanted(finding.rule, limits.only); });
  return report;
}

}  // namespace pgt::check
