#include "session/scoring.hpp"

#include <utility>

#include "eval/step_ensemble.hpp"

namespace pgt::session {

eval::Evaluation evaluation_of(const Session& session, std::vector<sdk::Sample> videos) {
  eval::Evaluation evaluation;
  evaluation.task = session.task;
  evaluation.loss = session.loss;
  evaluation.classes = session.classes;
  evaluation.videos = std::move(videos);
  evaluation.scores_moments = session.backbone->info().output == sdk::Output::moments;
  evaluation.rules = session.config.eval;
  return evaluation;
}

void take(eval::Evaluation& evaluation, eval::Result result) {
  evaluation.scored = std::move(result.scored);
  evaluation.missing = std::move(result.missing);
  evaluation.key_frames = std::move(result.key_frames);
  evaluation.tracks = std::move(result.tracks);
}

eval::Evaluation evaluate_split(const Session& session, sdk::Split split, const std::string& name,
                                const ClipProgress& progress) {
  std::vector<sdk::Sample> videos;
  for (std::size_t i = 0; i < session.dataset->size(split); ++i) videos.push_back(session.dataset->sample(split, i));
  eval::Evaluation evaluation = evaluation_of(session, std::move(videos));
  const eval::Scorer scorer = session.scorer();
  evaluation.protocol = {name, session.config.eval.views, session.config.eval.crops,
                         eval::resolve_ensemble(scorer.plan.plan().ensemble, session.task)};
  take(evaluation, eval::evaluate(scorer, *session.dataset, split, name, progress));
  return evaluation;
}

}  // namespace pgt::session
