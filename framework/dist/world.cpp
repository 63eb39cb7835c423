#include "dist/world.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace pgt::dist {
namespace {

constexpr const char* default_port = "29500";  // torchrun's
constexpr int most_ranks = 1 << 20;

/// What a launcher calls the same things.
struct Names {
  const char* launcher;
  const char* rank;
  const char* size;
  const char* local_rank;
  const char* local_size;  ///< may be missing, then `tasks_of_nodes` may say it
  const char* tasks_of_nodes = nullptr;
  const char* node = nullptr;  ///< which of these nodes it is
};

constexpr Names torchrun{"torchrun or pgt-host launch", "RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"};
constexpr Names mpirun{"mpirun", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_RANK",
                       "OMPI_COMM_WORLD_LOCAL_SIZE"};
// Those of a step: a batch script has SLURM_NTASKS too, but is one process.
constexpr Names srun{"srun",          "SLURM_PROCID",          "SLURM_STEP_NUM_TASKS",
                     "SLURM_LOCALID", "SLURM_NTASKS_PER_NODE", "SLURM_STEP_TASKS_PER_NODE",
                     "SLURM_NODEID"};

class Reading {
 public:
  Reading(const Variables& variables, const Names& names) : variables_(variables), names_(names) {}

  int number(const char* name, int least, int most) {
    const std::string text = word(name);
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || (error == std::errc() && end == text.data() + text.size() && value >= least && value <= most)) {
      return value;
    }
    throw Error(ExitCode::usage, std::string("the environment variable ") + name + " is \"" + text +
                                     "\": it must be a number from " + std::to_string(least) + " to " +
                                     std::to_string(most));
  }

  /// Empty, and noted, where it is not set.
  std::string word(const char* name, const char* otherwise = nullptr) {
    const std::optional<std::string> value = variables_(name);
    if (!value && otherwise == nullptr) missing_.emplace_back(name);
    return value.value_or(otherwise == nullptr ? "" : otherwise);
  }

  void throw_if_missing() const {
    if (missing_.empty()) return;
    throw Error(ExitCode::usage, std::string("the environment variables of ") + names_.launcher +
                                     " say that this process is one of several, but " + pgt::join(missing_, ", ") +
                                     (missing_.size() == 1 ? " is" : " are") +
                                     " not set: set what is missing, use a launcher (pgt-host launch --nproc N …), or "
                                     "unset " +
                                     names_.rank + " and " + names_.size + " to train with one process");
  }

 private:
  const Variables& variables_;
  const Names& names_;
  std::vector<std::string> missing_;
};

/// Of the machine of this number, where `text` is like "4(x2),3": two machines with 4 and one with 3.
std::optional<int> tasks_of(const std::string& text, int node) {
  std::istringstream parts(text);
  for (std::string part; std::getline(parts, part, ',');) {
    int tasks = 0, machines = 1;
    if (std::sscanf(part.c_str(), "%d(x%d)", &tasks, &machines) < 1) return std::nullopt;
    if (node < machines) return tasks;
    node -= machines;
  }
  return std::nullopt;
}

World read(const Variables& variables, const Names& names, bool one_machine) {
  Reading reading(variables, names);
  World world;
  world.size = reading.number(names.size, 1, most_ranks);
  world.rank = reading.number(names.rank, 0, most_ranks);
  world.local_rank = reading.number(names.local_rank, 0, most_ranks);
  world.local_size = world.size;
  if (variables(names.local_size)) {
    world.local_size = reading.number(names.local_size, 1, most_ranks);
  } else if (names.tasks_of_nodes != nullptr) {
    const int node = std::atoi(variables(names.node).value_or("0").c_str());
    world.local_size = tasks_of(variables(names.tasks_of_nodes).value_or(""), node).value_or(world.size);
  }
  world.address = reading.word("MASTER_ADDR", one_machine ? "127.0.0.1" : nullptr);
  constexpr int last_port = 65535;
  const bool has_default = one_machine && !variables("MASTER_PORT");
  world.port =
      static_cast<std::uint16_t>(has_default ? std::stoi(default_port) : reading.number("MASTER_PORT", 1, last_port));
  reading.throw_if_missing();
  if (world.rank >= world.size) {
    throw Error(ExitCode::usage, std::string(names.rank) + " is " + std::to_string(world.rank) + ", but " + names.size +
                                     " is " + std::to_string(world.size) + ": ranks count from 0");
  }
  world.agent = variables("TORCHELASTIC_USE_AGENT_STORE").value_or("") == "True";
  world.attempt = variables("TORCHELASTIC_RESTART_COUNT").value_or("0");
  return world;
}

bool several(const Variables& variables, const char* size) {
  const std::string value = variables(size).value_or("1");
  return value != "1";
}

}  // namespace

World world_of(const Variables& variables) {
  if (variables("RANK") || variables("WORLD_SIZE")) {
    const bool alone = variables("WORLD_SIZE").value_or("") == "1" && variables("RANK").value_or("0") == "0";
    return alone ? World{} : read(variables, torchrun, false);
  }
  if (several(variables, mpirun.size)) {
    return read(variables, mpirun, variables(mpirun.local_size) == variables(mpirun.size));
  }
  if (several(variables, srun.size)) {
    return read(variables, srun, variables("SLURM_STEP_NUM_NODES").value_or("") == "1");
  }
  return {};
}

World world_of_environment() {
  return world_of([](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
  });
}

}  // namespace pgt::dist
