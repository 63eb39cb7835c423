#include "session/describe.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "base/file.hpp"
#include "base/number.hpp"
#include "base/random.hpp"
#include "base/text.hpp"
#include "nn/parameters.hpp"
#include "plugin/folders.hpp"
#include "session/freezing.hpp"
#include "train/learning_rate.hpp"
#include "train/parameter_groups.hpp"
#include "walk/labels.hpp"

namespace pgt::session {
namespace {

using nlohmann::ordered_json;

constexpr std::pair<sdk::Split, const char*> splits[] = {
    {sdk::Split::train, "train"}, {sdk::Split::val, "val"}, {sdk::Split::test, "test"}};

ordered_json options_json(const config::Section& section) {
  ordered_json options = ordered_json::object();
  for (const auto& [name, value] : section.values) options[name] = config::to_toml(value.value);
  return options;
}

/// The plugins that the run uses, each with its file and the options it was given.
std::string plugins_json(const Session& session, const plugin::Registry& registry) {
  const auto section_of = [&](plugin::Kind kind) -> const config::Section& {
    if (kind == plugin::Kind::backbone) return session.config.model;
    return kind == plugin::Kind::dataset ? session.config.dataset : session.config.schedule;
  };
  ordered_json plugins = ordered_json::parse(plugin::to_json(session.plugins));
  for (std::size_t i = 0; i < plugins.size(); ++i) {
    const plugin::Build& build = session.plugins[i];
    plugins[i]["torch"] = registry.provider(build.kind, build.name).torch_version;
    plugins[i]["path"] = build.library.string();
    plugins[i]["bytes"] = std::filesystem::file_size(build.library);
    plugins[i]["options"] = options_json(section_of(build.kind));
  }
  return plugins.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

/// The dataset in figures: enough to see whether two runs used the same videos.
std::string data_json(const std::map<std::string, std::vector<run::SplitRow>>& rows) {
  ordered_json data = ordered_json::object();
  for (const auto& [split, samples] : rows) {
    std::uint64_t fingerprint = 0;
    std::map<std::filesystem::path, std::uintmax_t> sizes;  // 0: it cannot be read
    for (const run::SplitRow& row : samples) {
      const auto [file, is_new] = sizes.try_emplace(row.sample.path, 0);
      std::error_code unreadable;
      if (is_new) file->second = std::filesystem::file_size(file->first, unreadable);
      if (unreadable) file->second = 0;
      fingerprint = mix({fingerprint, stable_hash(row.sample.id), file->second});
    }
    ordered_json& said = data[split] = ordered_json::object();
    if (samples.size() != sizes.size()) said["samples"] = samples.size();
    said["videos"] = sizes.size();
    said["bytes"] = std::accumulate(sizes.begin(), sizes.end(), std::uintmax_t{0},
                                    [](std::uintmax_t sum, const auto& file) { return sum + file.second; });
    said["fingerprint"] = std::to_string(fingerprint);
  }
  return data.dump(2) + "\n";
}

}  // namespace

std::string describe_model(const Session& session) {
  const std::int64_t size = nn::parameter_values(*session.backbone);
  return "model " + session.config.model.use + " with " + std::to_string(size) + " parameters on " +
         session.device.str() + ", schedule " + session.config.schedule.use;
}

std::vector<std::string> describe_training(const Session& session) {
  const config::TrainOptions& options = session.config.train;
  const auto said = [&](const char* key) {
    return std::get<std::string>(session.config.train_section.values.at(key).value);
  };
  const double factor = train::batch_factor(options), rate = factor * options.learning_rate;
  std::vector<std::string> lines{"optimizer " + said("optimizer") + ", learning rate " + significant(rate, 6) + ", " +
                                 said("policy")};
  if (options.base_batch_size > 0) {
    lines.push_back(
        "learning rates are multiplied by " + significant(factor, 6) + ": an update is made of " +
        std::to_string(options.videos_per_update()) +
        " videos, and they are meant for train.base_batch_size = " + std::to_string(options.base_batch_size));
  }
  if (options.layer_decay < 1 || options.head_learning_rate != 1) {
    const auto groups = train::parameter_groups(*session.backbone, options);
    const auto [slow, fast] = std::ranges::minmax_element(groups, {}, &train::ParameterGroup::learning_rate);
    lines.push_back("layers learn at different rates, from " + significant(rate * slow->learning_rate, 6) + " to " +
                    significant(rate * fast->learning_rate, 6));
  }
  if (const std::string frozen = describe_frozen(session); !frozen.empty()) lines.push_back("frozen " + frozen);
  if (session.recomputer && !session.recomputer->stages().empty()) {
    lines.push_back("recomputed in the backward pass to save memory: " + join(session.recomputer->stages(), ", "));
  }
  if (options.accumulate > 1) {
    lines.push_back("an update for every " + std::to_string(options.accumulate) + " batches, which is " +
                    std::to_string(options.videos_per_update()) + " videos");
  }
  if (options.precision != config::Precision::automatic) lines.push_back("precision " + session.precision().name());
  if (options.average > 0) {
    lines.push_back("evaluations and predictions use the average of the weights (train.average = " +
                    significant(options.average, 6) + ")");
  }
  return lines;
}

std::string describe_data(const Session& session) {
  std::string text = "data " + session.config.dataset.use + ": " + std::to_string(session.classes.size()) + " classes";
  for (const auto& [split, name] : splits) {
    const std::size_t samples = session.dataset->size(split);
    if (samples == 0) continue;
    std::set<std::filesystem::path> videos;
    for (std::size_t i = 0; i < samples; ++i) videos.insert(session.dataset->sample(split, i).path);
    text += ", " + (videos.size() == samples ? "" : counted(static_cast<std::int64_t>(samples), "sample") + " of ") +
            counted(std::ssize(videos), "video") + " in " + name;
  }
  return text;
}

run::Description describe_run(const Session& session, plugin::Registry& registry, const std::string& name) {
  config::RunConfig named = session.config;
  named.run_section.values.at("name").value = name;  // the resolved file gives a run of the same name
  run::Description description;
  description.run_toml = session.config.text;
  description.resolved_toml = config::resolved_toml(named);
  description.plugins_json = plugins_json(session, registry);
  description.classes = session.classes;
  for (const auto& [split, split_name] : splits) {
    for (std::size_t i = 0; i < session.dataset->size(split); ++i) {
      run::SplitRow row{session.dataset->sample(split, i), {}};
      for (const std::int64_t label : walk::classes_of(*session.dataset, split, i, row.sample)) {
        row.labels.push_back(session.classes.at(static_cast<std::size_t>(label)));
      }
      description.splits[split_name].push_back(std::move(row));
    }
  }
  description.data_json = data_json(description.splits);
  return description;
}

run::Host describe_host(const std::vector<std::filesystem::path>& plugin_folders, const Session& session) {
  run::Host host;
  host.command = {std::filesystem::canonical("/proc/self/exe").string()};
  std::error_code ignored;
  for (const std::filesystem::path& folder : plugin_folders) {
    if (std::filesystem::equivalent(folder, plugin::own_plugin_folder(), ignored)) continue;  // found without a flag
    host.command.insert(host.command.end(), {"--plugins", std::filesystem::absolute(folder).string()});
  }
  std::string word;
  for (const char c : read_file("/proc/self/cmdline")) {
    if (c == '\0') {
      host.arguments.push_back(std::exchange(word, {}));
    } else {
      word += c;
    }
  }
  host.versions = {{"pgt", PGT_VERSION}, {"torch", TORCH_VERSION}, {"device", session.device.str()}};
  return host;
}

}  // namespace pgt::session
