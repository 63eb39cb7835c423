#include "report_check.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.hpp"

namespace pgt::check {
namespace {

using nlohmann::json;

const RuleText& rule_of(const Checked& checked, const Finding& finding) {
  static constexpr RuleText unknown{"", "", "", ""};
  const auto found =
      std::ranges::find_if(checked.rules, [&](const RuleText& rule) { return finding.rule == rule.name; });
  return found != checked.rules.end() ? *found : unknown;
}

const char* outcome_text(Outcome outcome) {
  return outcome == Outcome::holds ? "holds" : outcome == Outcome::broken ? "broken" : "untried";
}

/// The things that were checked, in the order of their first findings.
std::vector<std::string> subjects_of(const Checked& checked) {
  std::vector<std::string> things;
  for (const Finding& finding : checked.findings) {
    if (std::ranges::find(things, finding.of) == things.end()) things.push_back(finding.of);
  }
  return things;
}

std::string in_xml(const std::string& text) {
  std::string safe;
  for (const char c : printable(text)) {
    if (c == '&')
      safe += "&amp;";
    else if (c == '<')
      safe += "&lt;";
    else if (c == '>')
      safe += "&gt;";
    else if (c == '"')
      safe += "&quot;";
    else if (c == '\n')
      safe += "&#10;";
    else
      safe += c;
  }
  return safe;
}

std::string count_text(std::size_t count, const std::string& what) {
  return std::to_string(count) + (count == 1 ? " rule " : " rules ") + what;
}

std::string summary_of(const Checked& checked, const std::string& thing) {
  std::size_t held = 0, broken = 0;
  std::map<std::string, std::size_t> reasons;
  for (const Finding& finding : checked.findings) {
    if (finding.of != thing) continue;
    held += finding.seen.outcome == Outcome::holds ? 1 : 0;
    broken += finding.seen.outcome == Outcome::broken ? 1 : 0;
    if (finding.seen.outcome == Outcome::untried) ++reasons[finding.seen.text];
  }
  std::string text =
      std::string(broken > 0 ? "FAIL  " : "ok    ") + thing + ": " + count_text(held, held == 1 ? "holds" : "hold");
  if (broken > 0) text += ", " + std::to_string(broken) + " broken";
  text += "\n";
  for (const auto& [reason, count] : reasons)
    text += "      " + count_text(count, "not tried: ") + indented(printable(reason)) + "\n";
  return text;
}

/// Of things that could not be made with the options of the check: how much of them was not looked at, and what to
/// give.
std::string summary_of_not_made(const Checked& checked) {
  std::string text;
  for (const Finding& finding : checked.findings) {
    if (!finding.rule.ends_with(".made") || finding.seen.outcome != Outcome::untried) continue;
    const auto left = std::ranges::count_if(checked.findings, [&](const Finding& other) {
      return other.of == finding.of && other.seen.outcome == Outcome::untried;
    });
    text += "\nnot checked: " + finding.of + " was not made, which left " +
            (left > 1 ? count_text(static_cast<std::size_t>(left), "untried") : "its rules untried") + ": " +
            indented(printable(finding.seen.text)) + "\n";
  }
  return text;
}

}  // namespace

std::string findings_as_text(const Checked& checked) {
  std::string text;
  for (const Finding& finding : checked.findings) {
    if (finding.seen.outcome != Outcome::broken) continue;
    const RuleText& rule = rule_of(checked, finding);
    text += "FAIL  " + finding.rule + " (" + finding.of +
            ")\n      seen:     " + indented(printable(finding.seen.text)) + "\n      promised: " + rule.promise +
            " (" + rule.where + ")\n      do:       " + rule.remedy + "\n\n";
  }
  for (const std::string& thing : subjects_of(checked)) text += summary_of(checked, thing);
  return text + summary_of_not_made(checked);
}

std::string findings_as_json(const Checked& checked) {
  json findings = json::array();
  std::size_t broken = 0;
  for (const Finding& finding : checked.findings) {
    const RuleText& rule = rule_of(checked, finding);
    broken += finding.seen.outcome == Outcome::broken ? 1 : 0;
    findings.push_back({{"of", finding.of},
                        {"rule", finding.rule},
                        {"outcome", outcome_text(finding.seen.outcome)},
                        {"seen", finding.seen.text},
                        {"promise", rule.promise},
                        {"where", rule.where},
                        {"remedy", rule.remedy}});
  }
  return json{{"file", checked.file}, {"broken", broken}, {"findings", findings}}.dump(2, ' ', false,
                                                                                       json::error_handler_t::replace) +
         "\n";
}

std::string findings_as_junit(const Checked& checked) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"" + in_xml(checked.file) + "\">\n";
  for (const std::string& thing : subjects_of(checked)) {
    text += "  <testsuite name=\"" + in_xml(thing) + "\">\n";
    for (const Finding& finding : checked.findings) {
      if (finding.of != thing) continue;
      const RuleText& rule = rule_of(checked, finding);
      text += "    <testcase classname=\"" + in_xml(thing) + "\" name=\"" + in_xml(finding.rule) + "\"";
      if (finding.seen.outcome == Outcome::holds) {
        text += "/>\n";
      } else if (finding.seen.outcome == Outcome::untried) {
        text += "><skipped message=\"" + in_xml(finding.seen.text) + "\"/></testcase>\n";
      } else {
        text += "><failure message=\"" + in_xml(finding.seen.text) + "\">promised: " + in_xml(rule.promise) + " (" +
                in_xml(rule.where) + "); do: " + in_xml(rule.remedy) + "</failure></testcase>\n";
      }
    }
    text += "  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

std::string rules_as_text(const std::vector<RuleText>& rules) {
  std::string text = "| rule | what a plugin keeps | where it is written |\n|---|---|---|\n";
  for (const RuleText& rule : rules) {
    text += std::string("| `") + rule.name + "` | " + rule.promise + " | " + rule.where + " |\n";
  }
  return text;
}

}  // namespace pgt::check
