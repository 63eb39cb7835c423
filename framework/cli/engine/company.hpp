/// A verb that several processes do together: rank 0 has the run folder, the others train beside it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "config/run_config.hpp"
#include "dist/group.hpp"

namespace pgt::cli {

/// Meets the other processes that the environment says there are (dist::World), and shares the machine's cores with
/// those on it. Throws Error.
std::unique_ptr<dist::Group> join_company(const config::RunConfig& config);

/// Does `work`; where it throws, the other ranks learn why.
int in_company(dist::Group& group, const std::function<int()>& work);

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
