#include "session/memory.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <exception>
#include <optional>

#include "base/number.hpp"
#include "nn/activations.hpp"
#include "nn/full_memory.hpp"
#include "nn/parameters.hpp"
#include "nn/tensor_memory.hpp"
#include "run/memory.hpp"
#include "session/recompute.hpp"
#include "train/micro_batch.hpp"

namespace pgt::session {
namespace {

constexpr std::int64_t most_epochs = 100, most_iterations = 16;  // looked at: cycles of schedules are shorter
constexpr std::int64_t most_tried_rows = 2;  // the fewest with which batch normalisation can be tried
constexpr double usable = 0.95;              // of the memory: blocks of it are lost between others

Shape shape_of(const Session& session, const walk::PlanWalk& walk) {
  const config::TrainOptions& options = session.config.train;
  Shape shape;
  shape.batch =
      std::min(walk::batch_of(walk, options.batch_size), walk::units_of(*session.dataset, session.config.data));
  const std::int64_t at_a_time = train::micro_batch(options, {});
  shape.at_a_time = at_a_time == 0 ? shape.batch : std::min(at_a_time, shape.batch);
  shape.steps = walk.plan().steps;
  shape.size = walk::size_of(walk, session.config.data);
  return shape;
}

/// In proportion to what it needs of activations.
std::int64_t extent(const Shape& shape) {
  const Trial one{.shape = {.batch = 1, .at_a_time = 1, .steps = {sdk::Step{}}, .size = 1}, .tensors = 1, .used = 1};
  return forecast({}, one, shape).activations;
}

/// Black pictures, with a box in each where boxes are scored.
sdk::Fragment pictures(const Session& session, const sdk::Plan& plan, const Shape& shape) {
  const at::TensorOptions options = at::TensorOptions(at::kFloat).device(session.device);
  sdk::Fragment fragment;
  fragment.head_bins = plan.head_bins;
  for (const sdk::FrameRange& range : shape.steps.front().frames) {
    fragment.frames.push_back(torch::zeros({shape.batch, 3, range.end - range.begin, shape.size, shape.size}, options));
  }
  if (session.backbone->info().output == sdk::Output::boxes) {
    const at::Tensor rows = torch::arange(shape.batch, options).unsqueeze(1);
    const auto side = static_cast<double>(shape.size);
    const at::Tensor whole = torch::tensor({0.0, 0.0, side, side}, options).expand({shape.batch, 4});
    fragment.boxes = torch::cat({rows, whole}, 1);
  }
  return fragment;
}

/// A step of so many videos.
Trial try_step(const Session& session, const Largest& largest, std::int64_t rows) {
  Trial trial;
  trial.shape = largest.shape;
  trial.shape.batch = trial.shape.at_a_time = rows;
  trial.shape.steps.resize(1);
  session.backbone->train(true);
  const sdk::Plan& plan = largest.walk.plan();
  const sdk::Fragment fragment = pictures(session, plan, trial.shape);
  for (const at::Tensor& frames : fragment.frames) trial.frames += static_cast<std::int64_t>(frames.nbytes());
  const TrialMemory taken(session);
  nn::measure_activations(*session.backbone, fragment, plan.carry, plan.steps.front(), session.precision(),
                          session.device);
  taken.tell(trial, false);
  return trial;
}

/// Nothing where there is not even memory for that. Where there is for one video only, `largest` has two at a time:
/// more than fit.
std::optional<Trial> try_step(const Session& session, Largest& largest) {
  for (std::int64_t rows = std::min(most_tried_rows, largest.shape.batch); rows >= 1; --rows) {
    try {
      return nn::naming_full_memory([&] { return try_step(session, largest, rows); });
    } catch (const nn::FullMemory&) {
      largest.shape.at_a_time = rows;
    } catch (const std::exception&) {  // a single video may have no statistics
      return std::nullopt;
    }
  }
  return std::nullopt;
}

/// The same where all stages are computed again; nothing where they cannot or are, too.
std::optional<Trial> try_recomputing(const Session& session, Largest largest) {
  if (!session.recomputer) return std::nullopt;
  const std::vector<std::string> all = recomputable_stages(session), chosen = session.recomputer->stages();
  if (all == chosen) return std::nullopt;
  session.recomputer->choose(all);
  std::optional<Trial> trial = try_step(session, largest);
  session.recomputer->choose(chosen);
  return trial;
}

/// Of what would fit where memory has run out; empty where that cannot be said.
std::string help_for(const Session& session) {
  try {
    Largest largest = largest_plan(session);
    // "auto" has come down to one video at a time.
    if (session.config.train.micro_batch == config::TrainOptions::automatic_micro_batch) largest.shape.at_a_time = 1;
    const std::optional<Trial> trial = try_step(session, largest);
    return trial ? what_fits(session, *trial, largest) : "";
  } catch (const std::exception&) {
    return "";  // that memory ran out is what is to be said
  }
}

}  // namespace

Largest largest_plan(const Session& session) {
  const walk::Planner planner = session.planner();
  std::optional<Largest> largest;
  std::int64_t most = -1;
  const std::int64_t epochs = session.config.train.epochs, looked_at = std::min(epochs, most_epochs);
  const std::int64_t of_epoch = session.parts().updates() * session.config.train.accumulate;
  for (std::int64_t i = 0; i < looked_at; ++i) {
    const std::int64_t epoch = looked_at == 1 ? 0 : i * (epochs - 1) / (looked_at - 1);
    for (std::int64_t iteration = 0; iteration < std::min(of_epoch, most_iterations); ++iteration) {
      walk::PlanWalk walk = planner.training(epoch, epoch * of_epoch + iteration);
      Shape shape = shape_of(session, walk);
      const std::int64_t found = extent(shape);
      if (found <= most) continue;
      most = found;
      largest = Largest{std::move(walk), std::move(shape)};
    }
  }
  return std::move(*largest);
}

TrialMemory::TrialMemory(const Session& session) : session_(session) {
  nn::reset_held_bytes(session.device);
  before_ = nn::used_bytes(session.device);
}

void TrialMemory::tell(Trial& trial, bool kept) const {
  trial.gradients = 4 * nn::trained_values(*session_.backbone);
  const std::int64_t unseen = kept ? 0 : trial.gradients;
  trial.tensors = nn::held_bytes(session_.device) - before_ + (session_.device.is_cpu() ? 0 : unseen);
  trial.used = nn::most_used_bytes(session_.device) - before_ + unseen;
}

Memory fixed_memory(const Session& session) {
  const config::TrainOptions& options = session.config.train;
  Memory memory;
  for (const nn::Parameter& parameter : nn::parameters(*session.backbone)) {
    memory.weights += static_cast<std::int64_t>(parameter.tensor.nbytes());
  }
  memory.gradients = 4 * nn::trained_values(*session.backbone);
  memory.optimizer =
      train::make_update_rule(train::parameter_groups(*session.backbone, options), options)->state_bytes();
  memory.average = options.average > 0 ? memory.gradients : 0;
  if (session.device.is_cpu()) memory.program = run::resident_bytes() - nn::held_bytes(session.device);
  return memory;
}

std::int64_t capacity(c10::Device device) {
  const std::int64_t there =
      device.is_cpu() ? run::resident_bytes() + run::available_bytes() : nn::device_capacity(device);
  return static_cast<std::int64_t>(usable * static_cast<double>(there));
}

std::string what_fits(const Session& session, const Trial& trial, const Largest& largest) {
  const std::int64_t there = capacity(session.device);
  const std::optional<Trial> recomputed = try_recomputing(session, largest);
  const Freedom freedom{.parts = train::no_micro_batches(largest.walk.plan()).empty(),
                        .half = !session.precision().half(),
                        .accumulate = train::update_within(largest.walk.plan()) ? 0 : session.config.train.accumulate,
                        .recomputed = recomputed ? &*recomputed : nullptr};
  const Change change = smallest_change(fixed_memory(session), trial, largest.shape, freedom, there);
  if (change.text.empty()) return "";
  return change.text + " would fit: " + bytes_text(change.bytes) + " of " + bytes_text(there) + ", by a forecast";
}

int saying_what_fits(const Session& session, const std::function<int()>& call) {
  std::string text;
  try {
    return nn::naming_full_memory(call);
  } catch (const nn::FullMemory& full) {
    text = full.what();
  }
  // Outside of the handler: what the failed call held is gone.
  if (const std::string fits = help_for(session); !fits.empty()) text += "\nhelp: " + fits;
  throw nn::FullMemory(text);
}

}  // namespace pgt::session
