/// A verb that several processes do together: rank 0 has the run folder, the others train beside it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "config/run_config.hpp"
#include "dist/group.hpp"
#include "run/description.hpp"

namespace pgt::cli {

/// Meets the other processes that the environment says there are (dist::World), and shares the machine's cores with
/// those on it. Throws Error.
std::unique_ptr<dist::Group> join_company(const config::RunConfig& config);

/// Does `work`; where it throws, the other ranks learn why.
int in_company(dist::Group& group, const std::function<int()>& work);

/// What the run is called: as run.name says, else as its run file.
std::string name_of_run(const config::RunConfig& config);

/// All ranks call it: throws Error on each where one has other settings, or sees other videos, than rank 0.
void check_same_run(dist::Group& group, const run::Description& run);

/// All ranks call it, and go on when all have.
void wait_for_all(dist::Group& group);

/// What rank 0 tells the others to do.
struct Orders {
  std::filesystem::path folder{};  ///< of the run; empty: there is nothing to do
  bool from_checkpoint = false;    ///< to take over the run's last one
  bool clip_again = false;         ///< what it holds of the clip under way does not count
};
/// All ranks call it: what rank 0 says.
Orders give_orders(dist::Group& group, const Orders& orders = {});

/// RUN/rank-N.log.
std::filesystem::path log_of_rank(const std::filesystem::path& run, int rank);

}  // namespace pgt::cli
