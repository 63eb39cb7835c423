/// A run file or a checkpoint made into objects: what every verb and every tool starts from.
#pragma once

#include <c10/core/Device.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>
#include <pgt/sdk/dataset.hpp>
#include <pgt/sdk/schedule.hpp>

#include "config/run_config.hpp"
#include "dist/group.hpp"
#include "eval/evaluate.hpp"
#include "nn/freezing.hpp"
#include "nn/recompute.hpp"
#include "plugin/build.hpp"
#include "plugin/registry.hpp"

namespace pgt::session {

/// What a network tells apart.
struct Vocabulary {
  std::vector<std::string> classes;
  sdk::Task task = sdk::Task::single_label;
};

/// That of the network in a checkpoint, as its metadata says. Throws Error(plugin) if it does not.
Vocabulary vocabulary_of(const std::map<std::string, std::string>& checkpoint_metadata,
                         const std::filesystem::path& checkpoint);

struct Session {
  config::RunConfig config;
  c10::Device device;
  config::Loss loss;
  std::vector<std::string> classes;
  sdk::Task task;
  std::string backbone_plugin;            ///< id, for messages
  std::unique_ptr<sdk::Dataset> dataset;  ///< null where the session was opened without
  std::unique_ptr<sdk::Schedule> schedule;
  std::unique_ptr<sdk::Backbone> backbone;            ///< on `device`
  train::StepStatistics statistics{};                 ///< for evaluation, of the weights as they are
  std::string mirroring{};                            ///< what there is to tell about it; empty: nothing
  nn::Frozen frozen{};                                ///< what of the backbone is not trained
  std::vector<plugin::Build> plugins{};               ///< where backbone, schedule and dataset are from
  dist::Group* ranks = &dist::alone();                ///< that work on the same
  std::unique_ptr<nn::StageRecomputer> recomputer{};  ///< of stages; null: the backbone has none

  nn::Precision precision() const { return {config.train.precision, device}; }
  walk::Planner planner() const {
    return {config.schedule.use, *schedule,
            walk::requests_of(backbone->info().pathways, dataset.get(), config.train, config.data)};
  }
  eval::Scorer scorer() const {
    return {*backbone,   config.model.use, planner().evaluation(),
            config.data, config.eval,      loss,
            device,      statistics,       precision(),
            *ranks};
  }
  /// What training is made of; the dataset must be there.
  train::Parts parts() const {
    return {*backbone,    *dataset,    *schedule,      config.model.use, config.schedule.use,
            config.train, config.data, config.augment, device,           *ranks};
  }
};

/// Makes the objects; rules across options that only a plugin's code knows are checked first and reported together.
Session open_session(const config::RunConfig& config, plugin::Registry& registry);

/// The same without the dataset.
Session open_session(const config::RunConfig& config, plugin::Registry& registry, Vocabulary vocabulary);

/// What a checkpoint says about the network it holds: classes, task, the sections model, schedule, data and augment;
/// what else decides which videos share a batch, and the builds of the plugins.
std::map<std::string, std::string> describe_network(const Session& session);

/// What has changed since a checkpoint was made, to be shown; empty: nothing. Builds of plugins are not looked at.
std::string changed_since(const Session& session, const std::map<std::string, std::string>& metadata);

/// One sentence for each plugin of which a checkpoint was made with another build; nothing where the checkpoint does
/// not say (0.1 did not).
std::optional<std::vector<std::string>> other_builds(const Session& session,
                                                     const std::map<std::string, std::string>& metadata);

/// Throws Error(data) if the checkpoint was trained with other classes than the session has, naming the first.
void check_classes(const Session& session, const std::map<std::string, std::string>& metadata,
                   const std::filesystem::path& checkpoint);

/// Throws Error(data) if the dataset has no videos to train on, Error(config) if it has too few for the warm-up or
/// none to count patience by.
void check_trainable(const Session& session);

/// Which of a checkpoint's weights: `automatic` is their average (Note [The average of the weights]) where there is
/// one.
enum class Weights { automatic, average, raw };

/// Loads the weights of RUN/checkpoints/NAME.safetensors, and the precise statistics; refuses another class table.
/// Returns whether it was the average that was loaded. Throws Error(usage) where that is asked for, but is not there.
bool load_weights(Session& session, const std::filesystem::path& checkpoint, Weights which = Weights::automatic);

}  // namespace pgt::session
