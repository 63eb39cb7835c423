#include "cli/engine/company.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <thread>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "dist/gather.hpp"
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

std::string name_of_run(const config::RunConfig& config) {
  return config.run.name.empty() ? config.file.stem().string() : config.run.name;
}

void check_same_run(dist::Group& group, const run::Description& run) {
  if (group.alone()) return;
  Checksum videos;
  videos.add(run.data_json);
  for (const auto& [split, rows] : run.splits) videos.add(split + run::split_csv(rows));
  Checksum settings;
  settings.add(run.resolved_toml);
  const std::string own = videos.text();
  const std::vector<std::string> all = group.gather(own + settings.text());
  for (std::size_t rank = 1; rank < all.size(); ++rank) {
    if (all[rank] == all[0]) continue;
    const std::string name = "rank " + std::to_string(rank);
    if (all[rank].substr(own.size()) != all[0].substr(own.size())) {
      throw Error(ExitCode::config, name +
                                        " has other settings than rank 0: start all ranks with the same run file and "
                                        "the same --set");
    }
    throw Error(ExitCode::data, name +
                                    " sees other videos than rank 0: all ranks need the same dataset, under the same "
                                    "path");
  }
}

void wait_for_all(dist::Group& group) { group.gather(""); }

template <typename Archive>
void members(Archive& archive, Orders& orders) {
  archive(orders.folder, orders.from_checkpoint, orders.clip_again);
}

Orders give_orders(dist::Group& group, const Orders& orders) { return dist::gather(group, orders).front(); }

std::filesystem::path log_of_rank(const std::filesystem::path& run, int rank) {
  return run / ("rank-" + std::to_string(rank) + ".log");
}

}  // namespace pgt::cli
