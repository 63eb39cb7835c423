#include "nn/freezing.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <map>

#include "base/error.hpp"
#include "base/glob.hpp"
#include "config/setting_error.hpp"
#include "nn/running_statistics.hpp"

namespace pgt::nn {
namespace {

/// The modules that a tensor is below, the outermost first: of "s1.conv.weight" "s1" and "s1.conv".
std::vector<std::string> modules_above(const std::string& name) {
  std::vector<std::string> modules;
  for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
    modules.push_back(name.substr(0, dot));
  }
  return modules;
}

bool names(const std::string& pattern, const std::string& parameter) {
  std::vector<std::string> candidates = modules_above(parameter);
  candidates.push_back(parameter);
  return std::any_of(candidates.begin(), candidates.end(),
                     [&](const std::string& candidate) { return matches_glob(pattern, candidate); });
}

}  // namespace

Frozen find_frozen(const std::vector<Parameter>& parameters, std::span<const std::string> patterns) {
  Frozen frozen;
  frozen.unmatched.assign(patterns.begin(), patterns.end());
  std::map<std::string, bool> whole;  // of each module, whether all its parameters are frozen
  for (const Parameter& parameter : parameters) {
    if (parameter.is_buffer()) continue;
    const auto matches = [&](const std::string& pattern) { return names(pattern, parameter.name); };
    const bool found = std::any_of(patterns.begin(), patterns.end(), matches);
    std::erase_if(frozen.unmatched, matches);
    for (const std::string& module : modules_above(parameter.name)) {
      bool& so_far = whole.try_emplace(module, true).first->second;
      so_far = so_far && found;
    }
    if (!found) continue;
    frozen.parameters.push_back(parameter);
    frozen.values += parameter.tensor.numel();
  }
  const auto is_frozen = [&](const std::string& module) {
    const auto found = whole.find(module);
    return found != whole.end() && found->second;
  };
  for (const auto& [module, all] : whole) {
    const std::vector<std::string> above = modules_above(module);
    if (all && std::none_of(above.begin(), above.end(), is_frozen)) frozen.modules.push_back(module);
  }
  for (const Parameter& parameter : parameters) {
    const std::vector<std::string> above = modules_above(parameter.name);
    if (is_running_statistic(parameter) && std::any_of(above.begin(), above.end(), is_frozen)) {
      frozen.statistics.push_back(parameter);
    }
  }
  return frozen;
}

std::vector<std::string> names_to_freeze(const std::vector<Parameter>& parameters) {
  std::vector<std::string> found;
  for (const Parameter& parameter : parameters) {
    if (parameter.is_buffer()) continue;
    for (std::string& module : modules_above(parameter.name)) found.push_back(std::move(module));
    found.push_back(parameter.name);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

void freeze(sdk::Backbone& backbone, const Frozen& frozen) {
  if (!frozen.modules.empty()) {
    if (auto* freezable = sdk::extension_of<sdk::FreezableBackbone>(backbone)) {
      freezable->freeze(frozen.modules);
    } else if (!frozen.statistics.empty()) {
      throw config::SettingError("train.freeze",
                                 "the backbone cannot keep " + frozen.statistics.front().name +
                                     " as it is: it does not implement sdk::FreezableBackbone, so freeze no module "
                                     "with batch normalisation");
    }
  }
  for (const Parameter& parameter : frozen.parameters) parameter.tensor.set_requires_grad(false);
}

}  // namespace pgt::nn
