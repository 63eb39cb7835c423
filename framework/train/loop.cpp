#include "train/loop.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <utility>

#include "base/stop_watch.hpp"
#include "base/trace.hpp"
#include "nn/parameters.hpp"
#include "nn/safetensors.hpp"
#include "plugin/guard.hpp"
#include "train/checkpoint.hpp"
#include "train/epoch_end.hpp"
#include "train/learning_rate.hpp"
#include "train/micro_batch.hpp"
#include "train/ranks.hpp"
#include "walk/batch_feed.hpp"

namespace pgt::train {
namespace {

/// Of a checkpoint: on how many ranks videos were mixed, each with others of its rank; absent: on one.
constexpr const char* mixed_key = "mixed_on_ranks";

/// Where the feed of the epoch begins: at the batch to do, or in the middle of the one that is under way.
walk::EpochPlace place_of(const Progress& progress) {
  walk::EpochPlace place{progress.epoch, progress.unit, progress.total};
  const ClipProgress& clip = progress.clip;
  if (clip.step > 0) place.middle = walk::MiddleOfClip{clip.step, clip.videos, clip.alive};
  return place;
}

}  // namespace

Loop::Loop(Parts parts, Surroundings surroundings, std::map<std::string, std::string> metadata)
    : parts_(parts),
      group_(parts.group),
      around_(std::move(surroundings)),
      metadata_(std::move(metadata)),
      sums_(parts.group),
      lesson_(parts.lesson()),
      learner_(make_learner(parts.backbone, parts.options, parts.group)),
      comparison_(parts.backbone, parts.options.compare_every, parts.group),
      updates_(parts.updates()),
      bad_videos_(parts.dataset.size(sdk::Split::train), parts.data.max_bad_fraction, around_.observer, progress_,
                  parts.group) {
  share_batches(sums_, lesson_, parts.options);
  if (parts.augment.mixes() && !group_.alone()) metadata_[mixed_key] = std::to_string(group_.size());
}

void Loop::restore(const Checkpoint& checkpoint) {
  nn::load_state(parts_.backbone, nn::tensors_under(checkpoint.tensors, "model/"));
  resumed_ = nn::tensors_under(checkpoint.tensors, "carry/");
  for (auto& [site, state] : resumed_) state = state.to(parts_.device);
  learner_.load(checkpoint);
  for (StatePart* part : around_.state) part->load(checkpoint);
  progress_ = checkpoint.progress;
  progress_.learner = {};  // the learner knows
  const auto mixed = checkpoint.metadata.find(mixed_key);
  const std::string then = mixed == checkpoint.metadata.end() ? "1" : mixed->second;
  if (!parts_.augment.mixes() || then == std::to_string(group_.size()) || progress_.clip.step == 0) return;
  around_.observer.warning("videos were mixed on " + then +
                           " of several processes; the clips that were under way start again");
  start_clip_again();
}

void Loop::start_clip_again() {
  if (const std::int64_t lost = learner_.gathered_batches(); lost > 0) {
    around_.observer.warning("the gradients of " + std::to_string(lost) + (lost == 1 ? " batch" : " batches") +
                             " that the coming update had gathered (train.accumulate) are lost");
  }
  progress_.epoch_skipped += progress_.clip.skipped;
  progress_.skipped += progress_.clip.skipped;
  progress_.clip = {};
  resumed_.clear();
  learner_.drop();
}

bool Loop::run() {
  comparison_.after(learner_.updates());
  while (progress_.epoch < parts_.options.epochs && early_end(progress_, parts_.options).empty()) {
    if (!train_epoch()) return false;
    const std::optional<Score> score = validate();
    if (!score && dist::agree(group_, {.stop = around_.control.stop()}).stop)
      return false;  // what was saved at the epoch's end holds
    const bool best = score && score->better_than(progress_.best);
    progress_ = progress_.next_epoch();
    if (score) progress_.stale = best ? 0 : progress_.stale + 1;
    if (best) {
      progress_.best = *score;
      save("best");
    }
    if (around_.keep_every > 0 && progress_.epoch % around_.keep_every == 0) save(kept_name(progress_.epoch));
    save("last");
  }
  return true;
}

std::optional<Score> Loop::validate() {
  const TraceSpan span("evaluate");
  const AverageInUse averaged(learner_.average());
  return around_.validation.score(progress_);
}

bool Loop::train_epoch() {
  const StopWatch watch;
  const std::int64_t before = progress_.total;
  parts_.backbone.train(true);
  std::optional<bool> ended;
  while (!ended) ended = train_batches();
  if (!*ended || !go_on()) return false;
  check_learned(progress_, parts_.needed());
  // Before the report, so that a run resumed here makes it again; then there is nothing to save, and the checkpoint
  // before stays.
  if (progress_.total > before) save("last");
  around_.observer.epoch(epoch_report(progress_, parts_.options, lesson_.criterion.loss(), watch.seconds(), updates_));
  return true;
}

std::optional<bool> Loop::train_batches() try {
  const walk::Planner planner = parts_.planner();
  in_this_epoch_ = planner.iterations(progress_.epoch, progress_.total - progress_.iteration);
  const auto plan = [&, epoch = progress_.epoch](std::int64_t i) { return planner.training(epoch, i); };
  walk::EpochBatches batches(parts_.training_data(), "train", plan, place_of(progress_), videos_);
  walk::BatchFeed feed(batches.loader(), [&] { return batches.next(); });
  while (const std::unique_ptr<walk::ClipBatch> batch = feed.take([&] { return may_wait_no_more(); })) {
    if (!train_batch(*batch)) return false;
  }
  return true;
} catch (const nn::FullMemory& full) {
  around_.observer.warning(halve_micro_batch(full, parts_.options, progress_));
  start_clip_again();
  return std::nullopt;
}

bool Loop::train_batch(walk::ClipBatch& batch) {
  const TraceSpan span("iteration");
  const StopWatch watch;
  bad_videos_.note_unreadable(batch);
  const WholeBatch whole = meet(group_, batch);
  ClipProgress& clip = progress_.clip;
  if (clip.step > 0 && !(whole.resumed && whole.videos == clip.videos)) {  // a video cannot be read any more
    start_clip_again();
    if (batch.resumed) batch.decode_again();
  }
  const sdk::BackboneInfo info = parts_.backbone.info();
  walk::DecodedClips supply(batch, parts_.data, parts_.device, {&parts_.dataset, sdk::Split::train, info.output});
  walk::Steps steps(batch, info.sites, supply);
  if (!group_.alone()) steps.walk_along(whole.frames);
  if (clip.step == 0) {
    clip.videos = whole.videos;
  } else {
    steps.resume(clip.step, whole.own_of(clip.alive), own_carry(std::exchange(resumed_, {}), clip.alive, whole.own));
  }
  const sdk::Plan& plan = batch.walk.plan();
  check_accumulation(plan, parts_.options);
  lesson_.micro_batch = micro_batch(parts_.options, progress_);
  const double rate = learning_rate(parts_.options, epochs_done(progress_, parts_.options, updates_), updates_);
  ClipTrainer trainer(
      lesson_, learner_, plan, steps, parts_.mix(batch, progress_.epoch, progress_.iteration),
      rate * plan.learning_rate_scale, progress_, [&](const auto& rows) { bad_videos_.note_failed(batch, rows); },
      batch.last, whole.own);

  double waited = 0;
  for (bool more = true; more;) {
    const bool rests = trainer.at_rest();
    if (rests && clip.step > 0 && !go_on(&steps)) return false;
    const StopWatch waiting;
    if (!steps.wait([&] { return rests && may_wait_no_more(); })) return go_on(&steps);
    waited += waiting.seconds();
    more = plugin::placed([&] { return place(steps.given()); }, [&] { return trainer.step(); });
    if (more) around_.observer.step({progress_.epoch, progress_.iteration, in_this_epoch_, steps.given() - 1});
  }
  run::IterationReport report = trainer.report(in_this_epoch_, {watch.seconds(), waited});
  if (report.skipped > 0) report.files = gather_files(group_, batch.files());
  around_.observer.iteration(report);
  progress_.finish_iteration(report, trainer.correct(), batch.units_done);
  learner_.stop_if_diverged(report);
  comparison_.after(learner_.updates());
  return go_on();
}

std::string Loop::place(std::int64_t step) const {
  return "model \"" + parts_.model_name + "\", epoch " + std::to_string(progress_.epoch + 1) + ", iteration " +
         std::to_string(progress_.iteration + 1) + " of the training, step " +
         std::to_string(std::max<std::int64_t>(1, step));
}

bool Loop::go_on(const walk::Steps* steps) {
  const auto [stop, due] = dist::agree(group_, {around_.control.stop(), around_.control.checkpoint_due()});
  if (stop || due) save("last", steps);
  return !stop;
}

void Loop::save(const std::string& name, const walk::Steps* steps) {
  const TraceSpan span("save");
  Checkpoint checkpoint{progress_, {}, metadata_};
  const Slots slots = steps ? collect_carry(group_, steps->slots()) : resumed_;
  learner_.save(checkpoint);
  if (!group_.first()) return;
  for (auto& [key, tensor] : nn::state(parts_.backbone)) checkpoint.tensors.emplace("model/" + key, tensor);
  for (const auto& [key, tensor] : slots) checkpoint.tensors.emplace("carry/" + key, tensor.cpu());
  for (const StatePart* part : around_.state) part->save(checkpoint);
  around_.keeper.keep(name, checkpoint);
}

}  // namespace pgt::train
