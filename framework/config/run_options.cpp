#include "config/run_options.hpp"

#include <algorithm>
#include <string_view>

namespace pgt::config {
namespace {

bool is_device(std::string_view device) {
  if (device == "auto" || device == "cpu" || device == "cuda") return true;
  constexpr std::string_view prefix = "cuda:";
  if (!device.starts_with(prefix)) return false;
  const std::string_view index = device.substr(prefix.size());
  return !index.empty() && index.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

void TrainOptions::describe(sdk::Options& o) {
  o("epochs", epochs).range(1, 1'000'000).unit("epochs").help("passes over the training videos");
  o("batch_size", batch_size).range(1, 65536).unit("videos").help("videos per batch");
  o("micro_batch", micro_batch)
      .range(0, 65536)
      .unit("videos")
      .word("auto", automatic_micro_batch)
      .help(
          "videos of a batch that go through the network at a time, with the same gradient in less memory; 0: all; "
          "\"auto\": half as many whenever memory runs out");
  o("recompute", recompute)
      .help(
          "stages that are computed again in the backward instead of keeping their activations, with the same result "
          "in less memory and more time, such as [\"s2\", \"s3\"]; [\"*\"]: all");
  LearningRateOptions::describe(o);
  OptimizerOptions::describe(o);
  o("clip_gradient", clip_gradient).at_least(0).help("largest norm of the whole gradient; 0: no clipping");
  o("loss", loss,
    {{"auto", Loss::automatic},
     {"cross_entropy", Loss::cross_entropy},
     {"binary_cross_entropy", Loss::binary_cross_entropy}})
      .help("auto: cross-entropy for one label per video or moment, binary cross-entropy for several and for boxes");
  o("moment_smoothing", moment_smoothing)
      .at_least(0)
      .help(
          "networks that score moments: weight of a loss that keeps neighbouring moments alike (0.15 in MS-TCN); 0: "
          "none");
  o("label_smoothing", label_smoothing)
      .range(0, 1)
      .help("share of each target that is spread evenly over the classes, or, with several labels, over yes and no");
  o("class_weights", class_weights, {{"none", ClassWeights::none}, {"balanced", ClassWeights::balanced}},
    ClassWeights::table, class_weight_table)
      .at_least(0)
      .help(
          "what each class counts in the loss (with binary cross-entropy, where it is present): balanced: by how rare "
          "it is; or a table { class = weight }, 1 for a class that it leaves out");
  o("patience", patience)
      .range(0, 1'000'000)
      .unit("evaluations")
      .help("training stops after this many evaluations in a row without a better score; 0: never early");
  o("seed", seed).range(0, 9007199254740992).help("seed of every random draw: equal seeds give equal runs");
  o("device", device).help("auto (a GPU if there is one), cpu, cuda or cuda:N");
  o("threads", threads).range(0, 1024).unit("threads").help("CPU threads for the network; 0: one per core");
  o("precise_statistics", precise_statistics)
      .range(0, 1'000'000)
      .unit("batches")
      .help(
          "batches from which the statistics of batch normalisation are computed, for each step, before an evaluation; "
          "0: use running statistics");
  o("init", init).path().help("weights to start from: a run's checkpoint, or what `pgt-host weights import` wrote");
  o("precision", precision,
    {{"auto", Precision::automatic},
     {"fp32", Precision::fp32},
     {"tf32", Precision::tf32},
     {"bf16", Precision::bf16},
     {"fp16", Precision::fp16}})
      .help(
          "numbers that the network computes in: fp32; tf32, for a GPU; auto, which is these two; bf16 or fp16, which "
          "halve the memory of activations. Weights and losses stay fp32");
  o("accumulate", accumulate)
      .range(1, 65536)
      .unit("batches")
      .help("batches per update: the effect of a batch this many times as large, in the memory of one");
  o("average", average)
      .range(0, 1)
      .help("decay of a running average of the weights, such as 0.999, which is what is evaluated; 0: no average");
  o("clip_value", clip_value).at_least(0).help("largest absolute value in the gradient; 0: no clipping");
  o("max_skipped", max_skipped)
      .range(1, 1'000'000)
      .unit("updates")
      .help("training stops if this many updates in a row are skipped because a loss or a gradient is not finite");
  o("rank_timeout", rank_timeout)
      .range(1, 1'000'000)
      .unit("seconds")
      .help("of several processes that train a run: how long one waits for another before all of them end");
  o("compare_every", compare_every)
      .range(0, 1'000'000'000)
      .unit("updates")
      .help("of several processes: how often they compare their weights, and stop if they differ; 0: never");
}

void TrainOptions::check(sdk::Problems& problems) const {
  LearningRateOptions::check(problems, epochs);
  OptimizerOptions::check(problems);
  for (const auto& [name, weight] : class_weight_table) {
    if (weight > 0) continue;
    problems.push_back({"class_weights", "must be above 0 for \"" + name + "\": nothing would be learned of it"});
  }
  if (average >= 1) problems.push_back({"average", "must be below 1"});
  if (clip_value > 0 && clip_gradient > 0) {
    problems.push_back({"clip_value",
                        "the gradient is clipped by its norm already: leave out clip_value or "
                        "clip_gradient"});
  }
  if (precision == Precision::tf32 && device == "cpu") {
    problems.push_back({"precision", "\"tf32\" needs a GPU; device is \"cpu\""});
  }
  if (!is_device(device)) problems.push_back({"device", "must be \"auto\", \"cpu\", \"cuda\" or \"cuda:N\""});
}

void DataOptions::describe(sdk::Options& o) {
  o("fps", fps).range(0, 10000).unit("frames/s").help("frame rate at which clips are sampled; 0: each video's own");
  o("sampling", sampling, {{"dense", Sampling::dense}, {"segment", Sampling::segment}, {"uniform", Sampling::uniform}})
      .help(
          "dense: frames at a fixed rate; segment: one frame from each of equally long segments; uniform: frames "
          "evenly spread over the video");
  o("short", too_short,
    {{"hold", ShortVideo::hold}, {"loop", ShortVideo::loop}, {"mask", ShortVideo::mask}, {"skip", ShortVideo::skip}})
      .help(
          "what to do with a video shorter than a clip: hold its last frame, loop it, mask the missing steps, or skip "
          "it");
  o("lanes", lanes)
      .range(1, 65536)
      .help("parts of equal length that each training video is cut into; each part is a sample");
  o("balance", balance, {{"none", Balance::none}, {"classes", Balance::classes}})
      .help(
          "classes: each class gets the same share of an epoch, however many videos it has; an epoch is as long as "
          "without");
  o("size", size).range(1, 16384).unit("pixels").help("height and width of the network's input");
  o("short_side", short_side)
      .range(1, 65536)
      .unit("pixels")
      .help("[low, high]: in training the shorter side is scaled to a random length in this range; empty: to size");
  o("short_side_draw", short_side_draw, {{"uniform", ShortSideDraw::uniform}, {"inverse", ShortSideDraw::inverse}})
      .help("how that length is drawn: uniform, or with a uniform inverse, which favours short lengths");
  o("flip", flip).help("mirror half of the training clips");
  o("channel_order", channel_order, {{"rgb", ChannelOrder::rgb}, {"bgr", ChannelOrder::bgr}})
      .help("order of the colour channels in the network's input; must match that of pretrained weights");
  o("mean", mean).range(0, 1).help("mean of red, green and blue, where white is 1");
  o("std", std).range(0, 1).help("standard deviation of red, green and blue");
  o("threads", threads).range(0, 1024).unit("threads").help("decoding threads; 0: one per core");
  o("prefetch", prefetch)
      .range(0, 1'000'000)
      .unit("MB")
      .help(
          "limit for decoded frames that wait for the network; at least the next step is decoded, at most eight steps");
  o("max_bad_fraction", max_bad_fraction)
      .range(0, 1)
      .help("training stops if more than this share of the videos cannot be read");
  o("max_pixels", max_pixels)
      .range(1, 1'000'000'000)
      .unit("pixels")
      .help("largest picture size; a video that has or claims more is not read");
  o("max_frames", max_frames)
      .range(1, 1'000'000'000)
      .unit("frames")
      .help("longest video; one that has or claims more frames is not read");
}

void DataOptions::check(sdk::Problems& problems) const {
  if (fps > 0 && sampling != Sampling::dense) problems.push_back({"fps", "needs sampling = \"dense\""});
  if (!short_side.empty() && short_side.size() != 2)
    problems.push_back({"short_side", "must be two values, [low, high]"});
  if (short_side.size() == 2) {
    if (short_side[0] > short_side[1]) problems.push_back({"short_side", "must ascend: [low, high]"});
    if (short_side[0] < size) {
      problems.push_back({"short_side", "must not go below size (" + std::to_string(size) + ")"});
    }
  }
  if (short_side_draw == ShortSideDraw::inverse && short_side.empty()) {
    problems.push_back({"short_side_draw", "\"inverse\" needs short_side"});
  }
  if (mean.size() != 3) problems.push_back({"mean", "must be three values, for red, green and blue"});
  if (std.size() != 3) problems.push_back({"std", "must be three values, for red, green and blue"});
  if (std::any_of(std.begin(), std.end(), [](double value) { return value == 0; })) {
    problems.push_back({"std", "must be above 0"});
  }
}

void EvalOptions::describe(sdk::Options& o) {
  o("every", every).range(0, 1'000'000).unit("epochs").help("epochs between evaluations; 0: only after the last");
  o("views", views).range(1, 10000).unit("clips").help("clips per video, evenly spread over its duration");
  o("crops", crops)
      .one_of<std::int64_t>({1, 3})
      .word("whole", whole_picture)
      .help(
          "square crops per clip: 1 (centre) or 3 (side by side); \"whole\": the whole picture, its shorter side "
          "scaled to data.size");
  o("batch_size", batch_size)
      .range(1, 65536)
      .unit("clips")
      .help("clips per batch; whole pictures are scored one at a time");
  o("segment_thresholds", segment_thresholds)
      .range(0, 1)
      .help(
          "moments of several labels: a class's segments are where its probability reaches one of these; what each "
          "gives is a segment of its own");
  o("segment_median", segment_median)
      .at_least(0)
      .unit("s")
      .help("moments: window of a median filter over the probabilities of each class; 0: none");
  o("segment_gap", segment_gap)
      .at_least(0)
      .unit("s")
      .help("moments: gaps shorter than this within a segment are closed");
  o("segment_least", segment_least)
      .at_least(0)
      .unit("s")
      .help("moments: shorter segments are dropped, or join a neighbour");
  o("segment_overlaps", segment_overlaps)
      .one_of({"thumos", "activitynet", "epic", "charades"})
      .help("overlaps (tIoU) at which segment mAP is counted: 0.3–0.7, 0.5–0.95, 0.1–0.5 or 0.1–0.9");
  o("timelines", timelines).range(0, 100000).unit("videos").help("moments: of how many videos a timeline is drawn");
}

void RunOptions::describe(sdk::Options& o) {
  o("root", root).path().help("folder for all runs; default: \"runs\" in the current directory");
  o("name", name).help("name of this run's folder within root; empty: the run file's name");
  o("log_every", log_every).range(1, 1'000'000'000).unit("iterations").help("iterations between lines of the log");
  o("checkpoint_seconds", checkpoint_seconds)
      .at_least(0)
      .unit("s")
      .help("time between checkpoints within an epoch; 0: after every step at which one is possible");
  o("keep_every", keep_every)
      .range(0, 1'000'000)
      .unit("epochs")
      .help("besides the last and the best checkpoint, keep one every this many epochs, as epoch-0010; 0: none");
}

void RunOptions::check(sdk::Problems& problems) const {
  if (name.find('/') != std::string::npos || name == "." || name == "..") {
    problems.push_back({"name", "must be a folder's name, without \"/\""});
  }
  if (root.empty()) problems.push_back({"root", "must name a folder"});
}

}  // namespace pgt::config
