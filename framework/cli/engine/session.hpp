/// What every verb of the engine needs: the run file's plugins, made into objects.
#pragma once

#include <c10/core/Device.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>
#include <pgt/sdk/dataset.hpp>
#include <pgt/sdk/schedule.hpp>

#include "cli/command.hpp"
#include "eval/evaluate.hpp"

namespace pgt::cli {

struct Session {
  config::RunConfig config;
  c10::Device device;
  config::Loss loss;
  std::vector<std::string> classes;
  sdk::Task task;
  std::string backbone_plugin;            ///< id, for messages
  std::unique_ptr<sdk::Dataset> dataset;  ///< null for predict
  std::unique_ptr<sdk::Schedule> schedule;
  std::unique_ptr<sdk::Backbone> backbone;  ///< on `device`
  train::StepStatistics statistics{};       ///< for evaluation, of the weights as they are
  std::string mirroring{};                  ///< what there is to tell about it; empty: nothing

  eval::Scorer scorer() const { return {*backbone, *schedule, config.data, config.eval, loss, device, statistics}; }
};

/// Makes the objects; rules across options that only a plugin's code knows are checked first and reported together.
Session open_session(const config::RunConfig& config, plugin::Registry& registry);

/// The same without the data set: classes and task come from a checkpoint's metadata.
Session open_session(const config::RunConfig& config, plugin::Registry& registry,
                     const std::map<std::string, std::string>& checkpoint_metadata);

/// What a checkpoint says of the network it holds: classes, task, the sections model, schedule, data and augment; and
/// what else decides which videos share a batch.
std::map<std::string, std::string> describe_network(const Session& session);

/// What of it is not as it was when a checkpoint was made, to be shown; empty: nothing.
std::string changed_since(const Session& session, const std::map<std::string, std::string>& metadata);

/// Throws Error(data) if the checkpoint was trained with other classes than the session has, naming the first.
void check_classes(const Session& session, const std::map<std::string, std::string>& metadata,
                   const std::filesystem::path& checkpoint);

/// Throws Error(data) if the data set has no videos to train on.
void check_trainable(const Session& session);

/// Loads the weights of RUN/checkpoints/NAME.safetensors, and the precise statistics; refuses another class table.
void load_weights(Session& session, const std::filesystem::path& checkpoint);

/// "train", "val", "test". Throws Error(usage) for another word.
sdk::Split split_of(const std::string& text);

// The verbs.
int run_train(const Command& command, const config::RunConfig& config, plugin::Registry& registry);
int run_resume(const Command& command, const config::RunConfig& config, plugin::Registry& registry);
int run_eval(const Command& command, const config::RunConfig& config, plugin::Registry& registry);
int run_predict(const Command& command, const config::RunConfig& config, plugin::Registry& registry);
int run_check(const Command& command, const config::RunConfig& config, plugin::Registry& registry);
int run_preview(const Command& command, const config::RunConfig& config, plugin::Registry& registry);

}  // namespace pgt::cli
