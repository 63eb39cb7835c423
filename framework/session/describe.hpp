/// What a run says about itself, in its folder and in its log.
#pragma once

#include <string>
#include <vector>

#include "run/description.hpp"
#include "run/environment.hpp"
#include "session/session.hpp"

namespace pgt::session {

/// One line: the model, its parameters, the device.
std::string describe_model(const Session& session);
/// A line for the optimizer and the learning rate, and one for each of what else is unlike the usual: rates scaled by
/// the batch, layers that learn slower, what is frozen, accumulation, precision, the average of the weights.
std::vector<std::string> describe_training(const Session& session);
/// One line: classes and videos.
std::string describe_data(const Session& session);

run::Description describe_run(const Session& session, plugin::Registry& registry, const std::string& name);
/// `plugin_folders`: what --plugins named.
run::Host describe_host(const std::vector<std::filesystem::path>& plugin_folders, const Session& session);

}  // namespace pgt::session
