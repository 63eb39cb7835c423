/// A schedule, its plans for many requests, and what another process plans.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <pgt/sdk/plugin.hpp>
#include <pgt/sdk/testing/rules/of_schedules.hpp>

namespace pgt::check {

using sdk::testing::Asked;
using sdk::testing::of_one_training;
using sdk::testing::plan_differs;
using sdk::testing::SchedulePlans;
using sdk::testing::text_of;

class ScheduleTrial {
 public:
  using Make = std::function<std::unique_ptr<sdk::Schedule>()>;
  using Elsewhere = std::function<std::vector<std::string>()>;
  /// `id`: the plugin's. `make` gives a fresh object with the options of the check; it may throw CannotBeTried.
  /// `elsewhere` gives what `checksums` gives in another process.
  ScheduleTrial(std::string id, Make make, Elsewhere elsewhere = {})
      : schedule_(std::move(id), make), make_(std::move(make)), elsewhere_(std::move(elsewhere)) {}
  ScheduleTrial(const ScheduleTrial&) = delete;
  ScheduleTrial& operator=(const ScheduleTrial&) = delete;

  /// Throws what the constructor throws.
  std::unique_ptr<sdk::Schedule> make() const { return make_(); }
  /// Of one object, which is made when it is first asked. What it throws becomes Error(plugin) "plugin ID,
  /// Schedule::plan: TEXT"; throws CannotBeTried where the object cannot be made.
  const SchedulePlans& plans() const { return plans_; }
  /// Of the plans.
  std::vector<std::string> checksums() const;
  std::vector<std::string> checksums_elsewhere() const { return elsewhere_(); }

 private:
  class Guarded final : public sdk::Schedule {
   public:
    Guarded(std::string id, Make make) : id_(std::move(id)), make_(std::move(make)) {}
    sdk::Plan plan(const sdk::PlanRequest& request) const override;
    const void* extension(std::string_view id) const override { return schedule().extension(id); }

   private:
    const sdk::Schedule& schedule() const;
    std::string id_;
    Make make_;
    mutable std::unique_ptr<sdk::Schedule> schedule_;
  };

  Guarded schedule_;
  SchedulePlans plans_{schedule_};
  Make make_;
  Elsewhere elsewhere_;
};

}  // namespace pgt::check
