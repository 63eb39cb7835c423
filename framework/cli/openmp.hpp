/// OpenMP's settings, which decide how LibTorch's threads wait for one another.
#pragma once

namespace pgt::cli {

/// Starts this program anew with GOMP_SPINCOUNT in its environment, unless that or OMP_WAIT_POLICY is set: returns in
/// the new process alone.
void set_up_openmp(char** arguments);

}  // namespace pgt::cli
