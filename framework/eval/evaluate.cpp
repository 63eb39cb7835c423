#include "eval/evaluate.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "config/setting_error.hpp"
#include "eval/box_scores.hpp"
#include "eval/moment_scores.hpp"
#include "eval/shared_scoring.hpp"
#include "eval/step_ensemble.hpp"
#include "eval/video_scores.hpp"
#include "nn/full_memory.hpp"
#include "nn/pinned_memory.hpp"
#include "plugin/guard.hpp"
#include "train/two_pass.hpp"
#include "walk/batch_feed.hpp"
#include "walk/clip_batch.hpp"
#include "walk/steps.hpp"

namespace pgt::eval {
namespace {

using Go = std::function<bool(std::int64_t done, std::int64_t all)>;

/// What became of each sample.
struct Walked {
  struct Sample {
    std::int64_t clips = 0;  ///< that were scored
    std::string failure;     ///< of any of its clips
  };
  std::vector<Sample> samples;
  std::int64_t clips = 0;  ///< of each sample that is whole
};

/// Which clips of the samples there are.
class Clips {
 public:
  Clips(const Scorer& scorer, const std::vector<sdk::Sample>& samples, const walk::Maker& maker)
      : options_(scorer.options), samples_(samples), maker_(maker) {
    for (const sdk::Sample& sample : samples) check_views(options_, sample);
  }

  std::int64_t of_sample() const { return options_.views * options_.crops_of_view(); }
  std::int64_t size() const { return std::ssize(samples_) * of_sample(); }
  std::vector<std::int64_t> batches_of(const dist::Group& group) const {
    return own_batches(group, size(), of_sample(), options_.clips_at_a_time());
  }
  std::vector<walk::ClipChoice> batch(std::int64_t index) const {
    std::vector<walk::ClipChoice> clips;
    const std::int64_t end = std::min(size(), (index + 1) * options_.clips_at_a_time());
    for (std::int64_t i = index * options_.clips_at_a_time(); i < end; ++i) clips.push_back(at(i));
    return clips;
  }

 private:
  walk::ClipChoice at(std::int64_t i) const {
    const std::int64_t crops = options_.crops_of_view();
    walk::ClipChoice clip;
    clip.index = static_cast<std::size_t>(i / of_sample());
    clip.sample = samples_[clip.index];
    clip.maker = maker_;
    clip.draw = false;
    clip.view = i % of_sample() / crops;
    clip.views = options_.views;
    clip.crop = i % crops;
    clip.crops = options_.crops;
    return clip;
  }

  const config::EvalOptions& options_;
  const std::vector<sdk::Sample>& samples_;
  walk::Maker maker_;
};

/// The scores of a clip in two passes: moments as if its steps had been scored one by one.
void take(const train::TwoPass::Whole& whole, ClipScores& scores) {
  if (whole.parts.empty()) return scores.take(whole.step, whole.scores);
  std::int64_t done = 0;
  for (const auto& [step, moments] : whole.parts) {
    scores.take(step, whole.scores.narrow(1, done, moments));
    done += moments;
  }
}

/// For an error: "model \"slow\", evaluation, step 2 of the clips of a.mp4 and 7 more".
std::string place_of(const Scorer& scorer, const walk::ClipBatch& batch, const walk::Step& step) {
  const std::size_t others = step.rows.size() - 1;
  return "model \"" + scorer.model_name + "\", evaluation, step " + std::to_string(step.index + 1) + " of " +
         batch.clip_of(step.rows.front()).sample.path.string() +
         (others > 0 ? " and " + std::to_string(others) + " more" : "");
}

/// Runs all steps of a batch of clips. False where `stop`, which is asked before each step and while it waits for
/// frames, says so.
bool score_batch(const Scorer& scorer, walk::ClipBatch& batch, const walk::Labels& labels,
                 train::StatisticsInUse& statistics, const std::function<bool()>& stop, ClipScores& scores,
                 Walked& walked) {
  for (const auto& [clip, file] : batch.unreadable) walked.samples[batch.clips[clip].index].failure = file.reason;
  scores.begin(batch);
  walk::DecodedClips supply(batch, scorer.data, scorer.device, labels);
  walk::Steps steps(batch, scorer.backbone.info().sites, supply);
  const sdk::Plan& plan = batch.walk.plan();
  std::optional<train::TwoPass> two_pass;  // of which evaluation needs the first
  if (plan.passes == sdk::Passes::two) two_pass.emplace(scorer.backbone, plan.carry, scorer.precision);
  while (steps.wait(stop)) {
    if (const std::optional<walk::Step> step = steps.next()) {
      statistics.put(batch.walk.place(step->index));
      plugin::placed([&] { return place_of(scorer, batch, *step); },
                     [&] {
                       if (two_pass) return two_pass->take(*step, steps.carry());
                       scores.take(*step, nn::scores(scorer.backbone, step->fragment, steps.carry(), scorer.precision));
                     });
      continue;
    }
    std::set<std::size_t> failed;
    for (const video::FailedRow& row : steps.take_failed()) {
      failed.insert(row.row);
      walked.samples[batch.clip_of(row.row).index].failure = row.reason;
    }
    if (two_pass) {
      for (const train::TwoPass::Whole& whole : two_pass->end_first(failed)) take(whole, scores);
    }
    std::vector<std::size_t> good;
    for (std::size_t row = 0; row < batch.rows.size(); ++row) {
      if (failed.contains(row)) continue;
      good.push_back(row);
      ++walked.samples[batch.clip_of(row).index].clips;
    }
    scores.end(good);
    return true;
  }
  return false;
}

/// Memory that runs out here has nothing to do with [train], whose keys FullMemory advises to change.
template <class Call>
auto saying_what_is_scored(const config::EvalOptions& options, const Call& score) {
  try {
    return nn::naming_full_memory(score);
  } catch (const nn::FullMemory&) {
    const std::string clips = std::to_string(options.clips_at_a_time());
    throw Error(ExitCode::device, options.clips_at_a_time() > 1
                                      ? "there is not enough memory to score " + clips +
                                            " clips at a time: lower eval.batch_size (--set eval.batch_size=1)"
                                      : "there is not enough memory to score a single clip: use a smaller data.size, a "
                                        "schedule with shorter steps, or another train.device");
  }
}

/// Walks all clips of all samples, or until `progress` says no.
Walked walk_clips(const Scorer& scorer, const std::vector<sdk::Sample>& samples, const walk::Maker& maker,
                  const walk::Labels& labels, const std::string& phase, const Go& progress, ClipScores& scores) {
  const at::NoGradGuard no_gradient;
  scorer.backbone.train(false);
  const walk::PlanWalk& walk = scorer.plan;
  if (!scorer.statistics.empty() && scorer.statistics.size() != walk.plan().steps.size()) {
    throw config::SettingError("schedule", "the precise statistics are of " + std::to_string(scorer.statistics.size()) +
                                               " steps, but [schedule] evaluates in " +
                                               std::to_string(walk.plan().steps.size()) +
                                               ": evaluate as the run did, or with train.precise_statistics = 0");
  }
  train::StatisticsInUse statistics(scorer.backbone, scorer.statistics);

  const Clips clips(scorer, samples, maker);
  video::IndexCache indexes;
  const auto loader = walk::make_loader(scorer.data, scorer.options.views, nn::memory_to_send_from(scorer.device));
  const std::vector<std::int64_t> batches = clips.batches_of(scorer.ranks);
  std::size_t opened = 0;
  walk::BatchFeed feed(loader, [&]() -> std::unique_ptr<walk::ClipBatch> {
    if (opened == batches.size()) return nullptr;
    return walk::open_batch(walk, clips.batch(batches[opened++]), indexes, loader, scorer.data, phase);
  });
  Walked walked{std::vector<Walked::Sample>(samples.size()), clips.of_sample()};
  std::int64_t done = 0;  // by all ranks, if others are as fast
  const auto stop = [&] { return progress && !progress(std::min(done, clips.size()), clips.size()); };
  // Batch by batch the ranks wait for each other: none is taken for dead because others have more to do, and all stop
  // together.
  for (bool going = true; going;) {
    const std::unique_ptr<walk::ClipBatch> batch = feed.take(stop);
    const bool whole = batch && saying_what_is_scored(scorer.options, [&] {
                         return score_batch(scorer, *batch, labels, statistics, stop, scores, walked);
                       });
    if (whole) done += std::ssize(batch->clips) * scorer.ranks.size();
    double told[] = {whole ? 1.0 : 0.0, stop() ? 1.0 : 0.0};  // ranks that may have more, and that stop
    scorer.ranks.sum(told);
    going = told[0] > 0 && told[1] == 0;
  }
  return walked;
}

/// The samples all of whose clips were scored, without their scores, and those that could not be.
Result result_of(const Walked& walked, const std::vector<sdk::Sample>& samples, const std::string& phase) {
  Result result;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const auto& [clips, failure] = walked.samples[i];
    if (!failure.empty()) {
      result.missing.push_back({samples[i].id, samples[i].path.string(), failure, phase});
      result.missing_videos.push_back(i);
    } else if (clips == walked.clips) {
      Scored& video = result.scored.emplace_back();
      video.index = i;
      video.clips = clips;
    }
  }
  return result;
}

}  // namespace

void check_views(const config::EvalOptions& options, const sdk::Sample& sample) {
  if (options.views == 1 || !sample.anchor) return;
  throw config::SettingError("eval.views", "eval.views = " + std::to_string(options.views) +
                                               ", but the dataset's samples have a key frame, around which there is "
                                               "one clip: set views = 1");
}

Result walk_videos(const Scorer& scorer, const std::vector<sdk::Sample>& videos, const std::string& phase,
                   const std::function<bool(std::int64_t, std::int64_t)>& progress, ClipScores& taken,
                   const walk::Maker& maker) {
  return result_of(walk_clips(scorer, videos, maker, {}, phase, progress, taken), videos, phase);
}

namespace {

bool scores_moments(const Scorer& scorer) { return scorer.backbone.info().output == sdk::Output::moments; }

/// The tracks of the videos' moments. `rate`: moments a second; 0: one for each sampled frame.
Result score_moments(const Scorer& scorer, const std::vector<sdk::Sample>& videos, double rate,
                     const std::string& phase, const Go& progress, const walk::Maker& maker) {
  MomentScores scores(videos.size(), scorer.loss, rate);
  Result result = walk_videos(scorer, videos, phase, progress, scores, maker);
  for (const Scored& video : result.scored) result.tracks.push_back(scores.take_track(video.index));
  return result;
}

/// What the dataset says about the moments of the scored videos.
void add_truth(const sdk::Dataset& dataset, sdk::Split split, Result& result) {
  const auto* segmented = sdk::extension_of<sdk::SegmentedDataset>(dataset);
  for (std::size_t i = 0; i < result.tracks.size(); ++i) {
    MomentTrack& track = result.tracks[i];
    const std::size_t video = result.scored[i].index;
    for (std::size_t moment = 0; moment < track.size(); ++moment) {
      const double second = track.middle(moment);
      sdk::Target target = dataset.target(split, video, {&second, 1});
      track.truth.push_back({std::move(target.classes), target.labelled});
    }
    if (segmented != nullptr) track.segments = segmented->segments(split, video);
  }
}

}  // namespace

Result score_videos(const Scorer& scorer, const std::vector<sdk::Sample>& videos, const std::string& phase,
                    const std::function<bool(std::int64_t, std::int64_t)>& progress, const walk::Maker& maker) {
  if (scores_moments(scorer)) return score_moments(scorer, videos, 0, phase, progress, maker);
  const sdk::Ensemble ensemble = resolve_ensemble(scorer.plan.plan().ensemble, sdk::Task::single_label);
  VideoScores scores(videos.size(), ensemble, scorer.loss);
  Result result = walk_videos(scorer, videos, phase, progress, scores, maker);
  for (Scored& video : result.scored) {
    video.probabilities = scores.probabilities(video.index);
    video.localised = scores.localised(video.index);
    const Seen seen = scores.seen(video.index);
    video.first_second = seen.first;
    video.last_second = seen.last;
  }
  return result;
}

Result evaluate(const Scorer& scorer, const sdk::Dataset& dataset, sdk::Split split, const std::string& phase,
                const std::function<bool(std::int64_t, std::int64_t)>& progress) {
  std::vector<sdk::Sample> samples;
  for (std::size_t i = 0; i < dataset.size(split); ++i) samples.push_back(dataset.sample(split, i));
  const walk::Maker maker = walk::maker_of(dataset, split);
  if (dataset.info().task == sdk::Task::boxes) {
    BoxScores scores(samples.size(), resolve_ensemble(scorer.plan.plan().ensemble, sdk::Task::boxes), scorer.loss);
    const walk::Labels labels{&dataset, split, sdk::Output::boxes};
    Result result = result_of(walk_clips(scorer, samples, maker, labels, phase, progress, scores), samples, phase);
    gather(scorer.ranks, result);
    scores.gather(scorer.ranks);
    std::vector<std::size_t> scored;
    for (const Scored& sample : result.scored) scored.push_back(sample.index);
    result.key_frames = scores.key_frames(scored);
    return result;
  }
  if (scores_moments(scorer)) {
    Result result = score_moments(scorer, samples, dataset.info().moments_per_second, phase, progress, maker);
    add_truth(dataset, split, result);
    gather(scorer.ranks, result);
    return result;
  }
  Result result = score_videos(scorer, samples, phase, progress, maker);
  double differ[] = {0};  // labels from second to second
  for (Scored& video : result.scored) {
    const sdk::Sample& sample = samples[video.index];
    const double whole[] = {sample.start, sample.end};
    video.classes = dataset.target(split, video.index, whole).classes;
    video.loss = loss_of(video.probabilities, video.classes, scorer.loss);
    for (LocalisedSecond& second : video.localised) {
      second.classes = dataset.target(split, video.index, {&second.second, 1}).classes;
      if (second.classes != video.classes) differ[0] = 1;
    }
  }
  scorer.ranks.sum(differ);
  if (differ[0] == 0) {
    for (Scored& video : result.scored) video.localised.clear();
  }
  gather(scorer.ranks, result);
  return result;
}

}  // namespace pgt::eval
