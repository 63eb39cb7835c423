#include "eval/outcomes.hpp"

#include <map>

namespace pgt::eval {

std::vector<Outcome> outcomes_of(const Evaluation& evaluation) {
  std::map<std::string, std::string> reasons;
  for (const run::BadFile& video : evaluation.missing) reasons[video.id] = video.reason;
  std::vector<Outcome> outcomes;
  for (const sdk::Sample& video : evaluation.videos) {
    const auto reason = reasons.find(video.id);
    outcomes.push_back(
        {video, nullptr, nullptr, reason == reasons.end() ? "not scored: stopped early" : reason->second});
  }
  for (std::size_t i = 0; i < evaluation.scored.size(); ++i) {
    Outcome& outcome = outcomes[evaluation.scored[i].index];
    outcome.scored = &evaluation.scored[i];
    if (i < evaluation.tracks.size()) outcome.track = &evaluation.tracks[i];
  }
  return outcomes;
}

}  // namespace pgt::eval
