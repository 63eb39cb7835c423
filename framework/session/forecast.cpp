#include "session/forecast.hpp"

#include <algorithm>

#include "nn/tensor_memory.hpp"

namespace pgt::session {
namespace {

constexpr std::int64_t size_grain = 32;  // networks halve the size so often that other sizes lose a border

/// The most steps whose graphs are there at the same time.
std::int64_t graphs_at_a_time(const std::vector<sdk::Step>& steps) {
  std::int64_t kept = 0, most = 1;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const bool continues = i + 1 < steps.size() && !steps[i + 1].detach;
    if (steps[i].loss_weight > 0 || continues) ++kept;
    most = std::max({most, kept, kept + steps[i].gradient_reach});
    if (steps[i].backward) kept = 0;
  }
  return most;
}

/// Of all pathways, in the step that has the most; carried ones are computed again at most sites.
std::int64_t most_frames(const std::vector<sdk::Step>& steps) {
  std::int64_t most = 1;
  for (const sdk::Step& step : steps) {
    std::int64_t frames = 0;
    for (const sdk::FrameRange& range : step.frames) frames += range.end - range.begin;
    most = std::max(most, frames);
  }
  return most;
}

/// In frames of the slowest pathway.
std::int64_t longest_step(const std::vector<sdk::Step>& steps) {
  std::int64_t longest = 0;
  for (const sdk::Step& step : steps) longest = std::max(longest, step.frames.front().end - step.frames.front().begin);
  return longest;
}

double pixels(const Shape& shape) {
  return static_cast<double>(most_frames(shape.steps)) * static_cast<double>(shape.size * shape.size);
}

/// Of what goes through the network at a time.
double computed(const Shape& shape) {
  const bool whole = shape.at_a_time >= shape.batch;  // parts are back-propagated at once
  return static_cast<double>(shape.at_a_time * (whole ? graphs_at_a_time(shape.steps) : 1)) * pixels(shape);
}

std::int64_t times(std::int64_t bytes, double factor) {
  return static_cast<std::int64_t>(static_cast<double>(bytes) * factor);
}

}  // namespace

Memory forecast(Memory memory, const Trial& trial, const Shape& shape) {
  const double of_batch =
      static_cast<double>(shape.batch) / static_cast<double>(trial.shape.batch) * pixels(shape) / pixels(trial.shape);
  const auto grown = [&](std::int64_t tensors) {
    const std::int64_t activations = std::max<std::int64_t>(tensors - trial.gradients - trial.carry, 0);
    return times(activations, computed(shape) / computed(trial.shape));
  };
  const std::int64_t others = memory.weights + memory.gradients + memory.optimizer + memory.average;
  memory.activations = std::min(grown(trial.tensors), nn::most_held_of(grown(trial.used) + others) - others);
  memory.carry = times(trial.carry, of_batch);
  memory.frames = times(trial.frames, of_batch);
  return memory;
}

Change smallest_change(const Memory& fixed, const Trial& trial, const Shape& shape, const Freedom& freedom,
                       std::int64_t capacity) {
  double activations = 1;  // by how much a precision of 16 bits makes them smaller
  const Trial* tried = &trial;
  const auto needed = [&](const Shape& smaller) {
    const Memory memory = forecast(fixed, *tried, smaller);
    return memory.fixed() + times(memory.activations, activations) + memory.carry + memory.frames;
  };
  const auto with_rows = [&](std::int64_t rows) {
    Shape smaller = shape;
    smaller.at_a_time = rows;
    if (!freedom.parts) smaller.batch = rows;
    return smaller;
  };
  const std::int64_t present = std::min(shape.at_a_time, shape.batch);
  const auto rows_text = [&](std::int64_t rows) -> std::string {
    if (rows == present) return "";
    if (freedom.parts) return "train.micro_batch = " + std::to_string(rows);
    const std::string smaller = "train.batch_size = " + std::to_string(rows);
    if (freedom.accumulate == 0) return smaller;
    const std::int64_t batches = (shape.batch + rows - 1) / rows;
    return smaller + " with train.accumulate = " + std::to_string(batches * freedom.accumulate);
  };
  const auto joined = [](const std::string& first, const std::string& second) {
    return first.empty() ? second : first + " and " + second;
  };

  for (std::int64_t rows = present / 2; rows >= 1; rows /= 2) {
    if (const std::int64_t bytes = needed(with_rows(rows)); bytes <= capacity) return {rows_text(rows), bytes};
  }
  if (freedom.recomputed != nullptr) {
    tried = freedom.recomputed;
    for (std::int64_t rows = present; rows >= 1; rows /= 2) {
      const std::int64_t bytes = needed(with_rows(rows));
      if (bytes <= capacity) return {joined(rows_text(rows), "train.recompute = [\"*\"]"), bytes};
    }
    tried = &trial;
  }
  const std::string rows = rows_text(1);
  if (freedom.half) {
    activations = 0.5;
    const std::string text = joined(rows, "train.precision = \"bf16\"");
    if (const std::int64_t bytes = needed(with_rows(1)); bytes <= capacity) return {text, bytes};
    activations = 1;
  }
  Shape smaller = with_rows(1);
  for (smaller.size = (shape.size - 1) / size_grain * size_grain; smaller.size > 0; smaller.size -= size_grain) {
    if (const std::int64_t bytes = needed(smaller); bytes <= capacity) {
      return {joined(rows, "data.size = " + std::to_string(smaller.size)), bytes};
    }
  }
  smaller = with_rows(1);
  for (std::int64_t parts = 2; parts <= most_frames(shape.steps); parts *= 2) {
    for (sdk::Step& step : smaller.steps) {
      for (sdk::FrameRange& range : step.frames) range.end = range.begin + (range.end - range.begin + 1) / 2;
    }
    if (const std::int64_t bytes = needed(smaller); bytes <= capacity) {
      const std::string frames = std::to_string(longest_step(smaller.steps));
      return {joined(rows, "steps of " + frames + " frames (schedule.step_length or schedule.frames)"), bytes};
    }
  }
  return {};
}

double computing_seconds(const Trial& trial, double clips, double steps) {
  return trial.step_seconds / static_cast<double>(trial.shape.batch) * clips * steps;
}

}  // namespace pgt::session
