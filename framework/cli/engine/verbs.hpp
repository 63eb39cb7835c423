/// The verbs that need LibTorch, one file each. Each returns the exit code and throws Error.
#pragma once

#include "cli/command.hpp"

namespace pgt::cli {

EngineMain run_train, run_resume, run_eval, run_predict, run_features, run_check, run_preview;

/// `pgt-host check RUN`.
EngineMain check_run;

}  // namespace pgt::cli
