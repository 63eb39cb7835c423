/// A plugin's objects behind the host's guard.
#pragma once

#include <memory>
#include <string>

#include <pgt/sdk/dataset.hpp>
#include <pgt/sdk/schedule.hpp>

namespace pgt::plugin {

/// Whatever `dataset` throws becomes Error(plugin) "plugin ID, Dataset::sample: TEXT". Classes that `target` gives are
/// checked: ascending, and among those of `info`. A frame source and segments are guarded too, and a sample of a frame
/// source that has no path has its id for one. Any other extension is the plugin's own: a caller that asks for one
/// guards its calls.
std::unique_ptr<sdk::Dataset> guarded(std::unique_ptr<sdk::Dataset> dataset, std::string plugin_id);

std::unique_ptr<sdk::Schedule> guarded(std::unique_ptr<sdk::Schedule> schedule, std::string plugin_id);

}  // namespace pgt::plugin
