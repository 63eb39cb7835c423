#include "eval/outcomes.hpp"

#include <map>

namespace pgt::eval {

std::vector<Outcome> outcomes_of(const Evaluation& evaluation) {
  std::map<std::string, std::string> reasons;
  for (const run::BadFile& video : evaluation.missing) reasons[video.id] = video.reason;
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < evaluation.videos.size(); ++i) {
    const auto reason = reasons.find(evaluation.videos[i].id);
    outcomes.push_back({i, std::nullopt, reason == reasons.end() ? "not scored: stopped early" : reason->second});
  }
  for (std::size_t i = 0; i < evaluation.scored.size(); ++i) outcomes[evaluation.scored[i].index].scored = i;
  return outcomes;
}

}  // namespace pgt::eval
