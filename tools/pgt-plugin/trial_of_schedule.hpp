/// A schedule and its plans for many requests.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <pgt/sdk/plugin.hpp>

namespace pgt::check {

/// A plan and what it was asked for.
struct Asked {
  sdk::PlanRequest request;
  sdk::Plan plan;
};

/// A request that a schedule answered with an exception.
struct Declined {
  sdk::PlanRequest request;
  std::string reason;
};

/// All that is asked of a schedule: trainings and evaluations of several shapes, the plainest first. Those of one
/// training follow each other.
std::vector<sdk::PlanRequest> all_requests();
/// Whether both are of one training.
bool of_one_training(const sdk::PlanRequest& a, const sdk::PlanRequest& b);
/// "training, epoch 1, iteration 4; pathways slow ×1, fast ×4; batch 8, size 64, 10 epochs of 64 units, seed 0".
std::string text_of(const sdk::PlanRequest& request);

class ScheduleTrial {
 public:
  using Make = std::function<std::unique_ptr<sdk::Schedule>()>;
  using Elsewhere = std::function<std::vector<std::string>()>;
  /// `id`: the plugin's. `make` gives a fresh object with the options of the check; it may throw CannotBeTried.
  /// `elsewhere` gives what `checksums` gives in another process.
  ScheduleTrial(std::string id, Make make, Elsewhere elsewhere = {})
      : id_(std::move(id)), make_(std::move(make)), elsewhere_(std::move(elsewhere)) {}

  /// Throws what the constructor throws.
  std::unique_ptr<sdk::Schedule> make() const { return make_(); }
  /// The object that all is asked of. Throws CannotBeTried where it cannot be made.
  const sdk::Schedule& schedule() const;
  /// Throws Error(plugin) "plugin ID, Schedule::plan: TEXT".
  sdk::Plan plan_of(const sdk::Schedule& schedule, const sdk::PlanRequest& request) const;
  /// The plans for all requests, asked once. Throws CannotBeTried where there is none.
  const std::vector<Asked>& asked() const;
  const std::vector<Declined>& declined() const;
  /// Of the plans of `asked`.
  std::vector<std::string> checksums() const;
  std::vector<std::string> checksums_elsewhere() const { return elsewhere_(); }

 private:
  void ask() const;

  std::string id_;
  Make make_;
  Elsewhere elsewhere_;
  mutable std::unique_ptr<sdk::Schedule> schedule_;
  mutable bool is_asked_ = false;
  mutable std::vector<Asked> asked_;
  mutable std::vector<Declined> declined_;
};

}  // namespace pgt::check
