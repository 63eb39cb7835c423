#include "train/clip_trainer.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>
#include <numeric>
#include <utility>

#include "base/random.hpp"
#include "dist/moved_buffers.hpp"
#include "train/micro_batch.hpp"
#include "walk/supply.hpp"

namespace pgt::train {

using Phase = dist::BatchSums::Phase;

ClipTrainer::ClipTrainer(const Lesson& lesson, Learner& learner, const sdk::Plan& plan, walk::Steps& steps, Mix mix,
                         double learning_rate, Progress& progress, Failed failed, bool last, std::optional<OwnRows> own)
    : lesson_(lesson),
      learner_(learner),
      plan_(plan),
      steps_(steps),
      mix_(std::move(mix)),
      learning_rate_(learning_rate),
      progress_(progress),
      at_(progress.clip),
      output_(lesson.backbone.info().output),
      own_(own.value_or(OwnRows{0, at_.videos.size()})),
      failed_(std::move(failed)),
      last_(last),
      buffers_(lesson.backbone) {
  check_micro_batch(plan, lesson.micro_batch);
  if (plan.passes == sdk::Passes::two) two_pass_.emplace(lesson.backbone, plan.carry, lesson.precision);
  if (at_.step > 0) return;
  at_.correct.assign(at_.videos.size(), 0);
  at_.weights.assign(at_.videos.size(), 1);
}

std::optional<walk::Step> ClipTrainer::next() {
  std::optional<walk::Step> step = steps_.next();
  if (!meet(step ? step->rows : std::vector<std::size_t>{})) return std::nullopt;
  return step;
}

bool ClipTrainer::meet(const std::vector<std::size_t>& rows) {
  std::vector<video::FailedRow> failed = steps_.take_failed();
  std::erase_if(failed, [&](const video::FailedRow& row) { return !broken_.insert(row.row).second; });  // a second pass
  const std::size_t all = at_.videos.size();
  std::vector<double> there(2 * all);  // of each row: whether it is there, and whether it has broken
  for (const std::size_t row : rows) there[own_.first + row] = 1;
  for (const video::FailedRow& row : failed) there[all + own_.first + row.row] = 1;
  lesson_.group.sum(there);
  std::vector<std::size_t> alive;
  bool any_failed = false;
  for (std::size_t row = 0; row < all; ++row) {
    if (there[row] > 0) alive.push_back(row);
    if (there[all + row] == 0) continue;
    any_failed = true;
    ++at_.failed;
    at_.correct[row] = 0;
    at_.weights[row] = 0;
  }
  if (any_failed) failed_(failed);
  if (alive.empty()) return false;
  at_.alive = std::move(alive);
  return true;
}

void ClipTrainer::share_weights(const walk::Step& step, const StepLoss& loss) {
  if (output_ == sdk::Output::moments) return;
  if (output_ == sdk::Output::clip && !step.rows.empty()) note_weights(step, loss.weights());
  std::vector<double> numbers(at_.videos.size() + 1);
  for (std::size_t row = own_.first; row < own_.first + own_.count; ++row) numbers[row] = at_.weights[row];
  numbers.back() = static_cast<double>(loss.boxes());
  lesson_.group.sum(numbers);
  boxes_ = numbers.back();
  numbers.pop_back();
  at_.weights = std::move(numbers);
}

void ClipTrainer::share_buffers(const walk::Step& step) {
  dist::share_moves(lesson_.group, buffers_.buffers(), buffers_.kept(),
                    static_cast<double>(step.rows.size()) / static_cast<double>(at_.alive.size()));
}

bool ClipTrainer::step() {
  std::optional<walk::Step> step = next();
  if (!step && two_pass_ && two_pass_->in_first() && learn_whole()) {
    steps_.again();
    step = next();
  }
  if (!step || !take(*step)) {
    together(Phase::backward, [&] { learner_.back_propagate(); });
    end();
    return false;
  }
  ++at_.step;
  return true;
}

bool ClipTrainer::take(walk::Step& step) {
  const bool has_rows = !step.rows.empty();
  if (has_rows) mix_.blend(step.fragment, step.rows);
  if (two_pass_) {
    at_rest_ = false;
    if (!two_pass_->in_first()) buffers_.keep();
    together(Phase::forward, [&] {  // in the second pass a backward follows, in which all ranks are at one step
      if (!has_rows) return;
      seed_dropout(step.index);
      two_pass_->take(step, steps_.carry());
    });
    if (!two_pass_->in_first()) share_buffers(step);
    return true;
  }
  if (!learn_step(step)) return false;
  const bool within = step.following.has_value();  // after the last step the clip's end updates
  if (step.plan.optimizer_step && within) note(learner_.update(learning_rate_, plan_.gradients));
  at_rest_ = step.following && !step.crosses() && (step.plan.backward || !others_wait_);
  return true;
}

bool ClipTrainer::learn_step(const walk::Step& step) {
  Attempt attempt(lesson_.group, at_a_time(step), lesson_.halves);
  bool learned = false;
  buffers_.keep();
  try {
    learned = learn_rows(step, attempt);
    attempt.end();
  } catch (const nn::FullMemory&) {  // the clip may begin again
    buffers_.put_back();
    throw;
  }
  if (learned) {
    share_buffers(step);
  } else {
    buffers_.put_back();
  }
  return learned;
}

bool ClipTrainer::learn_rows(const walk::Step& step, Attempt& attempt) {
  seed_dropout(step.index);
  StepLoss loss(lesson_, mix_, step, output_);
  share_weights(step, loss);
  bool finite = true;
  attempt.part([&] {
    at::Tensor scores;
    const bool whole = at_a_time(step) == std::ssize(step.rows);
    together(Phase::forward, [&] {
      if (whole && !step.rows.empty()) scores = forward(step, step.fragment, steps_.carry());
    });
    if (!step.rows.empty()) finite = whole ? learn(step, scores, loss) : learn_parts(step, loss);
  });
  if (!conclude(step, loss, finite)) return false;
  if (step.plan.backward) attempt.part([&] { back_propagate(step); });
  return true;
}

std::int64_t ClipTrainer::at_a_time(const walk::Step& step) const {
  const std::int64_t rows = std::ssize(step.rows);
  return lesson_.micro_batch == 0 ? rows : std::min(rows, lesson_.micro_batch);
}

bool ClipTrainer::conclude(const walk::Step& step, const StepLoss& loss, bool finite) {
  double mean = loss.mean();
  std::int64_t scored = loss.scored();
  bool any_sum = loss.has_sum();
  const bool moments = output_ == sdk::Output::moments;
  others_wait_ = learner_.waits();
  if (!lesson_.group.alone()) {
    constexpr std::size_t rows = 6;  // the numbers of rows follow these
    std::vector<double> numbers(rows + at_.videos.size());
    numbers[0] = finite ? 0 : 1;
    numbers[1] = any_sum ? 1 : 0;
    numbers[2] = others_wait_ ? 1 : 0;
    numbers[3] = mean * loss.weight();
    numbers[4] = loss.weight();
    numbers[5] = static_cast<double>(moments ? scored : std::ssize(step.rows));
    for (std::size_t row = own_.first; row < own_.first + own_.count; ++row) numbers[rows + row] = at_.correct[row];
    lesson_.group.sum(numbers);
    finite = numbers[0] == 0;
    any_sum = numbers[1] > 0;
    others_wait_ = numbers[2] > 0;
    mean = numbers[3] / numbers[4];
    scored = any_sum ? std::llround(numbers[5]) : 0;
    for (std::size_t row = 0; row < at_.videos.size(); ++row) at_.correct[row] = static_cast<int>(numbers[rows + row]);
  }
  if (!finite) {
    spoiled_ = true;
    learner_.spoil("the loss of " + (two_pass_ ? "the whole clip" : "step " + std::to_string(step.index + 1)) +
                   " is not finite");
    return false;
  }
  if (step.plan.loss_weight == 0) return true;
  if (any_sum && !loss.has_sum()) learner_.add({}, step.plan.loss_weight, divisor());
  if (scored == 0) return true;
  at_.step_losses.push_back(mean);
  at_.step_rows.push_back(scored);
  return true;
}

bool ClipTrainer::learn_parts(const walk::Step& step, StepLoss& loss) {
  const std::int64_t rows = std::ssize(step.rows);
  std::vector<nn::SlotCarry> carries;
  for (std::int64_t first = 0; first < rows; first += lesson_.micro_batch) {
    const std::int64_t count = std::min(lesson_.micro_batch, rows - first);
    nn::SlotCarry& carry = carries.emplace_back(steps_.carry().of_rows(first, count));
    if (!learn(step, forward(step, walk::rows_of(step.fragment, first, count), carry), loss)) return false;
    learner_.back_propagate();
  }
  steps_.carry().join(carries);
  return true;
}

bool ClipTrainer::is_last_backward(const walk::Step& step) const {
  const bool updates = step.following ? step.plan.optimizer_step : learner_.completes(last_);
  const bool walks_back = step.plan.gradient_reach > 0 || (step.following && step.following->gradient_reach > 0);
  return updates && !walks_back && !lesson_.halves && lesson_.sums == nullptr;
}

void ClipTrainer::back_propagate(const walk::Step& step) {
  if (is_last_backward(step)) return learner_.back_propagate_last();
  together(Phase::backward, [&] {
    learner_.back_propagate(step.following && step.following->gradient_reach > 0);
    nn::walk_back(steps_.carry().borders());
  });
}

bool ClipTrainer::learn_whole() {
  seed_dropout(-1);  // the head's
  const std::vector<TwoPass::Whole> wholes = all_wholes();
  // Rows of other lengths have scores of their own, and all rows are in the divisor of each.
  std::deque<StepLoss> losses;
  for (const TwoPass::Whole& whole : wholes) {
    share_weights(whole.step, losses.emplace_back(lesson_, mix_, whole.step, output_));
  }
  for (std::size_t i = 0; i < wholes.size(); ++i) {
    const walk::Step& step = wholes[i].step;
    const bool finite = step.rows.empty() || learn(step, wholes[i].scores, losses[i]);
    if (!conclude(step, losses[i], finite)) return false;
  }
  together(Phase::backward, [&] { learner_.back_propagate(); });
  return !wholes.empty();
}

std::vector<TwoPass::Whole> ClipTrainer::all_wholes() {
  std::vector<TwoPass::Whole> own = two_pass_->end_first(broken_);
  if (lesson_.group.alone()) return own;
  const std::size_t most = static_cast<std::size_t>(at_.step) + 1;
  std::vector<double> ranks(2 * most);  // that have rows of so many steps; then the moments of each such row, summed
  for (const TwoPass::Whole& whole : own) {
    const auto steps = static_cast<std::size_t>(whole.step.index);
    ranks[steps] = 1;
    ranks[most + steps] = static_cast<double>(whole.scores.size(1));
  }
  lesson_.group.sum(ranks);
  std::vector<TwoPass::Whole> all;
  std::vector<double> moments;
  for (std::size_t steps = 0, next = 0; steps < most; ++steps) {
    if (ranks[steps] == 0) continue;
    TwoPass::Whole& whole = all.emplace_back();
    whole.step.index = static_cast<std::int64_t>(steps);
    if (next < own.size() && own[next].step.index == whole.step.index) whole = std::move(own[next++]);
    moments.push_back(ranks[most + steps] / ranks[steps]);
  }
  // As TwoPass weighs the groups of one rank: 1 where videos are scored as a whole.
  for (std::size_t i = 0; i < all.size(); ++i) all[i].step.plan.loss_weight = moments[i] / moments.back();
  return all;
}

/// Dropout draws from LibTorch's generator: seeded for each step and the first of the rank's rows, it does not depend
/// on where a run was resumed, is the same in two passes, and another one on each rank.
void ClipTrainer::seed_dropout(std::int64_t step) {
  const std::uint64_t seed = mix({lesson_.seed, static_cast<std::uint64_t>(progress_.total),
                                  static_cast<std::uint64_t>(step), static_cast<std::uint64_t>(Purpose::dropout)});
  torch::manual_seed(own_.first == 0 ? seed : mix({seed, own_.first}));
}

void ClipTrainer::together(Phase phase, const std::function<void()>& work) {
  if (lesson_.sums == nullptr) return work();
  lesson_.sums->during(phase, at_.step, work);
}

at::Tensor ClipTrainer::forward(const walk::Step& step, const sdk::Fragment& rows, sdk::Carry& carry) {
  const at::AutoGradMode gradients(step.needs_gradient());
  return nn::scores(lesson_.backbone, rows, carry, lesson_.precision);
}

bool ClipTrainer::learn(const walk::Step& step, const at::Tensor& scores, StepLoss& loss) {
  const bool moments = output_ == sdk::Output::moments;
  if (moments && step.plan.loss_weight == 0) return true;
  const std::int64_t first = loss.taken();
  const StepLoss::Part part = loss.take(scores);
  for (std::size_t i = 0; i < part.correct.size(); ++i) {
    int& correct = at_.correct[own_.first + step.rows[static_cast<std::size_t>(first) + i]];
    correct = static_cast<int>(part.correct[i]) + (moments ? correct : 0);
  }
  if (step.plan.loss_weight == 0 || !part.sum.defined()) return true;
  if (!part.finite) return false;
  learner_.add(part.sum / divisor(), step.plan.loss_weight, divisor(), !part.is_first);
  return true;
}

/// A loss is divided by the rows that the clip began with, but for broken ones, as much as each weighs: so a row counts
/// the same in every step, also when others have ended. Boxes are as many as the step shows: their mean (docs/method.md
/// M3.2).
double ClipTrainer::divisor() const {
  return output_ == sdk::Output::boxes ? boxes_ : std::reduce(at_.weights.begin(), at_.weights.end());
}

void ClipTrainer::note_weights(const walk::Step& step, const at::Tensor& weights) {
  const auto values = weights.accessor<double, 1>();
  for (std::size_t i = 0; i < step.rows.size(); ++i) {
    at_.weights[own_.first + step.rows[i]] = values[static_cast<std::int64_t>(i)];
  }
}

void ClipTrainer::note(const std::optional<Update>& update) {
  if (!update) return;
  update_ = update;
  if (update->skipped.empty()) return;
  ++at_.skipped;
  skipped_ = update->skipped;
}

void ClipTrainer::end() { note(learner_.end_batch(learning_rate_, plan_.gradients, last_)); }

double ClipTrainer::correct() const {
  if (videos() == 0) return 0;
  const auto right = static_cast<double>(std::reduce(at_.correct.begin(), at_.correct.end(), std::int64_t{0}));
  if (output_ != sdk::Output::moments) return right;
  const std::int64_t moments = std::reduce(at_.step_rows.begin(), at_.step_rows.end());
  return moments == 0 ? 0 : right * static_cast<double>(videos()) / static_cast<double>(moments);
}

std::int64_t ClipTrainer::videos() const {
  const bool learned = !spoiled_ && !at_.step_losses.empty();
  return learned ? std::ssize(at_.videos) - at_.failed : 0;
}

run::IterationReport ClipTrainer::report(std::int64_t iterations, Seconds seconds) const {
  const double rows = static_cast<double>(std::reduce(at_.step_rows.begin(), at_.step_rows.end()));
  run::IterationReport report;
  report.epoch = progress_.epoch;
  report.iteration = progress_.iteration;
  report.iterations = iterations;
  report.total = progress_.total + 1;
  report.videos = videos();
  report.step_losses = at_.step_losses;
  for (std::size_t i = 0; i < at_.step_losses.size(); ++i) {  // every row in every step weighs the same
    report.loss += at_.step_losses[i] * static_cast<double>(at_.step_rows[i]) / rows;
  }
  if (spoiled_) report.loss = std::numeric_limits<double>::quiet_NaN();
  report.accuracy = lesson_.criterion.loss() == config::Loss::cross_entropy && report.videos > 0
                        ? 100.0 * correct() / static_cast<double>(report.videos)
                        : std::numeric_limits<double>::quiet_NaN();
  report.learning_rate = learning_rate_;
  report.gradient_norm = update_ ? update_->norm : std::numeric_limits<double>::quiet_NaN();
  report.loss_scale = learner_.loss_scale();
  report.skipped = at_.skipped;
  report.skipped_since_start = progress_.skipped + at_.skipped;
  report.skipped_why = skipped_;
  report.seconds = seconds.all;
  report.data_seconds = seconds.waiting;
  return report;
}

}  // namespace pgt::train
