/// What a run says of itself, in its folder and in its log.
#pragma once

#include <string>

#include "cli/engine/session.hpp"
#include "run/description.hpp"
#include "run/environment.hpp"

namespace pgt::cli {

/// One line: the model, its parameters, the device.
std::string describe_model(const Session& session);
/// One line: classes and videos.
std::string describe_data(const Session& session);

run::Description describe_run(const Session& session, plugin::Registry& registry, const std::string& name);
run::Host describe_host(const Command& command, const Session& session);

}  // namespace pgt::cli
