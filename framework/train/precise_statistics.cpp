#include "train/precise_statistics.hpp"

#include <torch/torch.h>

#include <optional>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/random.hpp"
#include "nn/parameters.hpp"
#include "nn/safetensors.hpp"
#include "walk/batch_feed.hpp"
#include "walk/steps.hpp"

namespace pgt::train {
namespace {

constexpr std::string_view prefix = "statistics/";

/// What a batch's own statistics are, of a forward that moved running ones from 0.
nn::Statistics of_batch(const nn::Statistics& moved, const std::map<std::string, double>& momenta) {
  nn::Statistics batch;
  for (const auto& [name, momentum] : momenta) batch.emplace(name, moved.at(name) / momentum);
  return batch;
}

/// Adds up a batch's own statistics, step by step.
class Gathering {
 public:
  Gathering(const Parts& parts, std::size_t steps)
      : parts_(parts), running_(parts.backbone), own_(running_.copy()), averages_(steps), reached_(steps) {
    parts.backbone.train(true);
  }
  ~Gathering() { running_.put(own_); }
  Gathering(const Gathering&) = delete;
  Gathering& operator=(const Gathering&) = delete;

  /// Whether the backbone has statistics that training moves; not known before the first step.
  bool has_none() const { return momenta_ && momenta_->empty(); }
  bool any_step() const { return momenta_.has_value(); }

  /// One step of the batch of this number, which is `place` of the plan's list.
  void add(walk::Steps& steps, walk::Step& step, std::int64_t place, std::uint64_t epoch, std::int64_t batch) {
    step.fragment.head_bins = 1;  // in training the whole map is pooled
    // Each forward takes what the step before left: where the first step is done more than once, nothing.
    const auto forward = [&] {
      if (step.index == 0) steps.carry().restore({});
      torch::manual_seed(
          mix({parts_.seed(), epoch, static_cast<std::uint64_t>(batch), static_cast<std::uint64_t>(step.index),
               static_cast<std::uint64_t>(Purpose::statistics)}));
      nn::scores(parts_.backbone, step.fragment, steps.carry(), parts_.precision());
    };
    if (!momenta_) measure(forward);
    if (momenta_->empty()) return;
    running_.put(zeros_);
    forward();
    averages_[static_cast<std::size_t>(place)].add(of_batch(running_.copy(), *momenta_));
    reached_[static_cast<std::size_t>(place)] = true;
  }

  StepStatistics averages() const {
    StepStatistics statistics;
    for (std::size_t i = 0; i < averages_.size(); ++i) {
      statistics.push_back(reached_[i] ? averages_[i].average() : statistics.at(i - 1));
    }
    return statistics;
  }

 private:
  void measure(const std::function<void()>& forward) {
    momenta_ = nn::momenta_of(running_, forward);
    nn::Statistics moving = own_;
    std::erase_if(moving, [&](const auto& statistic) { return !momenta_->contains(statistic.first); });
    zeros_ = nn::filled(moving, 0);
  }

  const Parts& parts_;
  nn::RunningStatistics running_;
  nn::Statistics own_;
  nn::Statistics zeros_;  ///< of those that training moves
  std::optional<std::map<std::string, double>> momenta_;
  std::vector<nn::AveragedStatistics> averages_;
  std::vector<bool> reached_;
};

}  // namespace

StepStatistics gather_statistics(const Parts& parts, std::int64_t batches, std::int64_t epoch,
                                 const std::function<bool()>& stop) {
  const at::NoGradGuard no_gradients;
  const sdk::BackboneInfo info = parts.backbone.info();
  const walk::PlanWalk plan = parts.planner().evaluation();
  walk::TrainingData clips = parts.training_data();
  clips.augment = nullptr;  // as evaluation sees them
  clips.lanes = 1;
  clips.share = {};  // every rank gathers the same of the same clips
  video::IndexCache videos;
  walk::EpochBatches open(
      clips, "statistics", [&](std::int64_t) { return plan; }, {.epoch = epoch}, videos);
  Gathering gathering(parts, plan.plan().steps.size());

  std::int64_t opened = 0;
  walk::BatchFeed feed(open.loader(), [&] { return opened++ < batches ? open.next() : nullptr; });
  for (std::int64_t number = 0; const std::unique_ptr<walk::ClipBatch> batch = feed.take(stop); ++number) {
    walk::DecodedClips supply(*batch, parts.data, parts.device, {&parts.dataset, sdk::Split::train, info.output});
    walk::Steps steps(*batch, info.sites, supply);
    while (steps.wait(stop)) {
      std::optional<walk::Step> step = steps.next();
      if (!step) break;
      gathering.add(steps, *step, plan.place(step->index), static_cast<std::uint64_t>(epoch), number);
      if (gathering.has_none()) return {};
    }
  }
  if (stop()) return {};
  if (!gathering.any_step()) {
    throw Error(ExitCode::data, "none of the training videos can be read to gather statistics from");
  }
  return gathering.averages();
}

std::map<std::string, at::Tensor> to_tensors(const StepStatistics& statistics) {
  std::map<std::string, at::Tensor> tensors;
  for (std::size_t step = 0; step < statistics.size(); ++step) {
    for (const auto& [name, value] : statistics[step]) {
      tensors.emplace(std::string(prefix).append(std::to_string(step)).append("/").append(name), value);
    }
  }
  return tensors;
}

StepStatistics statistics_in(const std::map<std::string, at::Tensor>& tensors) {
  StepStatistics statistics;
  for (std::size_t step = 0;; ++step) {
    const std::string of_step = std::string(prefix).append(std::to_string(step)).append("/");
    nn::Statistics found = nn::tensors_under(tensors, of_step);
    if (found.empty()) return statistics;
    statistics.push_back(std::move(found));
  }
}

StatisticsInUse::StatisticsInUse(sdk::Backbone& backbone, const StepStatistics& statistics)
    : backbone_(backbone), statistics_(statistics), running_(backbone) {
  if (!statistics_.empty()) own_ = running_.copy();
}

StatisticsInUse::~StatisticsInUse() { running_.put(own_); }

void StatisticsInUse::put(std::int64_t place) {
  if (statistics_.empty() || place == place_) return;
  place_ = place;
  running_.put(statistics_.at(static_cast<std::size_t>(place)));
  backbone_.train(false);  // see Backbone::train: what follows from statistics is computed again
}

}  // namespace pgt::train
