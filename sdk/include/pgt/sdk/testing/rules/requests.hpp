/// What a schedule is asked in tests. Includes no torch header.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <pgt/sdk/schedule.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {

/// A training of 10 epochs of 64 videos in batches of 8, pictures of 64 pixels, one pathway: other fields as you need.
inline PlanRequest training(std::int64_t epoch = 0, std::int64_t iteration_of_epoch = 0) {
  PlanRequest request;
  request.epochs = 10, request.units = 64, request.batch = 8, request.size = 64;
  request.epoch = epoch;
  request.iteration = epoch * (request.units / request.batch) + iteration_of_epoch;
  return request;
}

/// The evaluation of the same.
inline PlanRequest evaluation() {
  PlanRequest request = training();
  request.phase = Phase::evaluate;
  return request;
}

/// A request with a slow pathway and one that is `ratio` times as fast.
inline PlanRequest with_fast(PlanRequest request, std::int64_t ratio = 4) {
  request.pathways = {{"slow", 1}, {"fast", ratio}};
  return request;
}

/// Whether both are of one training.
inline bool of_one_training(const PlanRequest& a, const PlanRequest& b) {
  return a.epochs == b.epochs && a.units == b.units && a.batch == b.batch && a.size == b.size && a.seed == b.seed &&
         a.pathways.size() == b.pathways.size() && a.pathways.back().ratio == b.pathways.back().ratio;
}

/// "training, epoch 1, iteration 4; pathways slow ×1 fast ×4; batch 8, size 64, 10 epochs of 64 units, seed 0".
inline std::string text_of(const PlanRequest& request) {
  std::string text = request.phase == Phase::train ? "training, epoch " + std::to_string(request.epoch) +
                                                         ", iteration " + std::to_string(request.iteration)
                                                   : "evaluation";
  text += "; pathways";
  for (const Pathway& pathway : request.pathways) text += " " + pathway.name + " ×" + std::to_string(pathway.ratio);
  return text + "; batch " + std::to_string(request.batch) + ", size " + std::to_string(request.size) + ", " +
         std::to_string(request.epochs) + " epochs of " + std::to_string(request.units) + " units, seed " +
         std::to_string(request.seed);
}

namespace detail {

/// Some iterations of some epochs, and the evaluation.
inline void add_training(std::vector<PlanRequest>& requests, PlanRequest run) {
  const std::int64_t iterations = run.batch > 0 ? (run.units + run.batch - 1) / run.batch : 0;
  for (const std::int64_t epoch : std::set<std::int64_t>{0, 1, run.epochs / 2, run.epochs - 1}) {
    if (epoch < 0 || epoch >= run.epochs) continue;
    for (std::int64_t iteration = 0; iteration < 6; ++iteration) {
      run.epoch = epoch;
      run.iteration = epoch * iterations + iteration;
      requests.push_back(run);
    }
  }
  run.phase = Phase::evaluate;
  run.epoch = run.iteration = 0;
  requests.push_back(run);
}

}  // namespace detail

/// Trainings and evaluations of several shapes, the plainest first. Those of one training follow each other.
inline std::vector<PlanRequest> every_request() {
  std::vector<PlanRequest> requests;
  const auto add = [&](std::int64_t epochs, std::int64_t units, std::int64_t batch, std::int64_t size,
                       std::uint64_t seed, std::vector<Pathway> pathways) {
    PlanRequest run;
    run.epochs = epochs, run.units = units, run.batch = batch, run.size = size, run.seed = seed;
    run.pathways = std::move(pathways);
    detail::add_training(requests, std::move(run));
  };
  const std::vector<Pathway> one{Pathway{}}, two{{"slow", 1}, {"fast", 4}}, apart{{"slow", 1}, {"fast", 8}};
  add(10, 64, 8, 64, 0, one);
  add(1, 1, 1, 32, 1, one);  // as small as a training can be
  add(100, 1000, 3, 224, 7, one);
  add(30, 0, 8, 112, 0, one);  // `pgt-host plan` without the videos
  add(10, 64, 8, 64, 0, two);
  add(3, 10, 16, 96, 2, apart);
  return requests;
}

}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
