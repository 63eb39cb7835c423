/// What all rules of plugins share: their texts, and what was seen when one was tried. `pgt-host plugin check` tries
/// these rules and more; a plugin's own tests try them without a host (../schedule.hpp and ../dataset.hpp).
/// Includes no torch header.
#pragma once

#include <exception>
#include <new>
#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {

/// What a rule says of itself; all texts are literals.
struct RuleText {
  const char* name;     ///< "schedule.contiguous"
  const char* promise;  ///< what a plugin keeps
  const char* where;    ///< where that is written: a header of the SDK or a page of the documentation, and what there
  const char* remedy;   ///< what to do where it is broken
};

enum class Outcome { holds, broken, untried };

/// What came of trying a rule. `text`: of a broken one what was seen, of an untried one why, of one that holds nothing
/// or a figure.
struct Seen {
  Outcome outcome = Outcome::holds;
  std::string text{};
};

inline Seen holds(std::string figure = "") { return {Outcome::holds, std::move(figure)}; }
inline Seen broken(std::string what) { return {Outcome::broken, std::move(what)}; }
inline Seen untried(std::string why) { return {Outcome::untried, std::move(why)}; }
/// Broken where there is something to say.
inline Seen broken_if(std::string what) { return what.empty() ? holds() : broken(std::move(what)); }

/// Thrown where a rule needs what is not there.
struct CannotBeTried {
  std::string why;
};

/// A rule that is broken.
struct Broken {
  std::string rule;  ///< "schedule.contiguous"
  std::string seen;  ///< and what to do
  bool operator==(const Broken&) const = default;
};
using BrokenRules = std::vector<Broken>;

/// What a test compares with where all rules are kept: EXPECT_EQ(broken_rules(schedule), no_broken_rules).
inline const BrokenRules no_broken_rules;

/// As GoogleTest prints it.
inline std::ostream& operator<<(std::ostream& out, const Broken& broken) {
  return out << broken.rule << ": " << broken.seen;
}

namespace detail {

/// What `ask` throws, as text; empty: it answers. A full memory is no answer of the plugin, and goes on as it is.
template <class Ask>
std::optional<std::string> refusal(Ask&& ask) {
  try {
    ask();
    return std::nullopt;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    return error.what();
  }
}

/// Adds the rule where what `check` gives, a Seen, says that it is broken.
template <class Check>
void add_if_broken(BrokenRules& all, const RuleText& rule, Check&& check) {
  try {
    Seen seen;
    const std::optional<std::string> thrown = refusal([&] { seen = check(); });
    if (thrown) {
      all.push_back({rule.name, *thrown});
    } else if (seen.outcome == Outcome::broken) {
      all.push_back({rule.name, seen.text + "; " + rule.remedy});
    }
  } catch (const CannotBeTried&) {  // it is of another task, or another rule says what is missing
  }
}

}  // namespace detail
}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
