#include "cli/engine/company.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/error.hpp"
#include "dist/join.hpp"
#include "dist/world.hpp"

namespace pgt::cli {

std::unique_ptr<dist::Group> join_company(const config::RunConfig& config) {
  const dist::World world = dist::world_of_environment();
  if (world.local_size > 1 && config.train.threads == 0) {
    const int cores = static_cast<int>(std::thread::hardware_concurrency());
    at::set_num_threads(std::max(1, cores / world.local_size));
  }
  return dist::join(world, std::chrono::seconds(config.train.rank_timeout));
}

int in_company(dist::Group& group, const std::function<int()>& work) {
  try {
    return work();
  } catch (const Error& error) {
    group.leave(error.code(), error.what());
    throw;
  } catch (const std::exception& error) {
    group.leave(ExitCode::failure, error.what());
    throw;
  }
}

Orders give_orders(dist::Group& group, const Orders& orders) {
  const nlohmann::json own{orders.folder.string(), orders.from_checkpoint, orders.clip_again};
  constexpr auto replace = nlohmann::json::error_handler_t::replace;
  const nlohmann::json said = nlohmann::json::parse(group.gather(own.dump(-1, ' ', false, replace)).front());
  return {said[0].get<std::string>(), said[1], said[2]};
}

std::filesystem::path log_of_rank(const std::filesystem::path& run, int rank) {
  return run / ("rank-" + std::to_string(rank) + ".log");
}

}  // namespace pgt::cli
