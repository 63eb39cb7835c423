/// A rule that a plugin keeps, and what was seen when it was tried.
#pragma once

#include <string>

namespace pgt::check {

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

/// A rule that was tried on something.
struct Finding {
  std::string of;  ///< "schedule pgt", or "library"
  std::string rule;
  Seen seen;
};

}  // namespace pgt::check
