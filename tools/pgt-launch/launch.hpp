/// Several processes of the host that train one run on this machine.
#pragma once

#include <string>
#include <vector>

namespace pgt::launch {

/// Starts the host so often with these arguments, and waits for the end of all. Signals are passed on. Where one fails,
/// the others, which notice, have some seconds to end by themselves, then they are ended; all within a minute. Returns
/// the exit code of the first that failed; what became of it is printed. One that a signal ended counts as
/// ExitCode::failure. Throws Error(failure) where they cannot be started.
int run_ranks(int count, const std::vector<std::string>& arguments);

}  // namespace pgt::launch
