// What a trained run is used for.

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <cstring>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "background_host.hpp"
#include "journey.hpp"
#include "run/csv.hpp"

namespace pgt::journey {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class Use : public Journey {
 protected:
  Use() {
    const HostRun trained = train("runs", {"train.epochs=1"});
    EXPECT_EQ(trained.code, 0) << trained.err;
  }

  /// File name → predicted class, "" where there is none.
  static std::map<std::string, std::string> predictions(const std::string& csv) {
    const run::CsvTable table = run::parse_csv(csv);
    std::map<std::string, std::string> classes;
    for (const auto& row : table.rows) {
      classes.emplace(fs::path(row[table.column("path")]).filename(), row[table.column("pred")]);
    }
    return classes;
  }

  const std::string run_ = run_in("runs").string();
  const std::string val_ = (folder_ / "videos" / "val").string();
};

TEST_F(Use, EvalScoresAsTrainingDid) {
  const std::string output = (folder_ / "scores").string();
  const HostRun eval = plugin::run_host({"eval", run_, "--checkpoint", "last", "-o", output});
  EXPECT_EQ(eval.code, 0) << eval.err;
  EXPECT_THAT(eval.out, AllOf(StartsWith("split                val, last.safetensors, n = 6/6, 1 view x 1 crop\ntop1 "),
                              HasSubstr(" %\nloss "), HasSubstr("\nwritten              " + output)));
  for (const std::string name : {"predictions.csv", "metrics.json", "per_class.csv", "confusion.csv"}) {
    EXPECT_EQ(text_of(fs::path(output) / name), text_of(fs::path(run_) / "eval" / "val_last" / name)) << name;
  }
}

TEST_F(Use, EvalTakesTheAverageOfTheWeightsWhereThereIsOne) {
  const auto scored = [](const fs::path& run, const std::string& name, const std::vector<std::string>& more) {
    const fs::path scores = run.parent_path() / name;
    std::vector<std::string> command{"eval", run.string(), "--checkpoint", "last", "-o", scores.string()};
    command.insert(command.end(), more.begin(), more.end());
    const HostRun eval = plugin::run_host(command);
    EXPECT_EQ(eval.code, 0) << eval.err;
    return text_of(scores / "predictions.csv");
  };
  ASSERT_EQ(train("averaged", {"train.epochs=1", "train.average=0.99"}).code, 0);
  const fs::path averaged = run_in("averaged");
  const std::string of_average = scored(averaged, "average", {"--weights", "average"});
  EXPECT_EQ(scored(averaged, "by itself", {}), of_average);
  EXPECT_EQ(text_of(averaged / "eval" / "val_last" / "predictions.csv"), of_average) << "as training did";
  EXPECT_NE(scored(averaged, "raw", {"--weights", "raw"}), of_average);
  EXPECT_THAT(text_of(averaged / "train.log"), HasSubstr("use the average of the weights"));

  const std::string as_trained = scored(run_, "as trained", {});
  EXPECT_EQ(scored(averaged, "raw", {"--weights", "raw"}), as_trained) << "an average changes nothing in training";
  EXPECT_NE(scored(run_, "bf16", {"--precision", "bf16"}), as_trained);
  const HostRun none = plugin::run_host({"eval", run_, "--weights", "average"});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("train.average = 0"));
}

TEST_F(Use, EvalTakesAnotherSplitAndMoreViews) {
  const HostRun eval = plugin::run_host({"eval", run_, "--split", "train", "--set", "eval.views=3"});
  EXPECT_EQ(eval.code, 0) << eval.err;
  EXPECT_THAT(eval.out, HasSubstr("n = 18/18, 3 views x 1 crop"));
  const auto metrics = nlohmann::json::parse(text_of(fs::path(run_) / "eval" / "train_best" / "metrics.json"));
  EXPECT_EQ(metrics["views"], 3);
  EXPECT_EQ(metrics["used"], 18);
}

TEST_F(Use, EvalThatFailsLeavesEarlierFiguresAlone) {
  ASSERT_EQ(train("other", {"train.epochs=1", "eval.every=0"}).code, 0);
  const fs::path figures = fs::path(run_) / "eval" / "val_last" / "metrics.json";
  const std::string before = text_of(figures);
  const std::string others_weights = (fs::path(run_) / "checkpoints" / "last.safetensors").string();
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(val_)) {
    if (entry.is_regular_file()) write(fs::relative(entry.path(), folder_), "not a video");
  }
  const HostRun broken = plugin::run_host({"eval", run_, "--checkpoint", "last"});
  EXPECT_EQ(broken.code, 4);
  EXPECT_THAT(broken.out, HasSubstr("n = 0/6"));
  EXPECT_THAT(broken.err, HasSubstr("none of the videos could be scored"));
  EXPECT_EQ(text_of(figures), before);

  const HostRun others = plugin::run_host({"eval", run_in("other").string(), "--checkpoint", others_weights});
  EXPECT_EQ(others.code, 2);
  EXPECT_THAT(others.err, AllOf(HasSubstr("is not a checkpoint of " + run_in("other").string()), HasSubstr("-o")));
}

TEST_F(Use, EvalTakesACheckpointByTheNameOfItsFile) {
  const HostRun eval = plugin::run_program(
      {"/bin/sh", "-c", "cd '" + run_ + "/checkpoints' && '" PGT_HOST "' eval .. --checkpoint last.safetensors"});
  EXPECT_EQ(eval.code, 0) << eval.err;
  EXPECT_THAT(eval.out, StartsWith("split                val, last.safetensors"));
}

TEST_F(Use, EvalOfASplitWithoutVideosSaysSo) {
  const HostRun eval = plugin::run_host({"eval", run_, "--split", "test"});
  EXPECT_EQ(eval.code, 4);
  EXPECT_THAT(eval.err, HasSubstr("no videos in its split \"test\""));
}

TEST_F(Use, PredictSaysWhatEvalSaid) {
  const HostRun folder = plugin::run_host({"predict", run_, val_, "--checkpoint", "last"});
  EXPECT_EQ(folder.code, 0) << folder.err;
  EXPECT_EQ(predictions(folder.out).size(), 6U);
  EXPECT_EQ(predictions(folder.out), predictions(text_of(fs::path(run_) / "eval" / "val_last" / "predictions.csv")));

  const fs::path file = folder_ / "said.csv";
  const HostRun written = plugin::run_host({"predict", run_, val_, "--checkpoint", "last", "-o", file.string()});
  EXPECT_EQ(written.code, 0) << written.err;
  EXPECT_THAT(written.out, IsEmpty());
  EXPECT_EQ(text_of(file), folder.out);
}

TEST_F(Use, PredictSaysWhichSecondsItSaw) {
  make_videos("long", 12, 240, 5);
  std::string video;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / "long")) {
    if (entry.path().extension() == ".mp4") video = entry.path().string();
  }
  const auto seconds = [&](const std::vector<std::string>& more) {
    std::vector<std::string> command{"predict", run_, video};
    command.insert(command.end(), more.begin(), more.end());
    const HostRun run = plugin::run_host(command);
    EXPECT_EQ(run.code, 0) << run.err;
    const run::CsvTable table = run::parse_csv(run.out);
    const std::vector<std::string>& row = table.rows.at(0);
    return std::pair(std::stod(row[table.column("start")]), std::stod(row[table.column("end")]));
  };
  const auto [first, last] = seconds({});
  EXPECT_GT(first, 0) << "one clip from the middle";
  EXPECT_GT(last, first);
  const auto [first_of_all, last_of_all] = seconds({"--set", "eval.views=3"});
  EXPECT_LT(first_of_all, first);
  EXPECT_GT(last_of_all, last);
}

TEST_F(Use, PredictWritesTheFormatThatIsAskedFor) {
  const std::string file = (folder_ / "said.json").string();
  const HostRun by_suffix = plugin::run_host({"predict", run_, val_, "-o", file});
  EXPECT_EQ(by_suffix.code, 0) << by_suffix.err;
  EXPECT_EQ(nlohmann::json::parse(text_of(file)).size(), 6U);
  const HostRun by_name = plugin::run_host({"predict", run_, val_, "--format", "json"});
  EXPECT_EQ(by_name.out, text_of(file));
  EXPECT_THAT(plugin::run_host({"predict", run_, val_, "--format", "table"}).out, StartsWith("video "));
  const HostRun unknown = plugin::run_host({"predict", run_, val_, "-o", (folder_ / "said.xlsx").string()});
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.err, AllOf(HasSubstr(".json"), HasSubstr("--format"), Not(HasSubstr("scored"))));
}

TEST_F(Use, AVideoInThePlaceOfAFileToWriteIsKept) {
  const fs::path video = folder_ / "mine.mp4";
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(val_)) {
    if (entry.path().extension() == ".mp4") fs::copy_file(entry.path(), video, fs::copy_options::overwrite_existing);
  }
  const std::string bytes = text_of(video);
  for (const std::string option : {"--trace", "--scores"}) {
    const HostRun run = plugin::run_host({"predict", run_, option, video.string()});
    EXPECT_EQ(run.code, 2);
    EXPECT_THAT(run.err, AllOf(HasSubstr(option), HasSubstr("does not end in ")));
  }
  EXPECT_EQ(text_of(video), bytes);
}

TEST_F(Use, PredictOfAnEmptyFolderSaysSo) {
  const std::string empty = (folder_ / "empty").string();
  fs::create_directory(empty);
  const HostRun run = plugin::run_host({"predict", run_, empty});
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.err, HasSubstr("there are no videos in " + empty));
}

/// The bytes of a checkpoint whose head has a bias that is not a number; `sealed`: the checksum is left as it was.
std::string with_a_nan(std::string bytes, bool sealed) {
  std::uint64_t header = 0;
  std::memcpy(&header, bytes.data(), sizeof header);
  const auto tensors = nlohmann::json::parse(bytes.substr(sizeof header, header));
  const std::size_t place = tensors.at("model/head.projection.bias").at("data_offsets").at(0);
  const float nan = std::nanf("");
  std::memcpy(bytes.data() + sizeof header + header + place, &nan, sizeof nan);
  const std::string key = "pgt.crc32c";
  if (!sealed) bytes.replace(bytes.find(key), key.size(), "somebody's");
  return bytes;
}

TEST_F(Use, WeightsThatAreNotFiniteOrWereChangedAreRefused) {
  const fs::path file = fs::path(run_) / "checkpoints" / "last.safetensors";
  const std::string bytes = text_of(file);
  for (const bool sealed : {false, true}) {
    write(fs::relative(file, folder_), with_a_nan(bytes, sealed));
    for (const std::string verb : {"predict", "eval"}) {
      std::vector<std::string> command{verb, run_, "--checkpoint", "last"};
      if (verb == "predict") command.push_back(val_);
      const HostRun run = plugin::run_host(command);
      EXPECT_EQ(run.code, 5) << run.err;
      EXPECT_THAT(run.out, IsEmpty());
      EXPECT_THAT(run.err,
                  AllOf(HasSubstr("last.safetensors"), HasSubstr(sealed ? "is damaged" : "head.projection.bias")));
    }
  }
}

TEST_F(Use, WhatCannotBeLookedAtIsNamed) {
  const fs::path loop = folder_ / "loop.safetensors";
  fs::create_symlink(loop, loop);
  const HostRun run = plugin::run_host({"predict", run_, val_, "--checkpoint", loop.string()});
  EXPECT_EQ(run.code, 8);
  EXPECT_THAT(run.err, AllOf(HasSubstr("loop.safetensors: "), Not(HasSubstr("filesystem error"))));
  const std::string gone = "mkdir '" + (folder_ / "gone").string() + "' && cd '" + (folder_ / "gone").string() +
                           "' && rmdir ../gone && exec '" PGT_HOST "' predict '" + run_ + "' '" + val_ + "'";
  const HostRun nowhere = plugin::run_program({"/bin/sh", "-c", gone});
  EXPECT_THAT(nowhere.err, HasSubstr("the current folder was removed"));
}

/// A pipe that nobody reads would take for ever.
TEST_F(Use, ASignalEndsPredictWhileItWrites) {
  const std::string pipe = (folder_ / "predictions.csv").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  BackgroundHost host({PGT_HOST, "predict", run_, val_, "-q", "-o", pipe}, folder_ / "output.txt");
  const auto wait_until = [&](bool catches) {
    while (host.running() && host.catches(SIGTERM) != catches)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
  };
  wait_until(true);   // it scores
  wait_until(false);  // it writes
  host.send(SIGTERM);
  EXPECT_EQ(host.end(), -SIGTERM) << text_of(folder_ / "output.txt");
}

TEST_F(Use, PredictGoesPastABrokenFile) {
  const std::string broken = write("videos/val/broken.mp4", "not a video").string();
  const HostRun run = plugin::run_host({"predict", run_, val_});
  EXPECT_EQ(run.code, 4) << "the others were predicted: " << run.err;
  std::map<std::string, std::string> classes = predictions(run.out);
  EXPECT_EQ(classes.size(), 7U);
  EXPECT_EQ(classes["broken.mp4"], "");
  EXPECT_THAT(run.err, HasSubstr("could not be read: " + broken + ": is not a video"));

  const HostRun alone = plugin::run_host({"predict", run_, broken});
  EXPECT_EQ(alone.code, 4) << "nothing was predicted";
  const HostRun none = plugin::run_host({"predict", run_, (folder_ / "none.mp4").string()});
  EXPECT_EQ(none.code, 4);
  EXPECT_THAT(none.err, HasSubstr("none.mp4: no such file or folder"));
}

TEST_F(Use, PredictWithoutItsCheckpointNamesTheFile) {
  fs::remove_all(fs::path(run_) / "checkpoints");
  const HostRun run = plugin::run_host({"predict", run_, val_});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, HasSubstr("there is no " + run_ + "/checkpoints/best.safetensors"));
}

TEST_F(Use, CheckTellsWhatTheTrainingWillBe) {
  const HostRun check = plugin::run_host({"check", (folder_ / "run.toml").string()});
  EXPECT_EQ(check.code, 0) << check.err;
  EXPECT_THAT(check.out, AllOf(HasSubstr("model  slow: "), HasSubstr("data   6 classes"),
                               HasSubstr("train  18 videos; 18 opened, 0 bad"), HasSubstr("val    6 videos"),
                               HasSubstr("forward and backward of 3 steps"), HasSubstr("memory about "),
                               HasSubstr("ready: pgt-host ")));
}

TEST_F(Use, ResumeOfAFinishedRunChangesNothing) {
  const fs::path before = folder_ / "before";
  fs::copy(run_, before, fs::copy_options::recursive);
  const HostRun resumed = plugin::run_host({"resume", run_});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  expect_same_end(run_, before);
  EXPECT_EQ(text_of(fs::path(run_) / "results.csv"), text_of(before / "results.csv"));
  EXPECT_EQ(status_of(run_, "status"), "finished");
  EXPECT_THAT(resumed.err, AllOf(HasSubstr("finished already; to train longer: "), HasSubstr(" --set train.epochs=2")));
}

TEST_F(Use, APlaceThatIsNotThereIsRefusedBeforeTheWork) {
  const HostRun predict = plugin::run_host({"predict", run_, val_, "-o", "/none/said.csv"});
  EXPECT_EQ(predict.code, 8);
  EXPECT_THAT(predict.err, AllOf(HasSubstr("cannot write to /none/said.csv"), Not(HasSubstr("scored"))));
  const HostRun eval = plugin::run_host({"eval", run_, "-o", "/dev/null/scores"});
  EXPECT_EQ(eval.code, 8);
  EXPECT_THAT(eval.err, AllOf(HasSubstr("cannot make the folder /dev/null/scores"), Not(HasSubstr("scored"))));
}

TEST_F(Use, TheSplitsOfARunCanBeReadAsAList) {
  const HostRun run =
      train("again", {"dataset.use=list", "dataset.file=" + run_ + "/splits/train.csv", "train.epochs=1"});
  EXPECT_EQ(run.code, 0) << run.err;
}

TEST_F(Use, ResumeStaysInItsFolder) {
  const HostRun run = plugin::run_host({"resume", run_, "--set", "train.epochs=2", "--set", "run.name=other"});
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, HasSubstr("--set run.name=other: a run that is resumed stays in its folder"));
  EXPECT_EQ(plugin::run_host({"resume", run_, "--set", " run.\"root\" = elsewhere"}).code, 3);
  fs::remove(fs::path(run_) / "run.toml");
  EXPECT_EQ(plugin::run_host({"resume", run_}).code, 0) << "config.resolved.toml is what counts";
}

TEST_F(Use, CheckTriesThePlaceOfTheRun) {
  const std::string file = (folder_ / "run.toml").string();
  const HostRun check = plugin::run_host({"check", file, "--set", "run.root=" + file + "/runs"});
  EXPECT_EQ(check.code, 8);
  EXPECT_THAT(check.err, HasSubstr("cannot make a run folder in " + file + "/runs: Not a directory"));
  const HostRun ready = plugin::run_host({"check", file, "--set", "run.name=it's"});
  EXPECT_EQ(ready.code, 0) << ready.err;
  EXPECT_THAT(ready.out, HasSubstr("ready: pgt-host " + file + " --set 'run.name=it'\\''s'\n"));
}

TEST_F(Use, EvalSaysWithWhichSettings) {
  ASSERT_EQ(plugin::run_host({"eval", run_, "--set", "eval.views=2"}).code, 0);
  EXPECT_THAT(text_of(fs::path(run_) / "eval/val_best/metrics.json"), HasSubstr("\"eval.views=2\""));
}

TEST_F(Use, CheckOfARunTakesNothingForTraining) {
  for (const std::vector<std::string>& more :
       std::vector<std::vector<std::string>>{{"--probe"}, {"--set", "train.epochs=3"}}) {
    std::vector<std::string> command{"check", run_};
    command.insert(command.end(), more.begin(), more.end());
    const HostRun run = plugin::run_host(command);
    EXPECT_EQ(run.code, 2);
    EXPECT_THAT(run.err, HasSubstr("--probe and --set are for a run file"));
  }
}

TEST_F(Use, ResumeTrainsLongerWhereAskedTo) {
  const HostRun resumed = plugin::run_host({"resume", run_, "--set", "train.epochs=2"});
  EXPECT_EQ(resumed.code, 0) << resumed.err;
  EXPECT_THAT(text_of(fs::path(run_) / "metrics.jsonl"), HasSubstr("{\"event\":\"val_epoch\",\"epoch\":2,"));
}

TEST_F(Use, ResumeWithOtherVideosSaysSo) {
  const HostRun same = plugin::run_host({"resume", run_, "--set", "train.epochs=2"});
  EXPECT_THAT(same.err, Not(HasSubstr("the videos are not those that the run was trained on so far")));
  const fs::path train = folder_ / "videos" / "train";
  fs::remove(fs::directory_iterator(fs::directory_iterator(train)->path())->path());
  const HostRun other = plugin::run_host({"resume", run_, "--set", "train.epochs=3"});
  EXPECT_EQ(other.code, 0) << other.err;
  EXPECT_THAT(other.err, HasSubstr("the videos are not those that the run was trained on so far"));
  const HostRun again = plugin::run_host({"resume", run_, "--set", "train.epochs=4"});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.err, Not(HasSubstr("the videos are not those"))) << "the checkpoint is of the present ones";
}

}  // namespace
}  // namespace pgt::journey
