/// The sections of a run file. The only list of them: all code that goes over the sections uses it.
#pragma once

#include <string>
#include <vector>

#include "config/run_config.hpp"

namespace pgt::config {

/// Calls `visit(name, help, section)` for each section that names a plugin, in the run file's order.
template <class Config, class Visit>
void visit_plugin_sections(Config& config, Visit&& visit) {
  visit("model", "the network", config.model);
  visit("dataset", "the videos and their labels", config.dataset);
  visit("schedule", "which frames each step sees, what is carried over, when to learn", config.schedule);
}

/// Calls `visit(name, help, options, section)` for each of the host's own.
template <class Config, class Visit>
void visit_host_sections(Config& config, Visit&& visit) {
  visit("train", "epochs, batch size, learning rate, loss, device", config.train, config.train_section);
  visit("data", "frame rate, picture size, cropping, mirroring, loading", config.data, config.data_section);
  visit("augment", "augmentation of training clips, mixup, CutMix", config.augment, config.augment_section);
  visit("eval", "when and how to evaluate", config.eval, config.eval_section);
  visit("run", "run folder, log and checkpoints", config.run, config.run_section);
}

/// A section, as it is explained and listed.
struct SectionInfo {
  std::string name;
  std::string help;
  bool names_plugin = false;               ///< has `use`, and the options of what that names
  std::vector<sdk::OptionSpec> options{};  ///< of the host's own sections
};

/// In the run file's order.
std::vector<SectionInfo> all_sections();

}  // namespace pgt::config
