#include "trial_of_schedule.hpp"

#include <set>

#include "lines.hpp"
#include "plugin/guard.hpp"
#include "rule.hpp"

namespace pgt::check {
namespace {

void add_training(std::vector<sdk::PlanRequest>& requests, sdk::PlanRequest run) {
  const std::int64_t iterations = run.batch > 0 ? (run.units + run.batch - 1) / run.batch : 0;
  for (const std::int64_t epoch : std::set<std::int64_t>{0, 1, run.epochs / 2, run.epochs - 1}) {
    if (epoch < 0 || epoch >= run.epochs) continue;
    for (std::int64_t iteration = 0; iteration < 6; ++iteration) {
      run.epoch = epoch;
      run.iteration = epoch * iterations + iteration;
      requests.push_back(run);
    }
  }
  run.phase = sdk::Phase::evaluate;
  run.epoch = run.iteration = 0;
  requests.push_back(run);
}

}  // namespace

std::vector<sdk::PlanRequest> all_requests() {
  std::vector<sdk::PlanRequest> requests;
  const auto add = [&](std::int64_t epochs, std::int64_t units, std::int64_t batch, std::int64_t size,
                       std::uint64_t seed, std::vector<sdk::Pathway> pathways) {
    sdk::PlanRequest run;
    run.epochs = epochs, run.units = units, run.batch = batch, run.size = size, run.seed = seed;
    run.pathways = std::move(pathways);
    add_training(requests, std::move(run));
  };
  const std::vector<sdk::Pathway> one{sdk::Pathway{}}, two{{"slow", 1}, {"fast", 4}}, apart{{"slow", 1}, {"fast", 8}};
  add(10, 64, 8, 64, 0, one);
  add(1, 1, 1, 32, 1, one);  // as small as a training can be
  add(100, 1000, 3, 224, 7, one);
  add(30, 0, 8, 112, 0, one);  // `pgt-host plan` without the videos
  add(10, 64, 8, 64, 0, two);
  add(3, 10, 16, 96, 2, apart);
  return requests;
}

bool of_one_training(const sdk::PlanRequest& a, const sdk::PlanRequest& b) {
  return a.epochs == b.epochs && a.units == b.units && a.batch == b.batch && a.size == b.size && a.seed == b.seed &&
         a.pathways.size() == b.pathways.size() && a.pathways.back().ratio == b.pathways.back().ratio;
}

std::string text_of(const sdk::PlanRequest& request) {
  std::string text = request.phase == sdk::Phase::train ? "training, epoch " + std::to_string(request.epoch) +
                                                              ", iteration " + std::to_string(request.iteration)
                                                        : "evaluation";
  text += "; pathways";
  for (const sdk::Pathway& pathway : request.pathways)
    text += " " + pathway.name + " ×" + std::to_string(pathway.ratio);
  return text + "; batch " + std::to_string(request.batch) + ", size " + std::to_string(request.size) + ", " +
         std::to_string(request.epochs) + " epochs of " + std::to_string(request.units) + " units, seed " +
         std::to_string(request.seed);
}

const sdk::Schedule& ScheduleTrial::schedule() const {
  if (schedule_ != nullptr) return *schedule_;
  try {
    schedule_ = make();
  } catch (const std::exception&) {
    throw CannotBeTried{"see schedule.made"};
  }
  return *schedule_;
}

sdk::Plan ScheduleTrial::plan_of(const sdk::Schedule& schedule, const sdk::PlanRequest& request) const {
  return plugin::guard(id_, "Schedule::plan", [&] { return schedule.plan(request); });
}

void ScheduleTrial::ask() const {
  if (is_asked_) return;
  const sdk::Schedule& schedule = this->schedule();
  is_asked_ = true;
  for (const sdk::PlanRequest& request : all_requests()) {
    try {
      asked_.push_back({request, plan_of(schedule, request)});
    } catch (const Error& error) {
      declined_.push_back({request, error.what()});
    }
  }
}

const std::vector<Asked>& ScheduleTrial::asked() const {
  ask();
  if (asked_.empty()) throw CannotBeTried{"it gives no plan: see schedule.plans"};
  return asked_;
}

std::vector<std::string> ScheduleTrial::checksums() const {
  std::vector<std::string> sums;
  for (const Asked& asked : this->asked()) sums.push_back(checksum_of(lines_of(asked.plan)));
  return sums;
}

const std::vector<Declined>& ScheduleTrial::declined() const {
  ask();
  return declined_;
}

}  // namespace pgt::check
