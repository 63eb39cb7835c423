/// The child's side of a check: tries rules, and writes down for the parent which one it is at and what came of it.
#pragma once

#include <cstdint>
#include <new>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "plugin/exit_watch.hpp"
#include "rule.hpp"
#include "thrown.hpp"

namespace pgt::check {

/// What one child may do and is to try.
struct Limits {
  std::int64_t seconds = 60;    ///< for a rule
  std::int64_t gigabytes = 16;  ///< of memory that it writes to
  std::vector<std::string> only{};
  std::vector<std::string> skip{};  ///< "OF/RULE": one that an earlier child did not survive; "OF/KIND.*": all such
};

/// `only` has a rule's name or what is in front of its dot; it is empty for all rules.
bool is_wanted(const std::string& rule, const std::vector<std::string>& only);

/// One in a process. Makes it end with its parent, sets its limits, and takes standard output away from the plugin:
/// the answers go there, what a plugin prints goes to a file that is counted. exit() in a plugin becomes an answer.
class Channel {
 public:
  explicit Channel(const Limits& limits);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  /// Tries a rule: `work` gives a Seen. Whatever it throws breaks the rule, but for CannotBeTried, and for what another
  /// rule of the same thing has thrown before. A rule that was not asked for, or that is to be skipped, is left out;
  /// one that is `needed` is tried whether it was asked for or not.
  template <class Work>
  void attempt(const std::string& of, const char* rule, Work&& work, bool needed = false) {
    if (!begin(of, rule, needed)) return;
    try {
      end(of, rule, work());
    } catch (const CannotBeTried& reason) {
      end(of, rule, untried(reason.why));
    } catch (const std::bad_alloc&) {
      report_full_memory();
      end(of, rule, untried("see process.memory"));
    } catch (const std::exception& error) {
      end(of, rule, thrown_.seen(of, rule, error.what()));
    } catch (...) {
      end(of, rule, broken("it threw something that is not a std::exception"));
    }
  }
  /// Tries the rules of a table: each has a `text`, and `check(trial)` gives a Seen.
  template <class Rule, class Trial>
  void attempt_all(const std::string& of, std::span<const Rule> rules, Trial& trial) {
    for (const Rule& rule : rules) attempt(of, rule.text.name, [&] { return rule.check(trial); });
  }

  /// Something that the parent wants to know.
  void say(const nlohmann::json& answer);
  /// What has been printed to standard output since the start.
  std::string printed() const;
  /// Says that all rules have been tried. Without it, the parent knows that the process ended too early.
  void done();

 private:
  bool begin(const std::string& of, const std::string& rule, bool needed);
  void end(const std::string& of, const std::string& rule, const Seen& seen);
  void report_full_memory();

  Limits limits_;
  Thrown thrown_;
  int answers_ = -1;
  int printed_ = -1;
  plugin::ExitWatch exit_watch_;
};

}  // namespace pgt::check
