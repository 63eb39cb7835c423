/// What rules met that threw: an exception is one finding, not one for each rule that it keeps from being tried.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "rule.hpp"

namespace pgt::check {

class Thrown {
 public:
  /// What to say of `rule` of something, which threw `text`: that it is broken, where no other rule met the same.
  Seen seen(const std::string& of, const std::string& rule, const std::string& text) {
    const auto [first, is_new] = met_.emplace(std::pair(of, text), rule);
    return is_new ? broken("an exception: " + text + " (docs/debug-a-plugin.md)")
                  : untried("the same exception: see " + first->second);
  }

 private:
  std::map<std::pair<std::string, std::string>, std::string> met_;  ///< of what, and the text, to the first rule
};

}  // namespace pgt::check
