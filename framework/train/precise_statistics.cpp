#include "train/precise_statistics.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "base/random.hpp"
#include "walk/batch_feed.hpp"
#include "walk/batch_walk.hpp"
#include "walk/targets.hpp"

namespace pgt::train {
namespace {

constexpr std::string_view prefix = "statistics/";

/// What a batch's own statistics are, of a forward that moved running ones from 0.
nn::Statistics of_batch(const nn::Statistics& moved, const std::map<std::string, double>& momenta) {
  nn::Statistics batch;
  for (const auto& [name, momentum] : momenta) batch.emplace(name, moved.at(name) / momentum);
  return batch;
}

/// The first `batches` batches of an epoch of training clips, for evaluation's steps.
class Clips {
 public:
  Clips(const Parts& parts, walk::PlanWalk walk, std::int64_t batches, std::int64_t epoch)
      : parts_(parts),
        walk_(std::move(walk)),
        epoch_(epoch),
        order_(permutation(seed(), static_cast<std::uint64_t>(epoch), parts.dataset.size(sdk::Split::train))),
        batches_(std::min(batches, (std::ssize(order_) + size() - 1) / size())) {}

  std::int64_t batches() const { return batches_; }
  const std::shared_ptr<video::Loader>& loader() const { return loader_; }
  std::unique_ptr<walk::ClipBatch> open(std::int64_t batch) const {
    std::vector<walk::ClipChoice> clips;
    for (std::int64_t i = batch * size(); i < std::min((batch + 1) * size(), std::ssize(order_)); ++i) {
      walk::ClipChoice clip;
      clip.index = order_[static_cast<std::size_t>(i)];
      clip.sample = parts_.dataset.sample(sdk::Split::train, clip.index);
      clip.may_mirror = parts_.dataset.info().mirrored_is_the_same;
      clip.seed = seed();
      clip.epoch = epoch_;
      clips.push_back(std::move(clip));
    }
    return walk::open_batch(walk_, std::move(clips), videos_, loader_, parts_.data, "statistics");
  }

 private:
  std::uint64_t seed() const { return static_cast<std::uint64_t>(parts_.options.seed); }
  std::int64_t size() const { return parts_.options.batch_size; }

  const Parts& parts_;
  walk::PlanWalk walk_;
  std::int64_t epoch_;
  std::vector<std::size_t> order_;
  std::int64_t batches_;
  std::shared_ptr<video::Loader> loader_ = walk::make_loader(parts_.data, 1);
  mutable video::IndexCache videos_;
};

}  // namespace

StepStatistics gather_statistics(const Parts& parts, std::int64_t batches, std::int64_t epoch,
                                 const std::function<bool()>& stop) {
  const at::NoGradGuard no_gradients;
  sdk::Backbone& backbone = parts.backbone;
  const sdk::BackboneInfo info = backbone.info();
  sdk::PlanRequest request;
  request.phase = sdk::Phase::evaluate;
  request.pathways = info.pathways;
  const walk::PlanWalk walk(parts.schedule.plan(request), info.pathways);
  const Clips clips(parts, walk, batches, epoch);

  backbone.train(true);
  nn::RunningStatistics running(backbone);
  const nn::Statistics own = running.copy();
  std::optional<std::map<std::string, double>> momenta;
  std::vector<nn::AveragedStatistics> averages(walk.plan().steps.size());
  std::vector<bool> reached(averages.size());

  walk::BatchFeed feed(
      clips.loader(), [&](std::int64_t batch) { return clips.open(batch); }, 0, clips.batches());
  for (std::int64_t number = 0; const std::unique_ptr<walk::ClipBatch> batch = feed.take(stop); ++number) {
    walk::BatchWalk steps(*batch, info.sites, parts.data, parts.device);
    while (batch->stream->wait(stop)) {
      std::optional<walk::BatchWalk::Step> step = steps.next();
      if (!step) break;
      step->fragment.head_bins = 1;  // in training the whole map is pooled
      walk::complete(step->fragment, info, *batch, step->rows, *walk.step(step->index, batch->frames), parts.dataset,
                     sdk::Split::train);
      const auto forward = [&](sdk::Carry& carry) {
        torch::manual_seed(mix({static_cast<std::uint64_t>(parts.options.seed), static_cast<std::uint64_t>(epoch),
                                static_cast<std::uint64_t>(number), static_cast<std::uint64_t>(step->index),
                                static_cast<std::uint64_t>(Purpose::statistics)}));
        backbone.forward(step->fragment, carry);
      };
      if (!momenta) {  // the very first step: what it would carry is of no use
        momenta = nn::momenta_of(running, [&] {
          nn::SlotCarry nothing(info.sites, walk.plan().carry);
          nothing.begin_step(true, *walk.step(0, batch->frames), nullptr);
          forward(nothing);
        });
        if (momenta->empty()) {
          running.put(own);
          return {};
        }
      }
      running.fill(0);
      forward(steps.carry());
      const auto place = static_cast<std::size_t>(walk.place(step->index));
      averages[place].add(of_batch(running.copy(), *momenta));
      reached[place] = true;
    }
  }
  running.put(own);
  if (stop()) return {};
  if (!momenta) throw Error(ExitCode::data, "none of the training videos can be read, to gather statistics from");
  StepStatistics statistics;
  for (std::size_t i = 0; i < averages.size(); ++i) {
    statistics.push_back(reached[i] ? averages[i].average() : statistics.at(i - 1));
  }
  return statistics;
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
  if (statistics_.empty()) return;
  running_.put(statistics_.at(static_cast<std::size_t>(place)));
  backbone_.train(false);  // see Backbone::train: what follows from statistics is worked out anew
}

}  // namespace pgt::train
