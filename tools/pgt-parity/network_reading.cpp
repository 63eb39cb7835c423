#include "network_reading.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "config/document.hpp"

namespace pgt::parity {

void set(sdk::OptionSet& options, const std::string& name, sdk::OptionValue value) {
  for (const auto& option : options.fields().all()) {
    const sdk::OptionSpec& spec = option->spec;
    if (spec.name != name) continue;
    if (!spec.choices.empty() && std::find(spec.choices.begin(), spec.choices.end(), value) == spec.choices.end()) {
      throw Error(ExitCode::data, "the backbone's " + name + " cannot be " + config::to_toml(value));
    }
    return option->assign(value);
  }
  throw Error(ExitCode::data, "the backbone has no option " + name);
}

void require(bool holds, const std::string& what) {
  if (!holds) throw Error(ExitCode::data, "the backbone has no " + what);
}

void require_known(const nlohmann::json& object, const std::string& what,
                   std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : object.items()) {
    const bool describes = value.is_string() && value.get<std::string>().find(' ') != std::string::npos;
    if (describes || std::find(known.begin(), known.end(), key) != known.end()) continue;
    throw Error(ExitCode::data, what + " has \"" + key + "\", which this program does not know");
  }
}

std::int64_t the_same(const nlohmann::json& nested, const std::string& what) {
  const nlohmann::json flat = nested.flatten();
  require(!flat.empty() && std::all_of(flat.begin(), flat.end(), [&](const auto& v) { return v == *flat.begin(); }),
          what);
  return flat.begin()->get<std::int64_t>();
}

void describe_norm(const nlohmann::json& network, sdk::OptionSet& options) {
  const nlohmann::json& norm = network.at("norm");
  const std::string kind = norm.at("kind");
  require_known(norm, "the norm", {"kind", "eps", "running_stat_momentum", "num_splits"});
  require(norm.value("eps", 1e-5) == 1e-5, "norm with another eps than 1e-5");
  require(norm.value("running_stat_momentum", 0.1) == 0.1, "norm with another momentum than 0.1");
  if (kind == "batchnorm") {
    set(options, "norm", std::string("batch"));
  } else if (kind == "frozen_batchnorm") {
    set(options, "norm", std::string("frozen"));
  } else {
    require(kind == "sub_batchnorm", "norm " + kind);
    set(options, "norm", std::string("sub_batch"));
    set(options, "norm_splits", norm.at("num_splits").get<std::int64_t>());
  }
}

void describe_head(const nlohmann::json& head, sdk::OptionSet& options) {
  require_known(head, "the head",
                {"spatial_pool", "temporal_pool", "spatial_pool_window_stride1", "eval_activation", "dropout"});
  set(options, "spatial_pool", head.at("spatial_pool").get<std::string>());
  set(options, "temporal_pool", head.at("temporal_pool").get<std::string>());
  set(options, "head_window", the_same(head.at("spatial_pool_window_stride1"), "head window that is not square"));
  set(options, "dropout", head.at("dropout").get<double>());
}

}  // namespace pgt::parity
