#include "train/loop.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/random.hpp"
#include "train/learning_rate.hpp"
#include "train/loss.hpp"
#include "train/mix.hpp"
#include "walk/fragment.hpp"
#include "walk/targets.hpp"

namespace pgt::train {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

}  // namespace

struct Loop::Clip {
  walk::ClipBatch& batch;
  nn::SlotCarry carry;
  double learning_rate;
  Mix mix;
  at::Tensor pending{};  ///< losses gathered since the last backward
  double gradient_norm = 0;
  double data_seconds = 0;
  Clock::time_point started = Clock::now();
};

Loop::Loop(Parts parts, Surroundings surroundings, std::map<std::string, std::string> metadata)
    : parts_(parts),
      around_(std::move(surroundings)),
      metadata_(std::move(metadata)),
      optimizer_(nn::parameters(parts.backbone), parts.options),
      info_(parts.backbone.info()) {
  const sdk::DatasetInfo dataset = parts.dataset.info();
  loss_ = resolve_loss(parts.options.loss, dataset.task);
  classes_ = static_cast<std::int64_t>(dataset.classes.size());
  lanes_ = static_cast<std::size_t>(parts.data.lanes);
  const auto units = static_cast<std::int64_t>(parts.dataset.size(sdk::Split::train) * lanes_);
  iterations_ = (units + parts.options.batch_size - 1) / parts.options.batch_size;
}

void Loop::restore(const Checkpoint& checkpoint) {
  nn::load_state(parts_.backbone, nn::tensors_under(checkpoint.tensors, "model/"));
  resumed_carry_ = nn::tensors_under(checkpoint.tensors, "carry/");
  for (auto& [site, state] : resumed_carry_) state = state.to(parts_.device);
  optimizer_.load_state(checkpoint.tensors);
  progress_ = checkpoint.progress;
}

void Loop::start_clip_again() {
  progress_.clip = {};
  resumed_carry_.clear();
  optimizer_.drop_gradients();
}

bool Loop::run() {
  while (progress_.epoch < parts_.options.epochs) {
    if (!train_epoch()) return false;
    const std::optional<double> metric = around_.evaluate(progress_);
    if (!metric && around_.stop()) return false;  // what was saved at the epoch's end stands
    const bool best = metric && *metric > progress_.best;
    // The next epoch starts with fresh sums; what the whole run has counted stays.
    Progress next;
    next.epoch = progress_.epoch + 1;
    next.total = progress_.total;
    next.bad_videos = progress_.bad_videos;
    next.best = best ? *metric : progress_.best;
    progress_ = std::move(next);
    if (best) save("best");
    save("last");
  }
  return true;
}

bool Loop::train_epoch() {
  const Clock::time_point started = Clock::now();
  parts_.backbone.train(true);
  order_ = permutation(static_cast<std::uint64_t>(parts_.options.seed), static_cast<std::uint64_t>(progress_.epoch),
                       parts_.dataset.size(sdk::Split::train) * lanes_);
  const std::int64_t first = progress_.iteration;
  const auto loader = walk::make_loader(parts_.data, parts_.data.lanes);
  walk::BatchFeed feed(
      loader,
      [&, first, clip = progress_.clip](std::int64_t iteration) {
        std::optional<walk::MiddleOfClip> middle;
        if (iteration == first && clip.step > 0) middle = walk::MiddleOfClip{clip.step, clip.videos, clip.alive};
        return open(iteration, loader, middle);
      },
      first, iterations_);
  while (const std::unique_ptr<walk::ClipBatch> batch = feed.take(around_.stop)) {
    if (!train_clips(*batch)) return false;
  }
  if (around_.stop()) {
    save("last");
    return false;
  }
  if (progress_.epoch_videos == 0) {
    throw Error(ExitCode::data, info_.boxes ? "none of the training videos can be read and shows a box to learn from"
                                            : "none of the training videos can be read");
  }
  save("last");  // before the report, so that a run resumed here makes it again

  run::EpochReport report;
  report.epoch = progress_.epoch;
  report.epochs = parts_.options.epochs;
  report.total = progress_.total;
  report.videos = progress_.epoch_videos;
  report.bad_videos = static_cast<std::int64_t>(progress_.bad_videos.size());
  const double videos = static_cast<double>(std::max<std::int64_t>(1, progress_.epoch_videos));
  report.loss = progress_.epoch_loss / videos;
  report.accuracy = loss_ == config::Loss::cross_entropy ? 100.0 * progress_.epoch_correct / videos
                                                         : std::numeric_limits<double>::quiet_NaN();
  report.learning_rate = learning_rate(parts_.options, static_cast<double>(progress_.epoch + 1));
  report.seconds = seconds_since(started);
  around_.observer.epoch(report);
  return true;
}

bool Loop::train_clips(walk::ClipBatch& batch) {
  const walk::PlanWalk& walk = batch.walk;
  const double epoch = static_cast<double>(progress_.epoch) +
                       static_cast<double>(progress_.iteration) / static_cast<double>(iterations_);
  Clip clip{batch, nn::SlotCarry(info_.sites, walk.plan().carry),
            learning_rate(parts_.options, epoch) * walk.plan().learning_rate_scale,
            Mix(parts_.augment, batch.requests,
                Random(static_cast<std::uint64_t>(parts_.options.seed), static_cast<std::uint64_t>(progress_.epoch),
                       static_cast<std::uint64_t>(progress_.iteration), Purpose::mixing))};
  for (std::size_t i = 0; i < batch.unreadable.size(); ++i) {
    note_bad(batch.clips[batch.unreadable_clips[i]].index, batch.unreadable[i]);
  }
  ClipProgress& at = progress_.clip;
  if (at.step > 0 && !batch.goes_on) start_clip_again();  // a video cannot be read any more
  if (at.step == 0) {
    at.videos = batch.videos();
    at.alive.resize(at.videos.size());
    std::iota(at.alive.begin(), at.alive.end(), std::size_t{0});
    at.correct.resize(at.videos.size());
  } else {
    clip.carry.restore(std::exchange(resumed_carry_, {}));
  }

  // Whether no gradient crosses into the step: a checkpoint made before it holds everything.
  for (bool at_rest = true;; ++at.step) {
    if (at_rest && at.step > 0 && around_.checkpoint_due()) save("last", clip.carry.slots());
    const Clock::time_point waiting = Clock::now();
    if (at_rest && !batch.stream->wait(around_.stop)) {
      save("last", clip.carry.slots());
      return false;
    }
    const video::Frames frames = batch.stream->next();
    clip.data_seconds += seconds_since(waiting);
    for (const video::FailedRow& failed : frames.failed) note_failed(clip, failed);
    if (frames.rows.empty()) break;

    const sdk::Step step = *walk.step(at.step, batch.frames);
    const std::optional<sdk::Step> next = walk.step(at.step + 1, batch.frames);
    if (frames.rows != at.alive) {  // the rows whose video has ended leave the carry too
      clip.carry.keep_rows(walk::places_of(frames.rows, at.alive));
      at.alive = frames.rows;
    }

    clip.carry.begin_step(at.step == 0, step, next ? &*next : nullptr);
    const bool gradient = step.loss_weight > 0 || (next && !next->detach);
    sdk::Fragment fragment = walk::to_fragment(frames, walk, at.step, batch.frames, parts_.data, parts_.device);
    const std::vector<sdk::Target> targets =
        walk::complete(fragment, info_, batch, frames.rows, step, parts_.dataset, sdk::Split::train);
    clip.mix.blend(fragment, frames.rows);
    const at::Tensor scores = forward(clip, std::move(fragment), gradient);
    learn(clip, frames.rows, step, scores, targets);
    if (step.backward) back_propagate(clip);
    if (step.optimizer_step) update(clip);
    around_.observer.step({progress_.epoch, progress_.iteration, iterations_, at.step});

    at_rest = next && next->detach && !clip.pending.defined();
  }
  back_propagate(clip);
  update(clip);
  finish_iteration(clip);
  if (around_.checkpoint_due()) save("last");
  return true;
}

at::Tensor Loop::forward(Clip& clip, sdk::Fragment fragment, bool gradient) {
  // Dropout draws from LibTorch's generator: seeded for each step, it does not depend on where a run was resumed.
  torch::manual_seed(
      mix({static_cast<std::uint64_t>(parts_.options.seed), static_cast<std::uint64_t>(progress_.total),
           static_cast<std::uint64_t>(progress_.clip.step), static_cast<std::uint64_t>(Purpose::dropout)}));
  const at::AutoGradMode mode(gradient);
  return parts_.backbone.forward(fragment, clip.carry);
}

void Loop::learn(Clip& clip, const std::vector<std::size_t>& rows, const sdk::Step& step, const at::Tensor& scores,
                 const std::vector<sdk::Target>& targets) {
  if (targets.empty()) return;  // no box is seen
  ClipProgress& at = progress_.clip;
  const at::Tensor target = target_tensor(targets, classes_, loss_, torch::kFloat32).to(parts_.device);
  const at::Tensor row_scores = scores.squeeze(1);  // (N, 1, K) in training
  if (loss_ == config::Loss::cross_entropy) {
    const at::Tensor right = row_scores.argmax(1).eq(target).to(torch::kCPU);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      at.correct[rows[i]] = right[static_cast<std::int64_t>(i)].item<bool>() ? 1 : 0;
    }
  }
  if (step.loss_weight == 0) return;

  // Divided by the rows that the clip began with, but for broken ones: a row weighs the same in every step, also when
  // others have ended. Boxes are as many as the step shows: their mean (spec/pgt.md 3).
  const at::Tensor sum = clip.mix.loss(row_scores, target, loss_, rows).sum();
  const double scored = static_cast<double>(targets.size());
  const double divisor = info_.boxes ? scored : static_cast<double>(std::ssize(clip.batch.requests) - at.failed);
  const at::Tensor loss = sum / divisor;
  at.step_losses.push_back((sum / scored).item<double>());
  at.step_rows.push_back(std::ssize(rows));
  if (!std::isfinite(at.step_losses.back())) {
    throw Error(ExitCode::diverged, "the loss of step " + std::to_string(at.step) + " is not finite (epoch " +
                                        std::to_string(progress_.epoch + 1) + ", iteration " +
                                        std::to_string(progress_.iteration + 1) +
                                        "): lower train.learning_rate or set train.clip_gradient");
  }
  const at::Tensor weighted = loss * step.loss_weight;
  clip.pending = clip.pending.defined() ? clip.pending + weighted : weighted;
  at.gathered_weight += step.loss_weight;
}

void Loop::back_propagate(Clip& clip) {
  if (!clip.pending.defined()) return;
  clip.pending.backward();
  clip.pending.reset();
}

void Loop::update(Clip& clip) {
  double& gathered_weight = progress_.clip.gathered_weight;
  if (gathered_weight == 0) return;
  const bool mean = clip.batch.walk.plan().gradients == sdk::GradientScale::mean;
  clip.gradient_norm = optimizer_.step(clip.learning_rate, mean ? 1.0 / gathered_weight : 1.0);
  gathered_weight = 0;
}

void Loop::finish_iteration(const Clip& clip) {
  const ClipProgress& at = progress_.clip;
  const bool learned = !info_.boxes || !at.step_losses.empty();  // or no step has shown a box
  const std::int64_t videos = learned ? std::ssize(at.videos) - at.failed : 0;
  const std::int64_t correct = std::reduce(at.correct.begin(), at.correct.end(), std::int64_t{0});
  const double rows = static_cast<double>(std::reduce(at.step_rows.begin(), at.step_rows.end()));
  run::IterationReport report;
  report.epoch = progress_.epoch;
  report.iteration = progress_.iteration;
  report.iterations = iterations_;
  report.total = progress_.total + 1;
  report.videos = videos;
  report.step_losses = at.step_losses;
  for (std::size_t i = 0; i < at.step_losses.size(); ++i) {  // every row in every step weighs the same
    report.loss += at.step_losses[i] * static_cast<double>(at.step_rows[i]) / rows;
  }
  report.accuracy = loss_ == config::Loss::cross_entropy && videos > 0
                        ? 100.0 * static_cast<double>(correct) / static_cast<double>(videos)
                        : std::numeric_limits<double>::quiet_NaN();
  report.learning_rate = clip.learning_rate;
  report.gradient_norm = clip.gradient_norm;
  report.seconds = seconds_since(clip.started);
  report.data_seconds = clip.data_seconds;
  around_.observer.iteration(report);

  progress_.epoch_loss += report.loss * static_cast<double>(videos);
  progress_.epoch_correct += static_cast<double>(correct);
  progress_.epoch_videos += videos;
  ++progress_.iteration;
  ++progress_.total;
  progress_.clip = {};
}

void Loop::note_failed(const Clip& clip, const video::FailedRow& failed) {
  const walk::ClipChoice& choice = clip.batch.clips[clip.batch.rows[failed.row]];
  ++progress_.clip.failed;
  progress_.clip.correct[failed.row] = 0;
  note_bad(choice.index, {choice.sample.id, choice.sample.path.string(), failed.reason, "train"});
}

void Loop::note_bad(std::size_t video, const run::BadFile& file) {
  std::vector<std::size_t>& bad = progress_.bad_videos;
  if (std::find(bad.begin(), bad.end(), video) != bad.end()) return;
  bad.push_back(video);
  around_.observer.bad_file(file);
  const std::size_t videos = parts_.dataset.size(sdk::Split::train);
  if (static_cast<double>(bad.size()) > parts_.data.max_bad_fraction * static_cast<double>(videos)) {
    throw Error(ExitCode::data,
                std::to_string(bad.size()) + " of the " + std::to_string(videos) +
                    " training videos cannot be read, more than data.max_bad_fraction allows; the last: " + file.path +
                    ": " + file.reason);
  }
}

std::unique_ptr<walk::ClipBatch> Loop::open(std::int64_t iteration, const std::shared_ptr<video::Loader>& loader,
                                            const std::optional<walk::MiddleOfClip>& middle) const {
  sdk::PlanRequest request;
  request.phase = sdk::Phase::train;
  request.epoch = progress_.epoch;
  request.iteration = progress_.epoch * iterations_ + iteration;
  request.seed = static_cast<std::uint64_t>(parts_.options.seed);
  request.pathways = info_.pathways;

  const auto begin = static_cast<std::size_t>(iteration * parts_.options.batch_size);
  const std::size_t end = std::min(begin + static_cast<std::size_t>(parts_.options.batch_size), order_.size());
  return walk::open_batch(walk::PlanWalk(parts_.schedule.plan(request), info_.pathways),
                          walk::training_clips(parts_.dataset, std::span(order_).subspan(begin, end - begin),
                                               parts_.augment, {lanes_, request.seed, progress_.epoch}),
                          videos_, loader, parts_.data, "train", middle);
}

void Loop::save(const std::string& name) { save(name, resumed_carry_); }

void Loop::save(const std::string& name, const std::map<std::string, at::Tensor>& carry) {
  Checkpoint checkpoint{progress_, {}, metadata_};
  checkpoint.progress.metrics_bytes = around_.metrics_bytes();
  for (auto& [key, tensor] : nn::state(parts_.backbone)) checkpoint.tensors.emplace("model/" + key, tensor);
  checkpoint.tensors.merge(optimizer_.state());
  for (const auto& [key, tensor] : carry) checkpoint.tensors.emplace("carry/" + key, tensor.cpu());
  around_.keep(name, std::move(checkpoint));
}

}  // namespace pgt::train
