#include "session/freezing.hpp"

#include <torch/torch.h>

#include "base/text.hpp"
#include "nn/freezing.hpp"
#include "nn/parameters.hpp"

namespace pgt::session {
namespace {

/// The names closest to a pattern, or else the outermost ones.
std::string names_near(std::string pattern, const std::vector<nn::Parameter>& parameters) {
  const std::vector<std::string> names = nn::names_to_freeze(parameters);
  if (pattern.ends_with(".*")) pattern.resize(pattern.size() - 2);
  if (std::string similar = did_you_mean(pattern, names); !similar.empty()) return similar;
  std::vector<std::string> outermost;
  for (const std::string& name : names) {
    if (name.find('.') == std::string::npos) outermost.push_back(name);
  }
  return "the network has " + join(outermost, ", ");
}

}  // namespace

void freeze(Session& session) {
  const std::vector<std::string>& patterns = session.config.train.freeze;
  if (patterns.empty()) return;
  const std::vector<nn::Parameter> parameters = nn::parameters(*session.backbone);
  session.frozen = nn::find_frozen(parameters, patterns);
  config::Diagnostics diagnostics;
  const config::Position& position = session.config.train_section.values.at("freeze").position;
  for (const std::string& pattern : session.frozen.unmatched) {
    diagnostics.error(
        position, "\"freeze\": no parameter of model \"" + session.config.model.use + "\" is named \"" + pattern + '"',
        names_near(pattern, parameters));
  }
  if (session.frozen.values == nn::parameter_values(*session.backbone)) {
    diagnostics.error(position, "\"freeze\" leaves nothing to train", "leave at least the head out");
  }
  diagnostics.throw_if_any();
  nn::freeze(*session.backbone, session.frozen);
}

std::string describe_frozen(const Session& session) {
  const nn::Frozen& frozen = session.frozen;
  if (frozen.parameters.empty()) return "";
  return join(session.config.train.freeze, ", ") + ": " + std::to_string(frozen.parameters.size()) + " tensors with " +
         std::to_string(frozen.values) + " of " + std::to_string(nn::parameter_values(*session.backbone)) +
         " parameters";
}

}  // namespace pgt::session
