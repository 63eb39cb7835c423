/// OpenMP's settings, which decide how LibTorch's threads wait for one another.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pgt::cli {

/// Starts this program again with GOMP_SPINCOUNT in its environment, and returns in the new process alone; but not
/// where that or OMP_WAIT_POLICY is set, or the run file cannot be read a second time.
void set_up_openmp(const std::vector<std::string>& arguments, const std::filesystem::path& run_file);

}  // namespace pgt::cli
