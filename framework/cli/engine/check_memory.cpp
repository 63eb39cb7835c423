#include "cli/engine/check_memory.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "base/number.hpp"
#include "base/text.hpp"
#include "cli/engine/check_training.hpp"
#include "nn/full_memory.hpp"
#include "nn/tensor_memory.hpp"
#include "run/memory.hpp"
#include "train/clip_trainer.hpp"
#include "train/micro_batch.hpp"
#include "walk/decoded_clips.hpp"
#include "walk/epoch_batches.hpp"

namespace pgt::cli {
namespace {

constexpr std::size_t most_stages = 8;             // that are told one by one
constexpr std::int64_t least_bytes_told = 50'000;  // bytes: less is printed as nothing

/// "weights 127 MB, gradients 127 MB", of those that take something.
std::string parts_text(const std::vector<std::pair<std::string, std::int64_t>>& parts) {
  std::vector<std::string> texts;
  for (const auto& [name, bytes] : parts) {
    if (bytes >= least_bytes_told) texts.push_back(name + " " + bytes_text(bytes));
  }
  return join(texts, ", ");
}

/// Neighbours together, until there are few enough: "layer 0–layer 3".
std::vector<std::pair<std::string, std::int64_t>> few_stages(const std::vector<nn::StageBytes>& stages) {
  const std::size_t together = (stages.size() + most_stages - 1) / most_stages;
  std::vector<std::pair<std::string, std::int64_t>> few;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    if (i % together == 0) {
      few.emplace_back(stages[i].stage, stages[i].bytes);
      const std::size_t last = std::min(i + together, stages.size()) - 1;
      if (last > i) few.back().first += "–" + stages[last].stage;
    } else {
      few.back().second += stages[i].bytes;
    }
  }
  return few;
}

/// The activations of a forecast, shared among the stages as those of a step are.
std::string stages_text(const std::vector<nn::StageBytes>& stages, std::int64_t activations) {
  auto few = few_stages(stages);
  std::int64_t all = 0;
  for (const auto& [stage, bytes] : few) all += bytes;
  if (all == 0 || few.size() < 2) return "";
  for (auto& [stage, bytes] : few) {
    bytes = static_cast<std::int64_t>(static_cast<double>(bytes) / static_cast<double>(all) *
                                      static_cast<double>(activations));
  }
  return parts_text(few);
}

/// A batch of the largest plan is learned as in training.
void learn_batch(const session::Session& session, const session::Largest& largest, video::IndexCache& indexes,
                 train::Progress& progress) {
  const train::Parts parts = session.parts();
  walk::EpochBatches batches(
      parts.training_data(), "check", [&](std::int64_t) { return largest.walk; }, {}, indexes);
  const std::unique_ptr<walk::ClipBatch> batch = batches.next();
  const sdk::BackboneInfo info = parts.backbone.info();
  walk::DecodedClips supply(*batch, parts.data, parts.device, {&parts.dataset, sdk::Split::train, info.output});
  walk::Steps steps(*batch, info.sites, supply);
  train::Learner learner = train::make_learner(parts.backbone, parts.options);
  progress.clip = {};
  progress.clip.videos = batch->videos();
  train::Lesson lesson = parts.lesson();
  lesson.micro_batch = train::micro_batch(parts.options, progress);
  const auto broken = [](const std::vector<video::FailedRow>&) {};  // the files have been checked
  train::ClipTrainer trainer(lesson, learner, batch->walk.plan(), steps, parts.mix(*batch, 0, 0), 0, progress, broken);
  while (trainer.step()) {
  }
}

}  // namespace

std::vector<nn::StageBytes> activations_of(const session::Session& session, const FirstSteps& read) {
  const std::vector<walk::Portion> portions = trial_portions(session, read);
  return nn::measure_activations(*session.backbone, portions.front().fragment, read.plan.carry, read.plan.steps.front(),
                                 session.precision(), session.device);
}

std::int64_t print_memory(const session::Session& session, const FirstSteps& read, const session::Trial& trial,
                          const std::vector<nn::StageBytes>& stages) {
  const session::Largest largest = session::largest_plan(session);
  const session::Memory memory = session::forecast(session::fixed_memory(session), trial, largest.shape);
  const bool on_host = session.device.is_cpu();
  std::printf("memory about %s", bytes_text(memory.all()).c_str());
  if (!on_host) {
    std::printf(" on %s and %s on the host", session.device.str().c_str(), bytes_text(run::resident_bytes()).c_str());
  }
  std::printf(" in training, whatever the videos' length");
  const std::int64_t rows = std::ssize(read.portions.front().rows);
  if (trial.shape.batch < rows) {
    std::printf(" (a forecast from %lld of a batch's %lld videos)", static_cast<long long>(trial.shape.batch),
                static_cast<long long>(rows));
  }
  std::printf("\n       %s\n", parts_text({{"weights", memory.weights},
                                           {"gradients", memory.gradients},
                                           {"optimizer", memory.optimizer},
                                           {"average", memory.average},
                                           {"carry", memory.carry},
                                           {"a step's frames", memory.frames},
                                           {"program and decoded videos", memory.program}})
                                   .c_str());
  const std::string by_stage = stages_text(stages, memory.activations);
  std::printf("       activations %s%s\n", bytes_text(memory.activations).c_str(),
              by_stage.empty() ? "" : (": " + by_stage).c_str());
  if (const std::int64_t there = session::capacity(session.device); there > 0 && memory.all() > there) {
    const std::string fits = session::what_fits(session, trial, largest);
    std::printf("  warning: only %s are available%s\n", bytes_text(there).c_str(),
                fits.empty() ? "" : ("; " + fits).c_str());
  }
  return memory.all();
}

void probe_memory(const session::Session& session, video::IndexCache& indexes, std::int64_t forecast) {
  const session::Largest largest = session::largest_plan(session);
  session.backbone->train(true);
  nn::reset_held_bytes(session.device);
  const bool measured = run::reset_peak_resident() || !session.device.is_cpu();
  train::Progress progress;
  for (bool fits = false; !fits;) {
    try {
      learn_batch(session, largest, indexes, progress);
      fits = true;
    } catch (const nn::FullMemory& full) {
      std::printf("probe  %s\n", train::halve_micro_batch(full, session.config.train, progress).c_str());
    }
  }
  if (!measured) {
    std::printf("probe  done, but the kernel does not let its memory be measured (/proc/self/clear_refs)\n");
    return;
  }
  const std::int64_t most =
      session.device.is_cpu() ? run::peak_resident_bytes() : nn::peak_device_bytes(session.device);
  const double off = 100 * (static_cast<double>(forecast) / static_cast<double>(most) - 1);
  std::printf("probe  %s measured in a batch of %lld videos; the forecast is %s %% %s\n", bytes_text(most).c_str(),
              static_cast<long long>(largest.shape.batch), fixed(std::abs(off), 0).c_str(), off < 0 ? "less" : "more");
}

}  // namespace pgt::cli
