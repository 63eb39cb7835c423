#include "session/session.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/warning.hpp"
#include "config/mirroring.hpp"
#include "config/setting_error.hpp"
#include "nn/finite.hpp"
#include "nn/guarded_backbone.hpp"
#include "nn/parameters.hpp"
#include "nn/safetensors.hpp"
#include "session/device.hpp"
#include "session/freezing.hpp"
#include "session/recompute.hpp"
#include "train/average.hpp"
#include "train/checkpoint.hpp"
#include "train/learner.hpp"
#include "train/loss.hpp"
#include "train/micro_batch.hpp"
#include "train/two_pass.hpp"

namespace pgt::session {
namespace {

using plugin::Kind;

constexpr const char* plugins_key = "plugins";  ///< of a checkpoint's metadata

const char* to_text(sdk::Task task) {
  switch (task) {
    case sdk::Task::boxes:
      return "boxes";
    case sdk::Task::multi_label:
      return "multi_label";
    case sdk::Task::moments:
      return "moments";
    case sdk::Task::single_label:
      break;
  }
  return "single_label";
}

/// Nothing where the text names no task.
std::optional<sdk::Task> task_of(const std::string& text) {
  for (const sdk::Task task : {sdk::Task::single_label, sdk::Task::boxes, sdk::Task::multi_label, sdk::Task::moments}) {
    if (text == to_text(task)) return task;
  }
  return std::nullopt;
}

/// The options of a section's plugin with the run file's values; rules that they break go to `diagnostics`.
std::unique_ptr<sdk::OptionSet> options_of(const config::Section& section, Kind kind, plugin::Registry& registry,
                                           config::Diagnostics& diagnostics) {
  std::unique_ptr<sdk::OptionSet> options = registry.options(kind, section.use);
  config::apply(section, *options);
  config::check_rules(section, *options, diagnostics);
  return options;
}

std::string section_toml(const config::Section& section) {
  std::string text;
  if (!section.use.empty()) text += "use = " + config::to_toml(section.use) + "\n";
  for (const auto& [name, value] : section.values) text += name + " = " + config::to_toml(value.value) + "\n";
  return text;
}

/// What is wrong with a network that scores `output` of a dataset of `task`, and what to choose; empty: nothing.
/// Labels that may differ from second to second can be learned by videos or by moments.
std::string misfit(sdk::Output output, sdk::Task task) {
  if ((output == sdk::Output::boxes) != (task == sdk::Task::boxes)) {
    return task == sdk::Task::boxes
               ? "the dataset has boxes, which the network does not score: choose a head that scores boxes (in the "
                 "residual networks head = \"roi\")"
               : "the network scores boxes, but the dataset has none: choose a head that scores whole videos (in the "
                 "residual networks head = \"basic\"), or moments (\"moments\")";
  }
  if (task == sdk::Task::moments && output != sdk::Output::moments) {
    return "the dataset has a class for every moment, but the network scores whole videos: choose a head that scores "
           "moments (in the networks that come with pgt-host head = \"moments\")";
  }
  if (task == sdk::Task::single_label && output == sdk::Output::moments) {
    return "the network scores moments, but the dataset has one class for each video: choose a head that scores whole "
           "videos (in the networks that come with pgt-host head = \"basic\")";
  }
  return "";
}

/// Throws Error(config) if the network does not score what the dataset has.
void check_output(const Session& session) {
  const std::string text = misfit(session.backbone->info().output, session.task);
  if (!text.empty()) throw config::SettingError("model", "model \"" + session.config.model.use + "\": " + text);
}

/// Throws Error(config) if [augment] mixes videos of which every moment has labels of its own, or which may end at
/// different times before a head sees them whole.
void check_mixing(const Session& session) {
  const config::AugmentOptions& augment = session.config.augment;
  if (!augment.mixes()) return;
  const std::string key = std::string("augment.") + (augment.mixup > 0 ? "mixup" : "cutmix");
  if (session.backbone->info().output == sdk::Output::moments) {
    throw config::SettingError(key, key + " mixes whole videos, but the network scores their moments: leave it out");
  }
  const sdk::Plan plan = session.planner().training(0, 0).plan();
  if (plan.passes == sdk::Passes::two && plan.repeat_from) {
    throw config::SettingError(key, key +
                                        " mixes videos, but the head sees each of them to its end, and they end at "
                                        "different times: leave it out, or give the schedule a number of steps");
  }
}

/// Throws Error(config) if the dataset has boxes and [augment] moves pictures from under them or mixes videos.
void check_augmentation(const Session& session) {
  check_mixing(session);
  if (session.task != sdk::Task::boxes) return;
  const config::AugmentOptions& augment = session.config.augment;
  const std::string key = augment.randaugment > 0 ? "augment.randaugment"
                          : augment.mixup > 0     ? "augment.mixup"
                          : augment.cutmix > 0    ? "augment.cutmix"
                                                  : "";
  if (key.empty()) return;
  throw config::SettingError(key, key +
                                      " moves or mixes pictures, but the dataset has boxes, which stay where they are: "
                                      "leave it out");
}

/// Throws Error(config) that points at train.class_weights if that names what is no class.
void check_class_weights(const Session& session) {
  config::Diagnostics diagnostics;
  for (const auto& [name, weight] : session.config.train.class_weight_table) {
    if (std::ranges::find(session.classes, name) != session.classes.end()) continue;
    diagnostics.error(session.config.train_section.values.at("class_weights").position,
                      "\"class_weights\" has \"" + name + "\", which is not a class of the dataset",
                      did_you_mean(name, session.classes));
  }
  diagnostics.throw_if_any();
}

/// Throws Error(config) if classes are to get the same share of an epoch, but a video does not have one.
void check_balance(const Session& session) {
  if (session.config.data.balance == config::Balance::none || session.task == sdk::Task::single_label) return;
  throw config::SettingError(
      "data.balance",
      "data.balance = \"classes\" needs one class per video, but the dataset has many labels: use "
      "train.class_weights = \"balanced\"");
}

void check_passes(const Session& session, const sdk::Plan& plan) {
  train::check_two_pass(plan, *session.backbone, session.config.model.use, session.config.schedule.use);
}

/// Whether the network can learn as [schedule] wants it, and [data] serve its clips: those of the first and of the last
/// epoch, and of evaluation.
void check_clips(const Session& session) {
  const walk::Planner planner = session.planner();
  video::ClipPlace place;
  for (const std::int64_t epoch : {std::int64_t{0}, session.config.train.epochs - 1}) {
    const walk::PlanWalk training = planner.training(epoch, 0);
    check_passes(session, training.plan());
    train::check_micro_batch(training.plan(), session.config.train.micro_batch);
    place.frames = training.frames();
    video::check_sampling(place, session.config.data);
  }
  const walk::PlanWalk evaluation = planner.evaluation();
  check_passes(session, evaluation.plan());
  place.frames = evaluation.frames();
  place.views = session.config.eval.views;
  video::check_sampling(place, session.config.data);
}

/// They are written into checkpoints and results as JSON.
void check_class_names(const std::vector<std::string>& classes) {
  for (const std::string& name : classes) {
    const bool one_line = name.find('\n') == std::string::npos;
    if (one_line && is_utf8(name)) continue;
    throw Error(ExitCode::data, "the name of the class \"" + printable_name(name) + "\" " +
                                    (one_line ? "is not UTF-8" : "has an end of line in it") +
                                    ": rename its folder, or its label in the list");
  }
}

/// How many iterations there are only the dataset says.
void check_warmup(const Session& session) {
  const config::TrainOptions& options = session.config.train;
  const std::int64_t iterations = options.epochs * session.parts().updates();
  if (options.warmup_iterations < iterations) return;
  throw config::SettingError(
      "train.warmup_iterations",
      "\"warmup_iterations\" must be less than the iterations of the training (" + std::to_string(iterations) + ")");
}

/// Everything but the dataset. `classes` and `task` are set already.
void open_network(Session& session, plugin::Registry& registry) {
  const config::RunConfig& config = session.config;
  config::Diagnostics diagnostics;
  const auto model = options_of(config.model, Kind::backbone, registry, diagnostics);
  const auto schedule = options_of(config.schedule, Kind::schedule, registry, diagnostics);
  diagnostics.throw_if_any();

  if (config.train.threads > 0) at::set_num_threads(static_cast<int>(config.train.threads));
  session.device = session::choose_device(config.train.device);
  session.loss = train::resolve_loss(config.train.loss, session.task);
  session.schedule = registry.make_schedule(config.schedule.use, *schedule, {});
  session.plugins = {plugin::build_of(registry, Kind::backbone, config.model.use),
                     plugin::build_of(registry, Kind::schedule, config.schedule.use)};
  session.backbone_plugin = registry.provider(Kind::backbone, config.model.use).id;
  session.backbone =
      nn::make_backbone(registry, config.model.use, *model, {static_cast<std::int64_t>(session.classes.size())},
                        static_cast<std::uint64_t>(config.train.seed));
  check_output(session);
  check_augmentation(session);
  freeze(session);
  nn::move(*session.backbone, session.device, at::kFloat);
  recompute(session);
  check_clips(session);
  session.precision().apply_to_float32();
  train::check_accumulation(session.planner().training(0, 0).plan(), config.train);
}

/// An error of the dataset that names a file which is not there also shows where the run file names that.
std::unique_ptr<sdk::Dataset> make_dataset(const config::RunConfig& config, const sdk::OptionSet& options,
                                           plugin::Registry& registry) {
  const config::Section& section = config.dataset;
  try {
    return registry.make_dataset(section.use, options, {static_cast<std::uint64_t>(config.train.seed)});
  } catch (const Error& error) {
    if (error.code() != ExitCode::data) throw;
    config::Diagnostics places;
    for (const sdk::OptionSpec& spec : registry.find(Kind::dataset, section.use)->options) {
      const auto said = section.values.find(spec.name);
      if (!spec.path || said == section.values.end() || said->second.position.line == 0) continue;
      const auto* path = std::get_if<std::string>(&said->second.value);
      std::error_code unknown;
      if (path == nullptr || path->empty() || std::filesystem::exists(*path, unknown)) continue;
      if (std::string_view(error.what()).find(*path) == std::string_view::npos) continue;
      places.error(said->second.position, "dataset." + spec.name + " names what is not there: " + *path);
    }
    throw Error(error.code(), error.what() + (places.empty() ? "" : "\n" + places.text()));
  }
}

}  // namespace

Vocabulary vocabulary_of(const std::map<std::string, std::string>& metadata, const std::filesystem::path& file) {
  const auto classes = metadata.find("classes"), task = metadata.find("task");
  if (classes == metadata.end() || task == metadata.end()) {
    throw Error(ExitCode::plugin, file.string() + " holds no class names: not a checkpoint");
  }
  const std::optional<sdk::Task> known = task_of(task->second);
  if (!known) {
    throw Error(ExitCode::plugin, file.string() + " is of the task \"" + task->second +
                                      "\", which this version of pgt-host does not know");
  }
  try {
    return {nlohmann::json::parse(classes->second).get<std::vector<std::string>>(), *known};
  } catch (const nlohmann::json::exception&) {
    throw Error(ExitCode::plugin, file.string() + " holds class names that cannot be read");
  }
}

Session open_session(const config::RunConfig& config, plugin::Registry& registry) {
  config::Diagnostics diagnostics;
  const auto options = options_of(config.dataset, Kind::dataset, registry, diagnostics);
  // Before the dataset looks for its videos; the backbone's rules could not be checked without LibTorch.
  options_of(config.model, Kind::backbone, registry, diagnostics);
  diagnostics.throw_if_any();
  auto dataset = make_dataset(config, *options, registry);
  const sdk::DatasetInfo info = dataset->info();
  check_class_names(info.classes);
  Session session = open_session(config, registry, {info.classes, info.task});
  session.dataset = std::move(dataset);
  session.plugins.push_back(plugin::build_of(registry, Kind::dataset, config.dataset.use));
  check_class_weights(session);
  check_balance(session);
  session.mirroring = config::decide_mirroring(session.config, info);
  return session;
}

Session open_session(const config::RunConfig& config, plugin::Registry& registry, Vocabulary vocabulary) {
  Session session{
      config, c10::Device(c10::kCPU), {}, std::move(vocabulary.classes), vocabulary.task, {}, nullptr, nullptr,
      nullptr};
  open_network(session, registry);
  return session;
}

std::map<std::string, std::string> describe_network(const Session& session) {
  config::Section data = session.config.data_section;
  // The network does not depend on these, and equal networks make equal files.
  for (const char* name : {"threads", "prefetch", "max_pixels", "max_frames"}) data.values.erase(name);
  return {{"classes", nlohmann::json(session.classes).dump()},
          {"task", to_text(session.task)},
          {"model", section_toml(session.config.model)},
          {"schedule", section_toml(session.config.schedule)},
          {"data", section_toml(data)},
          {"augment", section_toml(session.config.augment_section)},
          {plugins_key, plugin::to_json(session.plugins)},
          {"batches", "seed = " + std::to_string(session.config.train.seed) +
                          "\nbatch_size = " + std::to_string(session.config.train.batch_size) + "\n"}};
}

std::string changed_since(const Session& session, const std::map<std::string, std::string>& metadata) {
  std::vector<std::string> changed;
  for (const auto& [name, present] : describe_network(session)) {
    if (name == plugins_key) continue;
    const auto then = metadata.find(name);
    if (then != metadata.end() && then->second == present) continue;
    changed.push_back(name == "batches" ? "train.seed or train.batch_size" : "[" + name + "]");
  }
  return join(changed, ", ");
}

std::optional<std::vector<std::string>> other_builds(const Session& session,
                                                     const std::map<std::string, std::string>& metadata) {
  const auto record = metadata.find(plugins_key);
  if (record == metadata.end()) return std::nullopt;
  return plugin::other_builds(session.plugins, record->second);
}

void check_classes(const Session& session, const std::map<std::string, std::string>& metadata,
                   const std::filesystem::path& file) {
  const std::vector<std::string> trained = vocabulary_of(metadata, file).classes;
  if (trained == session.classes) return;
  const auto [theirs, ours] = std::ranges::mismatch(trained, session.classes);
  const std::string number = std::to_string(theirs - trained.begin());
  const std::string what = theirs == trained.end() ? "the dataset has another, \"" + *ours + "\""
                           : ours == session.classes.end()
                               ? "the dataset lacks \"" + *theirs + "\""
                               : "class " + number + " was \"" + *theirs + "\", the dataset has \"" + *ours + "\"";
  throw Error(ExitCode::data, file.string() + " was trained with other classes: " + what +
                                  "; to train on other classes, begin a new run with train.init = \"" + file.string() +
                                  "\"");
}

void check_trainable(const Session& session) {
  if (session.dataset->size(sdk::Split::val) > 0) {
    eval::check_views(session.config.eval, session.dataset->sample(sdk::Split::val, 0));
  }
  if (session.config.train.patience > 0 && session.dataset->size(sdk::Split::val) == 0) {
    throw config::SettingError(
        "train.patience", "train.patience counts evaluations, but the dataset has no validation videos: leave it out");
  }
  if (session.dataset->size(sdk::Split::train) > 0) {
    check_warmup(session);
    return;
  }
  std::string text = "the dataset \"" + session.config.dataset.use + "\" has no training videos";
  for (const std::string& warning : session.dataset->info().warnings) text += "\n  " + warning;
  throw Error(ExitCode::data, text);
}

bool load_weights(Session& session, const std::filesystem::path& file, Weights which) {
  std::string warning;
  const train::Checkpoint checkpoint = train::load_for_use(file, &warning);
  if (!warning.empty()) print_warning(warning);
  check_classes(session, checkpoint.metadata, file);
  std::map<std::string, at::Tensor> weights = train::averaged_weights(checkpoint.tensors);
  const bool averages = !weights.empty();
  if (!averages && which == Weights::average) {
    throw Error(ExitCode::usage, "--weights average: " + file.string() +
                                     " holds none, because the run was trained with train.average = 0");
  }
  const bool averaged = averages && which != Weights::raw;
  if (!averaged) weights = nn::tensors_under(checkpoint.tensors, "model/");
  nn::check_finite(weights, file.string());
  nn::load_state(*session.backbone, weights);
  if (session.config.train.precise_statistics == 0) return averaged;
  if (averages && !averaged) {
    print_warning("the precise statistics of " + printable_name(file.string()) +
                  " are of the average of the weights: running ones are used");
    return averaged;
  }
  session.statistics = train::statistics_in(checkpoint.tensors);
  if (session.statistics.empty() && checkpoint.progress.iteration + checkpoint.progress.clip.step > 0) {
    print_warning(printable_name(file.string()) +
                  " was kept within an epoch, without precise statistics: running ones are used");
  }
  return averaged;
}

}  // namespace pgt::session
