// Labels at every moment: trained, evaluated and predicted, from the files of published datasets.

#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <thread>

#include "background_host.hpp"
#include "journey.hpp"

namespace pgt::journey {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

/// The videos have 36 frames, 25 a second: 1.44 s.
class MomentsJourney : public Journey {
 protected:
  MomentsJourney() {
    fs::create_directories(folder_ / "all");
    std::vector<fs::path> videos;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / "videos")) {
      if (entry.path().extension() == ".mp4") videos.push_back(entry.path());
    }
    std::ranges::sort(videos);
    for (std::size_t i = 0; i < count; ++i) fs::copy_file(videos[i], folder_ / "all" / (id(i) + ".mp4"));
  }
  static constexpr std::size_t count = 6;
  static std::string id(std::size_t i) { return "v" + std::to_string(i); }

  /// The [dataset] of MS-TCN's files: "early" up to frame 10, then "late", with ten labels a second; the last are not
  /// labelled, and one video has fewer labels than frames.
  std::string bundles() const {
    fs::create_directories(folder_ / "groundTruth");
    write("mapping.txt", "0 early\n1 late\n");
    std::string lists[2];
    for (std::size_t i = 0; i < count; ++i) {
      std::string labels;
      for (int label = 0; label < (i == 1 ? 8 : 14); ++label)
        labels += label < 5 ? "early\n" : label < 12 ? "late\n" : "?\n";
      write("groundTruth/" + id(i) + ".txt", labels);
      lists[i % 3 == 0 ? 1 : 0] += id(i) + ".txt\n";
    }
    write("train.bundle", lists[0]);
    write("test.bundle", lists[1]);
    return "use = \"bundles\"\nroot = \"all\"\nlabels = \"groundTruth\"\nmapping = \"mapping.txt\"\n"
           "train = \"train.bundle\"\nval = \"test.bundle\"\nlabels_per_second = 10\nunlabelled = [\"?\"]\n";
  }

  /// The [dataset] of ActivityNet's JSON: segments that overlap, reach past the end, are ambiguous, or are missing.
  std::string segments() const {
    Json database = Json::object();
    for (std::size_t i = 0; i < count; ++i) {
      Json annotations = Json::array();
      if (i != 2) {
        annotations = {{{"segment", {0.0, 0.5}}, {"label", "jump"}},
                       {{"segment", {0.3, 9.5}}, {"label", "run"}},
                       {{"segment", {1.0, 1.1}}, {"label", "Ambiguous"}}};
      }
      database[id(i)] = {
          {"subset", i % 3 == 0 ? "validation" : "training"}, {"duration", 1.44}, {"annotations", annotations}};
    }
    write("net.json", Json{{"database", database}}.dump(1));
    return "use = \"segments\"\nroot = \"all\"\nfile = \"net.json\"\nambiguous = [\"Ambiguous\"]\n";
  }

  HostRun train_on(const std::string& dataset, const std::vector<std::string>& settings = {}) const {
    write("run.toml", "[model]\nuse = \"frame_gru\"\n[dataset]\n" + dataset +
                          "[schedule]\nuse = \"pgt\"\nsteps = \"all\"\n[data]\nsize = 16\nthreads = 1\n"
                          "[train]\nepochs = 2\nbatch_size = 2\nthreads = 1\nmoment_smoothing = 0.15\ndevice = \"" +
                          device() + "\"\n");
    return with_plugin({}, settings);
  }
  /// The training of run.toml, or `verb` with these arguments.
  HostRun with_plugin(std::vector<std::string> verb, const std::vector<std::string>& settings = {}) const {
    if (verb.empty()) return plugin::run_program(command(training("runs", settings)));
    verb.insert(verb.begin(), PGT_HOST);
    return plugin::run_program(command(verb));
  }
  /// A command of the host, with the network's plugin.
  static std::vector<std::string> command(std::vector<std::string> words) {
    words.insert(words.begin() + 1, {"--plugins", PGT_BUILD_DIR "/plugins", "--plugins", PGT_MORE_PLUGINS});
    return words;
  }
  Json metrics(const std::string& folder) const {
    return Json::parse(text_of(run_in("runs") / "eval" / folder / "metrics.json"));
  }
};

TEST_F(MomentsJourney, BundlesAreTrainedEvaluatedAndPredicted) {
  const HostRun run = train_on(bundles());
  ASSERT_EQ(run.code, 0) << run.err;
  const Json figures = metrics("val_last");
  EXPECT_EQ(figures.at("moments"), 28) << "two videos of 1.44 s at ten a second";
  EXPECT_EQ(figures.at("labelled_moments"), 24);
  for (const char* name : {"accuracy", "edit", "f1@10", "f1@25", "f1@50", "loss"}) {
    EXPECT_TRUE(figures.at(name).is_number()) << name;
  }
  EXPECT_THAT(text_of(run_in("runs") / "metrics.jsonl"), HasSubstr("\"accuracy\":"));
  const std::string folder = (run_in("runs")).string();
  const Json results = Json::parse(text_of(run_in("runs") / "eval/val_last/results.json"));
  EXPECT_EQ(results.at("results").size(), 2U);
  EXPECT_TRUE(fs::exists(run_in("runs") / "eval/val_last/timelines/001-v0.svg"));
  EXPECT_THAT(text_of(run_in("runs") / "eval/val_last/per_class.csv"),
              HasSubstr("class,moments,correct,accuracy,average_precision,calibrated_average_precision\nearly,10,"));

  fs::create_directories(folder_ / "scores/timelines");
  const std::string mine = write("scores/timelines/001.svg", "mine").string();
  const fs::path earlier = write("scores/timelines/009-gone.svg", "of an earlier evaluation");
  const HostRun eval =
      with_plugin({"eval", folder, "--set", "eval.segment_least=0.3", "-o", (folder_ / "scores").string()});
  ASSERT_EQ(eval.code, 0) << eval.err;
  EXPECT_EQ(text_of(mine), "mine");
  EXPECT_FALSE(fs::exists(earlier));
  EXPECT_TRUE(fs::exists(folder_ / "scores/timelines/001-v0.svg"));
  EXPECT_THAT(eval.out, AllOf(HasSubstr("accuracy"), HasSubstr("f1@50")));

  const std::string video = (folder_ / "all/v0.mp4").string(), scores = (folder_ / "v0.npy").string();
  const HostRun predicted = with_plugin({"predict", folder, video, "--scores", scores});
  ASSERT_EQ(predicted.code, 0) << predicted.err;
  EXPECT_THAT(predicted.out, HasSubstr("path,start,end,class,score,error\n" + video + ",0,"));
  EXPECT_THAT(predicted.out, HasSubstr(",1.44,")) << "to the end";
  EXPECT_THAT(text_of(scores), HasSubstr("'shape': (36, 2, )"));
  EXPECT_THAT(text_of(folder_ / "v0.times.npy"), HasSubstr("'shape': (36, )"));
  const HostRun two = with_plugin({"predict", folder, video, (folder_ / "all/v1.mp4").string(), "--scores", scores});
  EXPECT_EQ(two.code, 2);
  const HostRun json = with_plugin({"predict", folder, video, "--format", "json"});
  EXPECT_EQ(Json::parse(json.out).at(0).at("segments").at(0).at("start"), 0);
}

/// The last floats of a file.
std::vector<float> floats_of(const fs::path& file, std::size_t count) {
  const std::string bytes = text_of(file);
  std::vector<float> values(count);
  EXPECT_GE(bytes.size(), count * sizeof(float));
  std::memcpy(values.data(), bytes.data() + bytes.size() - count * sizeof(float), count * sizeof(float));
  return values;
}

TEST_F(MomentsJourney, TwoPassesLearnAndScoreAllMomentsOfAVideoAtOnce) {
  const std::string network =
      "[model]\nuse = \"slow\"\ndepth = 18\nwidth = 8\nnorm = \"group\"\nhead = \"moments\"\nmoment_head = \"tcn\"\n"
      "moment_layers = 3\nmoment_width = 8\n";
  const std::string dataset = bundles();
  write("run.toml", network + "[dataset]\n" + dataset +
                        "[schedule]\nuse = \"two_pass\"\nsteps = \"all\"\nstep_length = 8\n[data]\nsize = 16\n"
                        "threads = 1\n[train]\nepochs = 2\nbatch_size = 2\nthreads = 1\nmoment_smoothing = 0.15\n"
                        "device = \"" +
                        device() + "\"\n");
  const HostRun run = with_plugin({}, {});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(metrics("val_last").at("labelled_moments"), 24);

  // A head that sees each moment alone scores it the same in one pass.
  fs::rename(folder_ / "runs", folder_ / "tcn");
  ASSERT_EQ(with_plugin({}, {"model.moment_head=linear"}).code, 0);
  const std::string video = (folder_ / "all/v0.mp4").string();
  for (const char* schedule : {"two_pass", "pgt"}) {
    const HostRun predicted = with_plugin({"predict", run_in("runs").string(), video, "--scores",
                                           (folder_ / (std::string(schedule) + ".npy")).string(), "--set",
                                           "schedule.use=" + std::string(schedule)});
    ASSERT_EQ(predicted.code, 0) << predicted.err;
  }
  const std::vector<float> twice = floats_of(folder_ / "two_pass.npy", 72), once = floats_of(folder_ / "pgt.npy", 72);
  EXPECT_NE(twice[0], twice[2]) << "moments differ";
  for (std::size_t i = 0; i < twice.size(); ++i) EXPECT_NEAR(twice[i], once[i], 1e-5) << i;
}

/// `--scores` and `features` as NumPy loads them.
TEST_F(MomentsJourney, ArraysLoadInNumPyWithTheShapesThatThePagesSay) {
  if (plugin::run_program({PGT_PYTHON, "-c", "import numpy"}).code != 0) GTEST_SKIP() << "no NumPy";
  ASSERT_EQ(train_on(bundles(), {"train.epochs=1", "model.use=slow", "model.depth=18", "model.blocks=[1, 1, 1, 1]",
                                 "model.width=4", "model.stem=small", "model.norm=group", "model.head=moments"})
                .code,
            0);
  const std::string folder = run_in("runs").string(), video = (folder_ / "all/v0.mp4").string();
  const std::string scores = (folder_ / "v0.npy").string(), features = (folder_ / "features").string();
  ASSERT_EQ(with_plugin({"predict", folder, video, "--scores", scores}).code, 0);
  const HostRun written = with_plugin({"features", folder, video, "--out", features});
  ASSERT_EQ(written.code, 0) << written.err;
  const HostRun numpy = plugin::run_program(
      {PGT_PYTHON, PGT_SOURCE_DIR "/tests/journey/npy_test.py", scores, features + "/v0.npy", "2", "32"});
  EXPECT_EQ(numpy.out, "equal\n") << numpy.err;
}

TEST_F(MomentsJourney, WhatIsPredictedIsDrawnUnderTheVideo) {
  ASSERT_EQ(train_on(bundles(), {"train.epochs=1"}).code, 0);
  const std::string folder = run_in("runs").string(), video = (folder_ / "all/v0.mp4").string();
  const std::string shown = (folder_ / "shown.mp4").string();
  const auto overlay = [&](const std::vector<std::string>& videos, const std::string& file) {
    std::vector<std::string> words{"predict", folder};
    words.insert(words.end(), videos.begin(), videos.end());
    words.insert(words.end(), {"--overlay", file});
    return with_plugin(words);
  };
  const HostRun run = overlay({video}, shown);
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.err, "") << "all names can be drawn, and there is no sound";
  EXPECT_THAT(run.out, HasSubstr("path,start,end,class,score,error\n"));
  ASSERT_EQ(plugin::run_host({"data", "check", shown, "--csv", (folder_ / "shown.csv").string()}).code, 0);
  EXPECT_THAT(text_of(folder_ / "shown.csv"), ContainsRegex("shown.mp4,,480,[0-9]+,36,1.44,25,yes"));
  EXPECT_THAT(overlay({video, (folder_ / "all/v1.mp4").string()}, shown).err, HasSubstr("takes one video"));
  EXPECT_THAT(overlay({video}, (folder_ / "shown.avi").string()).err, HasSubstr("does not end in .mp4"));
  EXPECT_EQ(overlay({video}, video).code, 2);
  EXPECT_EQ(overlay({video}, (folder_ / "nowhere/shown.mp4").string()).code, 8);
}

/// Classes that hold at few moments count more.
TEST_F(MomentsJourney, BalancesClassesByTheirMoments) {
  const std::string dataset = bundles();
  const std::string epochs = "train.epochs=1";
  ASSERT_EQ(train_on(dataset, {epochs, "run.name=balanced", "train.class_weights=balanced"}).code, 0);
  // Four videos: 5 early and 7 late ones in three of them, 5 and 3 in the one with eight labels.
  const std::string table = "train.class_weights={early = " + std::to_string(44.0 / (2 * 20)) +
                            ", late = " + std::to_string(44.0 / (2 * 24)) + "}";
  ASSERT_EQ(train_on(dataset, {epochs, "run.name=table", table}).code, 0);
  ASSERT_EQ(train_on(dataset, {epochs, "run.name=even"}).code, 0);
  const auto loss_of = [&](const std::string& name) {
    const std::string first = lines_of(text_of(folder_ / "runs" / (name + "-001") / "metrics.jsonl")).front();
    return Json::parse(first).at("loss").get<double>();
  };
  EXPECT_NEAR(loss_of("balanced"), loss_of("table"), 1e-5);
  EXPECT_GT(std::abs(loss_of("balanced") - loss_of("even")), 1e-4);
}

TEST_F(MomentsJourney, SegmentsAreTrainedEvaluatedAndPredicted) {
  const HostRun run = train_on(segments(), {"eval.segment_overlaps=thumos", "eval.segment_thresholds=[0.4, 0.5]"});
  ASSERT_EQ(run.code, 0) << run.err;
  const Json figures = metrics("val_last");
  EXPECT_EQ(figures.at("moments"), 72) << "one for each frame of two videos";
  EXPECT_EQ(figures.at("labelled_moments"), 68) << "two are ambiguous in each";
  for (const char* name : {"mAP", "mcAP", "segment_mAP", "segment_mAP@0.30", "segment_mAP@0.70"}) {
    EXPECT_TRUE(figures.at(name).is_number()) << name;
  }
  EXPECT_FALSE(figures.contains("segment_mAP@0.95"));
  EXPECT_THAT(text_of(run_in("runs") / "eval/val_last/per_class.csv"), HasSubstr("segment_ap@0.30"));
  const HostRun predicted = with_plugin({"predict", run_in("runs").string(), (folder_ / "all/v2.mp4").string(),
                                         "--format", "table", "--set", "eval.segment_thresholds=[0.01]"});
  ASSERT_EQ(predicted.code, 0) << predicted.err;
  EXPECT_THAT(predicted.out, AllOf(HasSubstr("v2.mp4\n"), HasSubstr("0.000     1.440  run")));
}

TEST_F(MomentsJourney, ResultsDoNotReplaceEachOther) {
  ASSERT_EQ(train_on(bundles(), {"train.epochs=1"}).code, 0);
  const std::string run = run_in("runs").string(), video = (folder_ / "all/v0.mp4").string();
  const std::string scores = (folder_ / "s.npy").string(), times = (folder_ / "all/../s.times.npy").string();
  const HostRun same = with_plugin({"predict", run, video, "--format", "csv", "-o", scores, "--scores", scores});
  EXPECT_EQ(same.code, 2);
  EXPECT_THAT(same.err, HasSubstr("--scores and --output both name " + scores));
  EXPECT_EQ(with_plugin({"predict", run, video, "--format", "csv", "-o", times, "--scores", scores}).code, 2);
  EXPECT_FALSE(fs::exists(scores));
  std::string command = "cd " + folder_.string() + " &&";
  for (const std::string& word : MomentsJourney::command({PGT_HOST, "predict", run, video, "-o"}))
    command += " " + word;
  const HostRun spelled = plugin::run_program({"/bin/sh", "-c", command + " s.npy --format csv --scores ./s.npy"});
  EXPECT_EQ(spelled.code, 2) << spelled.err;
  const HostRun piped = plugin::run_program({"/bin/sh", "-c", command + " /dev/stdout | cat"});
  EXPECT_THAT(piped.out, HasSubstr("path,start,end,class,score,error\n")) << piped.err;
}

/// What is scored by then is written.
TEST_F(MomentsJourney, PredictingCanBeStopped) {
  ASSERT_EQ(train_on(bundles(), {"train.epochs=1"}).code, 0);
  std::vector<std::string> words{PGT_HOST, "predict", run_in("runs").string(), "--format", "csv"};
  constexpr std::size_t times = 600;
  for (std::size_t i = 0; i < times; ++i) words.push_back((folder_ / "all").string());
  const fs::path output = folder_ / "output.txt";
  BackgroundHost host(command(words), output);
  while (host.running() && !host.catches(SIGINT)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::this_thread::sleep_for(std::chrono::seconds(1));
  host.send(SIGINT);
  EXPECT_EQ(host.end(), 130) << text_of(output);
  const std::string text = text_of(output);
  EXPECT_THAT(text, AllOf(HasSubstr("path,start,end,class,score,error\n"), ContainsRegex(",(early|late),0\\."),
                          HasSubstr(",not scored: stopped early\n"),
                          ContainsRegex("stopped: [1-9][0-9]* of 3600 videos were scored\n")));
}

/// Killed between two steps of a video, it ends with the same weights and the same figures as a run that was not.
TEST_F(MomentsJourney, ResumesInTheMiddleOfAVideo) {
  ASSERT_EQ(train_on(bundles(), {"run.name=whole"}).code, 0);
  const fs::path run = folder_ / "runs/killed-001", position = run / "checkpoints/last.json";
  for (;;) {
    fs::remove_all(run);
    BackgroundHost host(command(training("runs", {"run.name=killed", "run.checkpoint_seconds=0"})),
                        folder_ / "output.txt");
    while (host.running() && !fs::exists(position)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    host.send(SIGKILL);
    ASSERT_EQ(host.end(), -SIGKILL) << text_of(folder_ / "output.txt");
    if (Json::parse(text_of(position)).at("clip").at("step") > 0) break;
  }
  const HostRun rest = with_plugin({"resume", run.string()});
  ASSERT_EQ(rest.code, 0) << rest.err;
  expect_same_end(folder_ / "runs/whole-001", run);
}

TEST_F(MomentsJourney, FewerMomentsThanFramesAreTrainedToo) {
  const HostRun run = train_on(bundles(), {"model.moments=4"});
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(metrics("val_last").at("moments"), 28);
}

TEST_F(MomentsJourney, MixingIsRefused) {
  const HostRun run = train_on(bundles(), {"augment.mixup=0.8"});
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, HasSubstr("augment.mixup mixes whole videos, but the network scores their moments"));
}

TEST_F(MomentsJourney, CheckAndPreviewTakeIt) {
  train_on(bundles(), {"train.epochs=1"});
  const std::string file = (folder_ / "run.toml").string();
  const HostRun check = with_plugin({"check", file});
  EXPECT_EQ(check.code, 0) << check.err << check.out;
  const HostRun preview = with_plugin({"preview", file, "-o", (folder_ / "page.svg").string()});
  EXPECT_EQ(preview.code, 0) << preview.err;
  EXPECT_THAT(text_of(folder_ / "page.svg"), HasSubstr("early"));
}

}  // namespace
}  // namespace pgt::journey
