/// A process among the others that train the same run, as its launcher's environment says.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace pgt::dist {

struct World {
  int rank = 0;
  int size = 1;            ///< processes in all; 1: this one is alone
  int local_rank = 0;      ///< among those on this machine …
  int local_size = 1;      ///< … and how many these are
  std::string address{};   ///< of the machine of rank 0
  std::uint16_t port = 0;  ///< where the ranks meet there
  bool agent = false;      ///< torchrun's agent listens there, not rank 0
  std::string attempt{};   ///< which of torchrun's restarts this is
};

/// The value of an environment variable; none where it is not set.
using Variables = std::function<std::optional<std::string>(const std::string& name)>;

/// By the variables of torchrun and `pgt-host launch` (RANK, WORLD_SIZE, LOCAL_RANK, MASTER_ADDR, MASTER_PORT), else by
/// those of Open MPI's mpirun or of Slurm's srun. Where these have started all ranks on one machine, MASTER_ADDR is not
/// needed. Throws Error(usage) that names what is missing where only some are set, or what makes no sense.
World world_of(const Variables& variables);

/// By the variables of this process.
World world_of_environment();

}  // namespace pgt::dist
