/// The commands that a user may want next: NEXT_STEPS.txt.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pgt::run {

/// Words as a POSIX shell reads them back, quoted where they must be.
std::string shell_command(const std::vector<std::string>& words);

/// Commands for predicting, evaluating, resuming and TensorBoard, each with a line that says what it does; first what
/// makes sense next: resuming, or for a finished run, which `longer` would let train on ("SECTION.KEY=VALUE"), what its
/// weights are for. `host`: the program and the flags that come before a verb.
std::string next_steps(const std::vector<std::string>& host, const std::filesystem::path& folder,
                       const std::string& longer = "");

}  // namespace pgt::run
