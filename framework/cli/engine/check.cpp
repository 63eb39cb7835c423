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
#include "train/loss.hpp"
#include "walk/clip_batch.hpp"
#include "walk/fragment.hpp"
#include "walk/hidden_state.hpp"
#include "walk/targets.hpp"

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

/// Opens files spread over the split.
void check_files(const sdk::Dataset& dataset, sdk::Split split, const char* name, video::IndexCache& indexes,
                 BadVideos& all_bad) {
  const std::size_t videos = dataset.size(split);
  const std::size_t probed = std::min(videos, probed_files);
  std::size_t bad = 0;
  double seconds = 0;
  for (std::size_t i = 0; i < probed; ++i) {
    const sdk::Sample sample = dataset.sample(split, i * videos / probed);
    try {
      seconds += indexes.get(sample.path, sample.fps)->duration();
    } catch (const video::VideoError& error) {
      ++bad;
      all_bad.add(sample.id, error.what());
    }
  }
  std::printf("%-7s%zu videos; %zu opened, %zu bad", name, videos, probed, bad);
  if (probed > bad) std::printf(", %.1f s each on average", seconds / static_cast<double>(probed - bad));
  std::printf("\n");
}

std::vector<walk::ClipChoice> first_clips(const session::Session& session, std::size_t count) {
  std::vector<walk::ClipChoice> clips;
  for (std::size_t i = 0; i < std::min(count, session.dataset->size(sdk::Split::train)); ++i) {
    walk::ClipChoice clip;
    clip.sample = session.dataset->sample(sdk::Split::train, i);
    clip.index = i;
    clips.push_back(std::move(clip));
  }
  return clips;
}

/// Steps of the plan as a real run takes them, with their frames.
struct Steps {
  std::unique_ptr<walk::ClipBatch> batch;
  std::vector<std::size_t> rows;  ///< of the batch, that all the steps have
  std::vector<sdk::Step> steps;
  std::vector<sdk::Fragment> fragments;
  std::vector<std::vector<sdk::Target>> targets;  ///< of each step's scores
};

Steps read_steps(const session::Session& session, std::size_t rows, video::IndexCache& indexes, BadVideos& bad) {
  sdk::PlanRequest request;
  request.pathways = session.backbone->info().pathways;
  request.seed = static_cast<std::uint64_t>(session.config.train.seed);
  Steps read;
  read.batch =
      walk::open_batch(walk::PlanWalk(session.schedule->plan(request), request.pathways), first_clips(session, rows),
                       indexes, walk::make_loader(session.config.data, 1), session.config.data, "check");
  const walk::ClipBatch& batch = *read.batch;
  for (const run::BadFile& file : batch.unreadable) bad.add(file.id, file.path + ": " + file.reason);
  for (std::int64_t i = 0; i < probed_steps; ++i) {
    const video::Frames frames = batch.stream->next();
    for (const video::FailedRow& failed : frames.failed) {
      const sdk::Sample& sample = batch.clips[batch.rows[failed.row]].sample;
      bad.add(sample.id, sample.path.string() + ": " + failed.reason);
    }
    if (i == 0) read.rows = frames.rows;
    if (frames.rows.empty() || frames.rows != read.rows) break;
    read.steps.push_back(*batch.walk.step(i, batch.frames));
    read.fragments.push_back(
        walk::to_fragment(frames, batch.walk, i, batch.frames, session.config.data, session.device));
    read.targets.push_back(walk::complete(read.fragments.back(), session.backbone->info(), batch, read.rows,
                                          read.steps.back(), *session.dataset, sdk::Split::train));
  }
  if (read.steps.empty()) {
    throw Error(ExitCode::data, "none of the first " + std::to_string(batch.clips.size()) +
                                    " training videos can be used; the reasons are named above");
  }
  return read;
}

void check_interleaving(const session::Session& session, const Steps& read) {
  if (read.rows.size() < 2) return;
  std::vector<walk::FragmentPair> pairs;
  for (const sdk::Fragment& fragment : read.fragments) {
    walk::FragmentPair pair{fragment, fragment};
    for (std::size_t video = 0; video < 2; ++video) {
      const auto row = static_cast<std::int64_t>(video);
      for (at::Tensor& frames : pair[video].frames) frames = frames.narrow(0, row, 1);
      at::Tensor& boxes = pair[video].boxes;
      if (!boxes.defined()) continue;
      boxes = boxes.index({boxes.select(1, 0).eq(row)}).clone();
      boxes.select(1, 0).zero_();
    }
    pairs.push_back(std::move(pair));
  }
  walk::check_no_hidden_state(*session.backbone, session.backbone_plugin, read.batch->walk.plan().carry, read.steps,
                              pairs);
  std::printf("state  two videos interleaved give the scores of one after the other\n");
}

/// One forward and backward of each step that was read, as in training but for the gradient through the carry.
void check_training(const session::Session& session, const Steps& read) {
  session.backbone->train(true);
  const walk::PlanWalk& walk = read.batch->walk;
  nn::SlotCarry carry(session.backbone->info().sites, walk.plan().carry);
  std::int64_t carried = 0;  // at most: a clip's last step leaves nothing
  for (std::size_t i = 0; i < read.steps.size(); ++i) {
    const sdk::Step& step = read.steps[i];
    std::optional<sdk::Step> next = walk.step(static_cast<std::int64_t>(i) + 1, read.batch->frames);
    if (next) next->detach = true;
    carry.begin_step(i == 0, step, next ? &*next : nullptr);
    const at::Tensor scores = session.backbone->forward(read.fragments[i], carry).squeeze(1);
    const at::Tensor target =
        train::target_tensor(read.targets[i], scores.size(1), session.loss, at::kFloat).to(session.device);
    if (!read.targets[i].empty()) train::loss_per_score(scores, target, session.loss).mean().backward();
    carried = std::max(carried, carry.bytes());
  }
  std::printf("step   forward and backward of %zu steps; the carry holds %s\n", read.steps.size(),
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
  BadVideos bad;
  video::IndexCache indexes;  // and those that the run will want
  check_files(*session.dataset, sdk::Split::train, "train", indexes, bad);
  check_files(*session.dataset, sdk::Split::val, "val", indexes, bad);

  const auto batch = static_cast<std::size_t>(config.train.batch_size);
  const Steps read = read_steps(session, batch, indexes, bad);
  check_interleaving(session, read);
  check_training(session, read);
  // Gradients are there by now; the momentum comes with the first update.
  const std::int64_t momentum = config.train.momentum > 0 ? 4 * trained : 0;
  std::printf("memory about %s in training, whatever the videos' length\n",
              bytes_text(run::peak_resident_bytes() + momentum).c_str());
  std::printf(bad.empty() ? "ready: pgt-host %s\n" : "ready, but for the bad files above: pgt-host %s\n",
              config.file.string().c_str());
  return static_cast<int>(ExitCode::ok);
}

}  // namespace pgt::cli
