/// A schedule out of a plugin, with options set by name as a run file does.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "plugin/registry.hpp"
#include "walk/plan_walk.hpp"

namespace pgt {

using Settings = std::vector<std::pair<std::string, sdk::OptionValue>>;

/// The plugins under test, in a folder of their own: the build's has more, which would be examined too.
class PluginFolder {
 public:
  PluginFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "pgt-schedules-XXXXXX").string();
    path_ = mkdtemp(name.data());
    std::istringstream files(PGT_SCHEDULES);
    for (std::string file; std::getline(files, file, ':');) {
      std::filesystem::copy(file, path_ / std::filesystem::path(file).filename());
    }
  }
  ~PluginFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

class Planner {
 public:
  Planner(const std::string& name, const Settings& settings) : options_(registry().options(schedule, name)) {
    for (const auto& [key, value] : settings) set(key, value);
    schedule_ = registry().make_schedule(name, *options_, {});
  }

  sdk::Plan plan(std::vector<sdk::Pathway> pathways = {sdk::Pathway{}}, sdk::Phase phase = sdk::Phase::train) const {
    sdk::PlanRequest request;
    request.phase = phase;
    request.pathways = std::move(pathways);
    return plan(request);
  }
  sdk::Plan plan(const sdk::PlanRequest& request) const {
    sdk::Plan plan = schedule_->plan(request);
    EXPECT_NO_THROW(walk::PlanWalk(plan, request.pathways));
    return plan;
  }

  sdk::Problems problems() const {
    sdk::Problems problems;
    options_->check(problems);
    return problems;
  }

  static plugin::Registry& registry() {
    static const PluginFolder folder;
    static plugin::Registry registry(std::vector<std::filesystem::path>{folder.path()}, PGT_HOST);
    return registry;
  }

 private:
  static constexpr plugin::Kind schedule = plugin::Kind::schedule;

  void set(const std::string& key, const sdk::OptionValue& value) {
    for (const auto& option : options_->fields().all()) {
      if (option->spec.name == key) return option->assign(value);
    }
    ADD_FAILURE() << "no option " << key;
  }

  std::unique_ptr<sdk::OptionSet> options_;
  std::unique_ptr<sdk::Schedule> schedule_;
};

}  // namespace pgt
