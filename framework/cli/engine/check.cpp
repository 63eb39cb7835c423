// `pgt-host check`: everything but the training.

#include <torch/torch.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <set>
#include <string>

#include "base/error.hpp"
#include "base/number.hpp"
#include "base/text.hpp"
#include "cli/engine/verbs.hpp"
#include "nn/carry.hpp"
#include "nn/parameters.hpp"
#include "run/memory.hpp"
#include "session/initial_weights.hpp"
#include "session/session.hpp"
#include "train/clip_trainer.hpp"
#include "video/clip_sampling.hpp"
#include "walk/hidden_state.hpp"
#include "walk/steps.hpp"

namespace pgt::cli {
namespace {

constexpr std::size_t probed_files = 50;  // per split: enough to find what is wrong with a folder, quick in any
constexpr std::int64_t probed_steps = 3;  // the first, and continuing ones: memory does not grow after them

/// Videos that cannot be read, each told once.
class BadVideos {
 public:
  void add(const std::string& id, const std::string& text) {
    if (ids_.insert(id).second) std::printf("  bad    %s\n", printable_name(text).c_str());
  }
  bool empty() const { return ids_.empty(); }

 private:
  std::set<std::string> ids_;
};

/// Throws VideoError where the sample does not lie in its video.
void check_stretch(const sdk::Sample& sample, const video::VideoIndex& index, const config::DataOptions& data) {
  video::ClipPlace place;
  place.start = sample.start;
  place.end = sample.end;
  place.frames = 1;
  if (sample.anchor) place.anchor = {*sample.anchor, 0};
  video::sample_clip(index, place, data);
}

/// Opens files spread over the split.
void check_files(const sdk::Dataset& dataset, sdk::Split split, const char* name, const config::DataOptions& data,
                 video::IndexCache& indexes, BadVideos& all_bad) {
  const std::size_t videos = dataset.size(split);
  const std::size_t probed = std::min(videos, probed_files);
  std::size_t bad = 0;
  double seconds = 0;
  for (std::size_t i = 0; i < probed; ++i) {
    const sdk::Sample sample = dataset.sample(split, i * videos / probed);
    try {
      const std::shared_ptr<const video::VideoIndex> index =
          indexes.get(sample.path, sample.fps, {}, {data.max_pixels, data.max_frames});
      check_stretch(sample, *index, data);
      seconds += index->duration();
    } catch (const video::VideoError& error) {
      ++bad;
      all_bad.add(sample.id, error.what());
    }
  }
  std::printf("%-7s%zu videos; %zu opened, %zu bad", name, videos, probed, bad);
  if (probed > bad) std::printf(", %.1f s each on average", seconds / static_cast<double>(probed - bad));
  std::printf("\n");
  if (bad > 0 && bad == videos) {
    throw Error(ExitCode::data,
                std::string("none of the ") + name + " videos can be used; the reasons are named above");
  }
}

/// The first steps of the first batch, as training takes them.
struct FirstSteps {
  std::unique_ptr<walk::ClipBatch> batch;
  sdk::Plan plan;                       ///< of these steps alone
  std::vector<walk::Portion> portions;  ///< all of the same rows
};

FirstSteps read_steps(const session::Session& session, video::IndexCache& indexes, BadVideos& bad) {
  const train::Parts parts = session.parts();
  const walk::Planner planner = parts.planner();
  walk::EpochBatches batches(
      parts.training_data(), "check", [&](std::int64_t i) { return planner.training(0, i); }, {}, indexes);
  FirstSteps read;
  read.batch = batches.next();
  for (const auto& [clip, file] : read.batch->unreadable) bad.add(file.id, file.path + ": " + file.reason);
  const sdk::BackboneInfo info = session.backbone->info();
  walk::DecodedClips supply(*read.batch, parts.data, parts.device, {&parts.dataset, sdk::Split::train, info.boxes});
  walk::Steps steps(*read.batch, info.sites, supply);
  const train::Mix mix = parts.mix(*read.batch, 0, 0);
  read.plan = read.batch->walk.plan();
  read.plan.steps.clear();
  for (std::int64_t i = 0; i < probed_steps; ++i) {
    std::optional<walk::Step> step = steps.next();
    for (const video::FailedRow& failed : steps.take_failed()) {
      const sdk::Sample& sample = read.batch->clip_of(failed.row).sample;
      bad.add(sample.id, sample.path.string() + ": " + failed.reason);
    }
    if (!step || (i > 0 && step->rows != read.portions.front().rows)) break;
    mix.blend(step->fragment, step->rows);
    read.plan.steps.push_back(step->plan);
    read.portions.push_back({std::move(step->rows), std::move(step->fragment), std::move(step->targets)});
  }
  if (read.portions.empty()) {
    throw Error(ExitCode::data, "none of the first " + std::to_string(read.batch->clips.size()) +
                                    " training videos can be used; the reasons are named above");
  }
  read.plan.repeat_from.reset();
  read.plan.clip.frames = 0;
  return read;
}

/// Of row `row` alone, as a batch of its own.
sdk::Fragment row_of(sdk::Fragment fragment, std::int64_t row) {
  for (at::Tensor& frames : fragment.frames) frames = frames.narrow(0, row, 1);
  at::Tensor& boxes = fragment.boxes;
  if (boxes.defined()) {
    boxes = boxes.index({boxes.select(1, 0).eq(row)}).clone();
    boxes.select(1, 0).zero_();
  }
  return fragment;
}

void check_interleaving(const session::Session& session, const walk::PlanWalk& plan, const FirstSteps& read) {
  if (read.portions.front().rows.size() < 2) return;
  walk::TwoVideos videos;
  for (const walk::Portion& portion : read.portions) {
    for (std::size_t video = 0; video < videos.size(); ++video) {
      videos[video].push_back(row_of(portion.fragment, static_cast<std::int64_t>(video)));
    }
  }
  walk::check_no_hidden_state(*session.backbone, session.backbone_plugin, plan, videos);
  std::printf("state  two videos interleaved give the scores of one after the other\n");
}

/// Changes nothing: a check leaves the weights as they are.
class NoUpdate final : public train::UpdateRule {
 public:
  void update(double) override {}
  void save(train::Checkpoint&) const override {}
  void load(const train::Checkpoint&) override {}
};

/// The steps that were read, learned from as training does, but for the update.
void check_training(const session::Session& session, const walk::PlanWalk& plan, const FirstSteps& read) {
  const train::Parts parts = session.parts();
  parts.backbone.train(true);
  walk::GivenFragments supply(read.portions);
  walk::Steps steps(plan, 0, parts.backbone.info().sites, supply);
  train::Learner learner(nn::parameters(parts.backbone), std::make_unique<NoUpdate>(), 0);
  train::Progress progress;
  progress.clip.videos.assign(read.batch->requests.size(), 0);
  const train::Lesson lesson = parts.lesson();
  train::ClipTrainer trainer(lesson, learner, plan.plan(), steps, parts.mix(*read.batch, 0, 0), 0, progress, {});
  std::int64_t carried = 0;  // at most: a clip's last step leaves nothing
  while (trainer.step()) carried = std::max(carried, steps.carry().bytes());
  std::printf("step   forward and backward of %zu steps; the carry holds %s\n", read.portions.size(),
              bytes_text(carried).c_str());
}

}  // namespace

int run_check(const Command&, const config::RunConfig& config, plugin::Registry& registry) {
  session::Session session = session::open_session(config, registry);
  session::check_trainable(session);
  const std::int64_t trained = nn::trained_values(*session.backbone);
  std::printf("model  %s: %lld parameters, %zu sites, on %s\n", config.model.use.c_str(),
              static_cast<long long>(trained), session.backbone->info().sites.size(), session.device.str().c_str());
  if (const std::string weights = session::load_initial_weights(session); !weights.empty()) {
    std::printf("       %s\n", indented(printable(weights)).c_str());
  }
  std::printf("data   %zu classes\n", session.classes.size());
  for (const std::string& warning : session.dataset->info().warnings) {
    std::printf("  note   %s\n", indented(printable(warning)).c_str());
  }
  if (!session.mirroring.empty()) std::printf("  note   %s\n", indented(printable(session.mirroring)).c_str());
  BadVideos bad;
  video::IndexCache indexes;  // and those that the run will want
  check_files(*session.dataset, sdk::Split::train, "train", config.data, indexes, bad);
  check_files(*session.dataset, sdk::Split::val, "val", config.data, indexes, bad);

  const FirstSteps read = read_steps(session, indexes, bad);
  const walk::PlanWalk plan(read.plan, session.backbone->info().pathways);
  check_interleaving(session, plan, read);
  check_training(session, plan, read);
  // Gradients are there by now; the momentum comes with the first update.
  const std::int64_t momentum = config.train.momentum > 0 ? 4 * trained : 0;
  std::printf("memory about %s in training, whatever the videos' length\n",
              bytes_text(run::peak_resident_bytes() + momentum).c_str());
  std::printf(bad.empty() ? "ready: pgt-host %s\n" : "ready, but for the bad files above: pgt-host %s\n",
              config.file.string().c_str());
  return static_cast<int>(ExitCode::ok);
}

}  // namespace pgt::cli
