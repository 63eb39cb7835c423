// What launchers say in the environment.

#include "dist/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "base/error.hpp"
#include "dist/local_address.hpp"

namespace pgt::dist {
namespace {

using testing::HasSubstr;

using Environment = std::map<std::string, std::string>;

World world_in(const Environment& environment) {
  return world_of([&](const std::string& name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::nullopt : std::optional(found->second);
  });
}

std::string complaint_of(const Environment& environment) {
  try {
    world_in(environment);
    return "";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    return error.what();
  }
}

const Environment torchrun{{"RANK", "3"},          {"WORLD_SIZE", "4"},
                           {"LOCAL_RANK", "1"},    {"LOCAL_WORLD_SIZE", "2"},
                           {"MASTER_ADDR", "gym"}, {"MASTER_PORT", "29501"}};

TEST(World, IsAloneWithoutALauncher) {
  EXPECT_EQ(world_in({}).size, 1);
  EXPECT_EQ(world_in({{"MASTER_ADDR", "gym"}, {"MASTER_PORT", "29500"}}).size, 1) << "clusters set these for all";
  EXPECT_EQ(world_in({{"RANK", "0"}, {"WORLD_SIZE", "1"}}).size, 1);
  EXPECT_EQ(world_in({{"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}}).size, 1) << "a batch script is one process";
}

TEST(World, IsWhatTorchrunSays) {
  Environment environment = torchrun;
  environment["TORCHELASTIC_USE_AGENT_STORE"] = "True";
  environment["TORCHELASTIC_RESTART_COUNT"] = "2";
  const World world = world_in(environment);
  EXPECT_EQ(world.rank, 3);
  EXPECT_EQ(world.size, 4);
  EXPECT_EQ(world.local_rank, 1);
  EXPECT_EQ(world.local_size, 2);
  EXPECT_EQ(world.address, "gym");
  EXPECT_EQ(world.port, 29501);
  EXPECT_TRUE(world.agent);
  EXPECT_EQ(world.attempt, "2");
}

TEST(World, NamesWhatIsMissing) {
  EXPECT_THAT(complaint_of({{"RANK", "0"}, {"WORLD_SIZE", "2"}}),
              HasSubstr("LOCAL_RANK, MASTER_ADDR, MASTER_PORT are not set"));
  for (const char* name : {"RANK", "WORLD_SIZE", "LOCAL_RANK", "MASTER_ADDR", "MASTER_PORT"}) {
    Environment environment = torchrun;
    environment.erase(name);
    EXPECT_THAT(complaint_of(environment), HasSubstr(std::string(name) + " is not set"));
  }
}

TEST(World, RefusesWhatHasNoSense) {
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"RANK", "4"}, {"RANK", "x"}, {"WORLD_SIZE", "0"}, {"MASTER_PORT", "0"}};
  for (const auto& [name, value] : wrong) {
    Environment environment = torchrun;
    environment[name] = value;
    EXPECT_THAT(complaint_of(environment), HasSubstr(name)) << value;
  }
}

TEST(World, IsWhatMpirunSays) {
  Environment environment{{"OMPI_COMM_WORLD_RANK", "1"},
                          {"OMPI_COMM_WORLD_SIZE", "2"},
                          {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
                          {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}};
  World world = world_in(environment);
  EXPECT_EQ(world.rank, 1);
  EXPECT_EQ(world.size, 2);
  EXPECT_EQ(world.address, "127.0.0.1") << "all ranks are on one machine";
  environment["OMPI_COMM_WORLD_LOCAL_SIZE"] = "1";
  EXPECT_THAT(complaint_of(environment), HasSubstr("MASTER_ADDR, MASTER_PORT are not set"));
  environment.insert({{"MASTER_ADDR", "gym"}, {"MASTER_PORT", "1234"}});
  world = world_in(environment);
  EXPECT_EQ(world.address, "gym");
  EXPECT_EQ(world.local_size, 1);
}

TEST(World, IsWhatSrunSays) {
  Environment environment{{"SLURM_PROCID", "5"},  {"SLURM_STEP_NUM_TASKS", "8"},           {"SLURM_LOCALID", "1"},
                          {"MASTER_ADDR", "gym"}, {"SLURM_STEP_NUM_NODES", "3"},           {"MASTER_PORT", "1234"},
                          {"SLURM_NODEID", "2"},  {"SLURM_STEP_TASKS_PER_NODE", "3(x2),2"}};
  World world = world_in(environment);
  EXPECT_EQ(world.rank, 5);
  EXPECT_EQ(world.size, 8);
  EXPECT_EQ(world.local_rank, 1);
  EXPECT_EQ(world.local_size, 2);
  environment["SLURM_NODEID"] = "1";
  EXPECT_EQ(world_in(environment).local_size, 3);
  environment.insert({{"SLURM_NTASKS_PER_NODE", "4"}});
  EXPECT_EQ(world_in(environment).local_size, 4);
}

TEST(World, IsReachedFromWhereItReachesRank0) {
  World world{.rank = 1, .size = 2, .local_rank = 1, .local_size = 2, .address = "127.0.0.1", .port = 1234};
  EXPECT_EQ(local_address(world), "127.0.0.1");
  world.address = "no machine has this name";
  EXPECT_THROW(local_address(world), Error);
}

}  // namespace
}  // namespace pgt::dist
