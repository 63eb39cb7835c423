#include "eval/evaluate.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "base/error.hpp"
#include "train/batch_walk.hpp"
#include "train/clip_batch.hpp"
#include "train/loss.hpp"
#include "train/network.hpp"

namespace pgt::eval {
namespace {

std::vector<std::vector<double>> rows_of(const at::Tensor& probabilities) {
  const at::Tensor values = probabilities.to(torch::kCPU, torch::kFloat64).contiguous();
  std::vector<std::vector<double>> rows;
  for (std::int64_t i = 0; i < values.size(0); ++i) {
    const double* row = values[i].data_ptr<double>();
    rows.emplace_back(row, row + values.size(1));
  }
  return rows;
}

/// The steps' probabilities of each row, made one as the plan's ensemble says.
class StepEnsemble {
 public:
  StepEnsemble(std::size_t rows, sdk::Ensemble ensemble) : rows_(rows), ensemble_(ensemble) {}

  void add(const std::vector<std::size_t>& rows, const std::vector<std::vector<double>>& probabilities) {
    for (std::size_t i = 0; i < rows.size(); ++i) combine(rows_[rows[i]], probabilities[i]);
  }
  const std::vector<double>& of(std::size_t row) const { return rows_[row]; }

 private:
  void combine(std::vector<double>& so_far, std::vector<double> step) const {
    if (so_far.empty() || ensemble_ == sdk::Ensemble::last) {
      so_far = std::move(step);
    } else {
      for (std::size_t k = 0; k < step.size(); ++k) {
        so_far[k] = ensemble_ == sdk::Ensemble::max ? std::max(so_far[k], step[k]) : so_far[k] + step[k];
      }
    }
  }

  std::vector<std::vector<double>> rows_;
  sdk::Ensemble ensemble_;
};

/// A video's clips, gathered.
struct Gathered {
  std::vector<double> probabilities;
  std::int64_t clips = 0;
  std::string failure;  ///< of any of its clips
  std::optional<Moments> moments{};
};

void gather(Gathered& video, std::vector<double> clip, config::Loss loss) {
  ++video.clips;
  if (loss == config::Loss::cross_entropy) {  // a distribution, whatever the ensemble over steps made of it
    const double sum = std::reduce(clip.begin(), clip.end());
    for (double& p : clip) p /= sum;
  }
  if (video.probabilities.empty()) {
    video.probabilities = std::move(clip);
    return;
  }
  for (std::size_t k = 0; k < clip.size(); ++k) {
    video.probabilities[k] = loss == config::Loss::cross_entropy ? video.probabilities[k] + clip[k]
                                                                 : std::max(video.probabilities[k], clip[k]);
  }
}

/// What the steps of a batch say of the moments of its videos.
void gather_moments(std::vector<Gathered>& videos, const train::ClipBatch& batch, const train::BatchWalk::Step& step,
                    const std::vector<std::vector<double>>& probabilities) {
  const sdk::Step plan = *batch.walk.step(step.index, batch.frames);
  for (std::size_t i = 0; i < step.rows.size(); ++i) {
    const std::size_t row = step.rows[i];
    const train::ClipChoice& clip = batch.clips[batch.rows[row]];
    std::optional<Moments>& moments = videos[clip.index].moments;
    if (!moments) {
      moments.emplace(clip.sample.start, std::min(clip.sample.end, batch.requests[row].index->duration()));
    }
    const std::vector<double> window = batch.window_seconds(row, plan);
    moments->add(window.front(), window.back(), probabilities[i]);
  }
}

using Listener = std::function<void(const train::BatchWalk::Step&, const std::vector<std::vector<double>>&)>;

/// Runs all steps of a batch of clips, telling `listener` each step's probabilities of its rows; failures go to
/// `failed` (place among the clips → reason). Nothing where `go_on`, which is asked before each step, says no.
std::optional<StepEnsemble> score_batch(const Scorer& scorer, train::ClipBatch& batch,
                                        const std::vector<sdk::Site>& sites, train::StatisticsInUse& statistics,
                                        const std::function<bool()>& go_on, const std::function<void()>& last_step,
                                        const Listener& listener, std::map<std::size_t, std::string>& failed) {
  StepEnsemble ensemble(batch.requests.size(), resolve_ensemble(batch.walk.plan().ensemble, sdk::Task::single_label));
  train::BatchWalk steps(batch, sites, scorer.data, scorer.device);
  while (go_on()) {
    const std::optional<train::BatchWalk::Step> step = steps.next();
    if (!step) {
      for (const video::FailedRow& row : steps.failed()) failed[batch.rows[row.row]] = row.reason;
      return ensemble;
    }
    if (step->last) last_step();
    statistics.put(batch.walk.place(step->index));
    const at::Tensor scores = scorer.backbone.forward(step->fragment, steps.carry());
    const std::vector<std::vector<double>> probabilities = rows_of(train::probabilities(scores, scorer.loss));
    ensemble.add(step->rows, probabilities);
    listener(*step, probabilities);
  }
  return std::nullopt;
}

double loss_of(const Scored& video, config::Loss loss) {
  constexpr double least = 1e-12;
  if (loss == config::Loss::cross_entropy) {
    return -std::log(std::max(least, video.probabilities[static_cast<std::size_t>(video.classes.front())]));
  }
  double sum = 0;
  for (std::size_t k = 0; k < video.probabilities.size(); ++k) {
    const bool present = std::binary_search(video.classes.begin(), video.classes.end(), static_cast<std::int64_t>(k));
    const double p = std::clamp(video.probabilities[k], least, 1 - least);
    sum -= std::log(present ? p : 1 - p);
  }
  return sum / static_cast<double>(video.probabilities.size());
}

}  // namespace

sdk::Ensemble resolve_ensemble(sdk::Ensemble ensemble, sdk::Task task) {
  if (ensemble != sdk::Ensemble::automatic) return ensemble;
  return task == sdk::Task::boxes ? sdk::Ensemble::last : sdk::Ensemble::sum;
}

Result score_videos(const Scorer& scorer, const std::vector<sdk::Sample>& videos, const std::string& phase,
                    const std::function<bool(std::int64_t, std::int64_t)>& progress) {
  const at::NoGradGuard no_gradient;
  scorer.backbone.train(false);
  const sdk::BackboneInfo info = scorer.backbone.info();
  sdk::PlanRequest plan_request;
  plan_request.phase = sdk::Phase::evaluate;
  plan_request.pathways = info.pathways;
  const train::PlanWalk walk(scorer.schedule.plan(plan_request), info.pathways);

  if (!scorer.statistics.empty() && scorer.statistics.size() != walk.plan().steps.size()) {
    throw Error(ExitCode::config, "the precise statistics are of " + std::to_string(scorer.statistics.size()) +
                                      " steps, but [schedule] evaluates in " +
                                      std::to_string(walk.plan().steps.size()) +
                                      ": evaluate as the run did, or with train.precise_statistics = 0");
  }
  train::StatisticsInUse statistics(scorer.backbone, scorer.statistics);

  const std::int64_t crops = scorer.options.crops_of_view();
  const std::int64_t per_video = scorer.options.views * crops;
  const auto clips = static_cast<std::int64_t>(videos.size()) * per_video;
  const std::int64_t batches = (clips + scorer.options.batch_size - 1) / scorer.options.batch_size;
  const auto clip_at = [&](std::int64_t i) {
    train::ClipChoice clip;
    clip.index = static_cast<std::size_t>(i / per_video);
    clip.sample = videos[clip.index];
    clip.draw = false;
    clip.view = i % per_video / crops;
    clip.views = scorer.options.views;
    clip.crop = i % crops;
    clip.crops = scorer.options.crops;
    return clip;
  };
  video::IndexCache indexes;
  train::BatchFeed feed(
      [&](std::int64_t batch) {
        std::vector<train::ClipChoice> rows;
        const std::int64_t end = std::min(clips, (batch + 1) * scorer.options.batch_size);
        for (std::int64_t i = batch * scorer.options.batch_size; i < end; ++i) rows.push_back(clip_at(i));
        return train::open_batch(walk, std::move(rows), indexes, scorer.data, phase);
      },
      0, batches);

  std::vector<Gathered> gathered(videos.size());
  std::int64_t done = 0;
  const auto go_on = [&] { return !progress || progress(done, clips); };
  while (const std::unique_ptr<train::ClipBatch> batch = feed.take()) {
    std::map<std::size_t, std::string> failed;
    for (std::size_t i = 0; i < batch->unreadable.size(); ++i) {
      failed[batch->unreadable_clips[i]] = batch->unreadable[i].reason;
    }
    const Listener listener = [&](const train::BatchWalk::Step& step, const auto& probabilities) {
      if (scorer.loss == config::Loss::binary_cross_entropy) gather_moments(gathered, *batch, step, probabilities);
    };
    const std::optional<StepEnsemble> ensemble = score_batch(
        scorer, *batch, info.sites, statistics, go_on, [&] { feed.prepare(); }, listener, failed);
    if (!ensemble) break;
    for (const auto& [clip, reason] : failed) gathered[batch->clips[clip].index].failure = reason;
    for (std::size_t row = 0; row < batch->rows.size(); ++row) {
      if (failed.contains(batch->rows[row])) continue;
      gather(gathered[batch->clips[batch->rows[row]].index], ensemble->of(row), scorer.loss);
    }
    done += static_cast<std::int64_t>(batch->clips.size());
    if (!go_on()) break;
  }

  Result result;
  for (std::size_t i = 0; i < videos.size(); ++i) {
    Gathered& video = gathered[i];
    if (!video.failure.empty()) {
      result.missing.push_back({videos[i].id, videos[i].path.string(), video.failure, phase});
    } else if (video.clips == per_video) {
      if (scorer.loss == config::Loss::cross_entropy) {
        for (double& p : video.probabilities) p /= static_cast<double>(video.clips);
      }
      result.scored.push_back({i, std::move(video.probabilities), {}, 0, video.clips});
      if (video.moments) result.scored.back().moments = video.moments->moments();
    }
  }
  return result;
}

Result evaluate(const Scorer& scorer, const sdk::Dataset& dataset, sdk::Split split, const std::string& phase,
                const std::function<bool(std::int64_t, std::int64_t)>& progress) {
  std::vector<sdk::Sample> videos;
  for (std::size_t i = 0; i < dataset.size(split); ++i) videos.push_back(dataset.sample(split, i));
  Result result = score_videos(scorer, videos, phase, progress);
  bool differ = false;  // labels from second to second
  for (Scored& video : result.scored) {
    const sdk::Sample& sample = videos[video.index];
    const double whole[] = {sample.start, sample.end};
    video.classes = dataset.target(split, video.index, whole).classes;
    video.loss = loss_of(video, scorer.loss);
    for (Moment& moment : video.moments) {
      moment.classes = dataset.target(split, video.index, {&moment.second, 1}).classes;
      differ = differ || moment.classes != video.classes;
    }
  }
  if (!differ) {
    for (Scored& video : result.scored) video.moments.clear();
  }
  return result;
}

}  // namespace pgt::eval
