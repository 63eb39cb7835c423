#include "session/recompute.hpp"

#include <torch/torch.h>

#include <algorithm>

#include <pgt/sdk/recompute.hpp>

#include "base/glob.hpp"
#include "base/text.hpp"

namespace pgt::session {

std::vector<std::string> recomputable_stages(const Session& session) {
  const auto* recomputing = sdk::extension_of<sdk::RecomputingBackbone>(*session.backbone);
  return recomputing != nullptr ? recomputing->stages() : std::vector<std::string>{};
}

void recompute(Session& session) {
  if (auto* recomputing = sdk::extension_of<sdk::RecomputingBackbone>(*session.backbone)) {
    session.recomputer = std::make_unique<nn::StageRecomputer>(session.backbone_plugin, *session.backbone);
    recomputing->recompute(*session.recomputer);
  }
  const std::vector<std::string>& patterns = session.config.train.recompute;
  if (patterns.empty()) return;
  config::Diagnostics diagnostics;
  const config::Position& position = session.config.train_section.values.at("recompute").position;
  const std::string model = "model \"" + session.config.model.use + '"';
  const std::vector<std::string> all = recomputable_stages(session);
  if (!session.recomputer) {
    diagnostics.error(position, "\"recompute\": " + model + " cannot compute stages again (sdk::RecomputingBackbone)",
                      "leave it out, or set train.micro_batch to save memory");
    diagnostics.throw_if_any();
  }
  std::vector<std::string> chosen;
  for (const std::string& stage : all) {
    const auto names_it = [&](const std::string& pattern) { return matches_glob(pattern, stage); };
    if (std::any_of(patterns.begin(), patterns.end(), names_it)) chosen.push_back(stage);
  }
  for (const std::string& pattern : patterns) {
    const auto named = [&](const std::string& stage) { return matches_glob(pattern, stage); };
    if (std::any_of(all.begin(), all.end(), named)) continue;
    const std::string similar = did_you_mean(pattern, all);
    diagnostics.error(position, "\"recompute\": " + model + " has no stage \"" + pattern + '"',
                      similar.empty() ? "it has " + join(all, ", ") : similar);
  }
  diagnostics.throw_if_any();
  session.recomputer->choose(chosen);
}

}  // namespace pgt::session
