/// OpenMP's settings, which decide how LibTorch's threads wait for one another.
#pragma once

#include <string>
#include <vector>

namespace pgt::cli {

/// Starts this program anew with GOMP_SPINCOUNT in its environment, unless that or OMP_WAIT_POLICY is set: returns in
/// the new process alone.
void set_up_openmp(const std::vector<std::string>& arguments);

}  // namespace pgt::cli
