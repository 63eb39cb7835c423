#include "session/scoring.hpp"

#include <utility>

#include "eval/step_ensemble.hpp"

namespace pgt::session {

eval::Evaluation evaluate_split(const Session& session, sdk::Split split, const std::string& name,
                                const ClipProgress& progress) {
  eval::Evaluation evaluation;
  const eval::Scorer scorer = session.scorer();
  evaluation.protocol = {name, session.config.eval.views, session.config.eval.crops,
                         eval::resolve_ensemble(scorer.plan.plan().ensemble, session.task)};
  evaluation.task = session.task;
  evaluation.loss = session.loss;
  evaluation.classes = session.classes;
  for (std::size_t i = 0; i < session.dataset->size(split); ++i) {
    evaluation.videos.push_back(session.dataset->sample(split, i));
  }
  eval::Result result = eval::evaluate(scorer, *session.dataset, split, name, progress);
  evaluation.scored = std::move(result.scored);
  evaluation.missing = std::move(result.missing);
  evaluation.key_frames = std::move(result.key_frames);
  evaluation.scores_moments = scorer.backbone.info().output == sdk::Output::moments;
  evaluation.tracks = std::move(result.tracks);
  evaluation.rules = session.config.eval;
  return evaluation;
}

}  // namespace pgt::session
