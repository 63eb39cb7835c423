#include "train/checkpoint.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/file.hpp"
#include "nn/safetensors.hpp"

namespace pgt::train {
namespace {

namespace fs = std::filesystem;

class Checkpoints : public testing::Test {
 protected:
  Checkpoints() { fs::create_directories(folder_); }
  ~Checkpoints() override { fs::remove_all(folder_); }

  fs::path beside(const std::string& suffix) const { return path_.string() + suffix; }

  /// Puts the bytes of a whole checkpoint there.
  static void put(const fs::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

  /// A checkpoint that its number tells from others.
  static Checkpoint numbered(std::int64_t number) {
    Checkpoint checkpoint;
    checkpoint.progress.total = number;
    checkpoint.tensors["model/weight"] = torch::full({3, 2}, static_cast<double>(number), torch::kFloat32);
    checkpoint.metadata["task"] = "single_label";
    return checkpoint;
  }

  /// The number of the checkpoint that is found, whose tensors must be of the same moment.
  std::int64_t found(std::string* warning = nullptr) const {
    const Checkpoint checkpoint = load_checkpoint(path_, warning);
    EXPECT_EQ(checkpoint.tensors.at("model/weight")[2][1].item<double>(),
              static_cast<double>(checkpoint.progress.total));
    return checkpoint.progress.total;
  }

  std::string bytes_of(std::int64_t number) const {
    const fs::path other = folder_ / "other.safetensors";
    save_checkpoint(other, numbered(number));
    return read_file(other);
  }

  fs::path folder_ = fs::path(testing::TempDir()) / ("checkpoint_test_" + std::to_string(getpid()));
  fs::path path_ = folder_ / "last.safetensors";
};

TEST_F(Checkpoints, ReadBackAsTheyWereBitForBit) {
  Checkpoint saved;
  Progress& progress = saved.progress;
  progress.epoch = 3;
  progress.iteration = 17;
  progress.clip.step = 2;
  progress.total = std::int64_t{1} << 60;
  progress.clip.videos = {7, 1, 3, 0, 9, 2};
  progress.clip.alive = {0, 2, 5};
  progress.clip.failed = 1;
  progress.clip.step_rows = {6, 5, 5, 4, 3};
  progress.clip.correct = {1, 0, 0, 1, 1, 0};
  progress.clip.weights = {1, 0.25, 1, 1, 3, 1};
  progress.clip.step_losses = {0.1, 1.0 / 3.0, std::nextafter(2.0, 3.0), 5e-324, 1.7976931348623157e308};
  progress.learner.gathered.weight = 0.30000000000000004;
  progress.epoch_loss = -0.0;
  progress.epoch_correct = 12;
  progress.epoch_videos = 96;
  progress.bad_videos = {4, 12};
  progress.best = {97.22222222222223, 0.30000000000000004};
  progress.metrics_bytes = 12345;
  saved.tensors["model/conv"] = torch::tensor({1.0F, std::nanf(""), -0.0F});
  saved.tensors["model/num_batches_tracked"] = torch::tensor(7, torch::kInt64);
  saved.tensors["momentum/conv"] = torch::randn({2, 3}).t();  // not contiguous
  saved.tensors["carry/empty"] = torch::empty({0, 4});
  saved.metadata = {{"classes", R"(["a","b"])"}, {"config", "[train]\nepochs = 3\n"}};
  save_checkpoint(path_, saved);

  std::string warning;
  const Checkpoint loaded = load_checkpoint(path_, &warning);
  EXPECT_EQ(warning, "");
  EXPECT_EQ(loaded.progress.epoch, 3);
  EXPECT_EQ(loaded.progress.iteration, 17);
  EXPECT_EQ(loaded.progress.clip.step, 2);
  EXPECT_EQ(loaded.progress.total, progress.total);
  EXPECT_EQ(loaded.progress.clip.videos, progress.clip.videos);
  EXPECT_EQ(loaded.progress.clip.alive, progress.clip.alive);
  EXPECT_EQ(loaded.progress.clip.failed, 1);
  EXPECT_EQ(loaded.progress.clip.step_losses, progress.clip.step_losses);
  EXPECT_EQ(loaded.progress.clip.step_rows, progress.clip.step_rows);
  EXPECT_EQ(loaded.progress.clip.correct, progress.clip.correct);
  EXPECT_EQ(loaded.progress.clip.weights, progress.clip.weights);
  EXPECT_EQ(loaded.progress.learner.gathered.weight, progress.learner.gathered.weight);
  EXPECT_TRUE(std::signbit(loaded.progress.epoch_loss));
  EXPECT_EQ(loaded.progress.epoch_correct, 12);
  EXPECT_EQ(loaded.progress.epoch_videos, 96);
  EXPECT_EQ(loaded.progress.bad_videos, progress.bad_videos);
  EXPECT_EQ(loaded.progress.best.metric, progress.best.metric);
  EXPECT_EQ(loaded.progress.best.loss, progress.best.loss);
  EXPECT_EQ(loaded.progress.metrics_bytes, progress.metrics_bytes);
  EXPECT_EQ(loaded.metadata, saved.metadata);
  ASSERT_EQ(loaded.tensors.size(), saved.tensors.size());
  for (const auto& [name, tensor] : saved.tensors) {
    const at::Tensor& other = loaded.tensors.at(name);
    EXPECT_EQ(other.scalar_type(), tensor.scalar_type()) << name;
    EXPECT_TRUE(torch::allclose(other, tensor, 0, 0, /*equal_nan=*/true)) << name;
  }
}

TEST_F(Checkpoints, RepeatTheirPositionInASideFile) {
  save_checkpoint(path_, numbered(41));
  EXPECT_EQ(nlohmann::json::parse(read_file(folder_ / "last.json")).at("total"), 41);
}

TEST_F(Checkpoints, KeepTheOneBeforeAndNothingElse) {
  for (std::int64_t number = 1; number <= 3; ++number) save_checkpoint(path_, numbered(number));
  EXPECT_EQ(found(), 3);
  EXPECT_EQ(load_checkpoint(beside(".previous")).progress.total, 2);
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{"last.json", "last.safetensors", "last.safetensors.previous"}));
}

TEST_F(Checkpoints, AreWholeWhereverSavingWasInterrupted) {
  const std::string first = bytes_of(1);
  const std::string second = bytes_of(2);
  const std::string third = bytes_of(3);
  struct State {
    std::string moment;
    std::map<std::string, std::string> files;  // suffix to content, while checkpoint 3 is saved
    std::int64_t expected;
  };
  const std::vector<State> states{
      {"writing", {{"", second}, {".previous", first}, {".new", third.substr(0, third.size() / 2)}}, 2},
      {"written", {{"", second}, {".previous", first}, {".new", third}}, 2},
      {"present one named twice", {{"", second}, {".previous", first}, {".new", third}, {".old", second}}, 2},
      {"copying the present one", {{"", second}, {".previous", first}, {".new", third}, {".old", "x"}}, 2},
      {"new one in place", {{"", third}, {".previous", first}, {".old", second}}, 3},
      {"all renamed", {{"", third}, {".previous", second}}, 3},
      {"written, the present one damaged", {{"", "damaged"}, {".previous", first}, {".new", third}}, 1},
      {"new one in place of a damaged one", {{"", third}, {".previous", first}, {".old", "damaged"}}, 3},
      {"the first one in place", {{"", first}}, 1},
  };
  for (const State& state : states) {
    SCOPED_TRACE(state.moment);
    for (const char* suffix : {"", ".previous", ".new", ".old"}) fs::remove(beside(suffix));
    for (const auto& [suffix, content] : state.files) put(beside(suffix), content);
    EXPECT_EQ(found(), state.expected);

    save_checkpoint(path_, numbered(9));  // what was left lying does not disturb the next
    EXPECT_EQ(found(), 9);
    EXPECT_FALSE(fs::exists(beside(".new")));
    EXPECT_FALSE(fs::exists(beside(".old")));
  }
}

TEST_F(Checkpoints, FallBackToThePreviousOneWithAWarning) {
  save_checkpoint(path_, numbered(1));
  save_checkpoint(path_, numbered(2));
  fs::resize_file(path_, fs::file_size(path_) - 5);
  std::string warning;
  EXPECT_EQ(found(&warning), 1);
  EXPECT_NE(warning.find("last.safetensors.previous"), std::string::npos) << warning;

  fs::remove(path_);
  warning.clear();
  EXPECT_EQ(found(&warning), 1);
  EXPECT_NE(warning.find("last.safetensors"), std::string::npos) << warning;
}

TEST_F(Checkpoints, NameBothReasonsWhenNeitherCanBeRead) {
  save_checkpoint(path_, numbered(1));
  save_checkpoint(path_, numbered(2));
  put(path_, "not a checkpoint");
  fs::resize_file(beside(".previous"), 20);
  try {
    load_checkpoint(path_);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::io);
    const std::string text = error.what();
    EXPECT_NE(text.find(path_.string() + ".previous"), std::string::npos) << text;
    EXPECT_NE(text.find(path_.string()), text.find(path_.string() + ".previous")) << text;
  }
}

TEST_F(Checkpoints, RefuseTensorsWithoutAPosition) {
  nn::write_safetensors(path_, {{{"model/weight", torch::zeros({1})}}, {}});
  EXPECT_THROW(load_checkpoint(path_), Error);
  nn::write_safetensors(path_, {{{"model/weight", torch::zeros({1})}}, {{"progress", R"({"epoch": 1})"}}});
  EXPECT_THROW(load_checkpoint(path_), Error);
}

TEST_F(Checkpoints, DoNotReplaceAGoodOneWithOneThatDoesNotReadBack) {
  save_checkpoint(path_, numbered(1));
  Checkpoint broken = numbered(2);
  broken.progress.epoch_loss = std::numeric_limits<double>::quiet_NaN();  // JSON has no such number
  try {
    save_checkpoint(path_, broken);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::io);
  }
  EXPECT_EQ(found(), 1);
}

/// The tensors' values, the position and the metadata: whatever bit flips on the disk.
TEST_F(Checkpoints, AFlippedBitIsNoticedAndThePreviousOneTaken) {
  save_checkpoint(path_, numbered(1));
  save_checkpoint(path_, numbered(2));
  const std::string whole = read_file(path_);
  for (const std::size_t place : {whole.size() - 2, whole.find("\\\"total\\\":2") + 10, whole.find("single_label")}) {
    std::string flipped = whole;
    flipped[place] ^= 0x01;
    put(path_, flipped);
    std::string warning;
    EXPECT_EQ(found(&warning), 1) << place;
    EXPECT_NE(warning.find("is damaged"), std::string::npos) << warning;
  }
  put(path_, whole);
  EXPECT_EQ(found(), 2);
  EXPECT_TRUE(read_checkpoint(path_).checked);
}

TEST_F(Checkpoints, OfVersion01HaveNoChecksumAndAreRead) {
  save_checkpoint(path_, numbered(1));
  std::string bytes = read_file(path_);
  bytes.replace(bytes.find("pgt.crc32c"), 10, "0123456789");
  put(path_, bytes);
  EXPECT_EQ(found(), 1);
  EXPECT_FALSE(read_checkpoint(path_).checked);
}

TEST_F(Checkpoints, RefuseAPositionThatNoRunCanHave) {
  const auto refuses = [&](const std::function<void(Progress&)>& spoil, const std::string& name) {
    Checkpoint checkpoint = numbered(1);
    checkpoint.progress.clip = {2, {7, 1, 3}, {0, 2}, 1, {0.5, 0.25}, {3, 2}, {1, 0, 0}, {1, 1, 0}, 0};
    save_checkpoint(path_, checkpoint);
    spoil(checkpoint.progress);
    try {
      save_checkpoint(path_, checkpoint);
      ADD_FAILURE() << name << " accepted";
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
    }
  };
  refuses([](Progress& progress) { progress.iteration = -5; }, "iteration is -5");
  refuses([](Progress& progress) { progress.epoch = -1; }, "epoch is -1");
  refuses([](Progress& progress) { progress.metrics_bytes = -1; }, "metrics_bytes is -1");
  refuses([](Progress& progress) { progress.clip.step = -1; }, "clip.step is -1");
  refuses([](Progress& progress) { progress.clip.alive = {0, 3}; }, "clip.alive");
  refuses([](Progress& progress) { progress.clip.alive = {2, 0}; }, "clip.alive");
  refuses([](Progress& progress) { progress.clip.correct = {1}; }, "clip.correct");
  refuses([](Progress& progress) { progress.clip.weights = {1}; }, "clip.weights");
  refuses([](Progress& progress) { progress.clip.step_rows = {3}; }, "clip.step_rows");
}

TEST(KeptCheckpoints, AreNamedSoThatNamesSortAsEpochsDo) {
  EXPECT_EQ(kept_name(7), "epoch-0007");
  EXPECT_EQ(kept_name(120), "epoch-0120");
  EXPECT_EQ(kept_name(12345), "epoch-12345");
}

TEST_F(Checkpoints, ThatWereMadeLaterGetAnotherName) {
  for (const std::int64_t number : {3, 5, 7}) {
    Checkpoint checkpoint = numbered(number);
    checkpoint.progress.epoch = number;
    save_checkpoint(path_, checkpoint);
  }
  Progress here;
  here.total = 7;
  EXPECT_TRUE(set_aside_later(path_, here).empty());
  EXPECT_EQ(found(), 7);
  here.total = 5;
  EXPECT_EQ(set_aside_later(path_, here), std::vector<fs::path>{folder_ / "last-epoch-0007.safetensors"});
  EXPECT_EQ(read_checkpoint(path_).progress.total, 5);
  EXPECT_EQ(nlohmann::json::parse(read_file(folder_ / "last.json")).at("total"), 5);
  EXPECT_EQ(read_checkpoint(folder_ / "last-epoch-0007.safetensors").progress.total, 7);

  Checkpoint again = numbered(9);
  again.progress.epoch = 7;
  save_checkpoint(path_, again);
  EXPECT_EQ(set_aside_later(path_, here), std::vector<fs::path>{folder_ / "last-epoch-0007-2.safetensors"});
  put(path_, "damaged");
  EXPECT_TRUE(set_aside_later(path_, here).empty());
}

TEST_F(Checkpoints, ClearAwayWhatAKilledProcessLeft) {
  save_checkpoint(path_, numbered(1));
  save_checkpoint(path_, numbered(2));
  for (const char* suffix : {".new", ".old"}) put(beside(suffix), "x");
  put(beside(".new.tmp-" + std::to_string(getpid()) + "-99999"), "x");
  put(folder_ / "notes.old", "mine");
  remove_unfinished_checkpoints(folder_);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 4) << "two checkpoints, last.json, the notes";
  EXPECT_EQ(checkpoints_in(folder_), (std::vector<fs::path>{path_, beside(".previous")}));
}

TEST_F(Checkpoints, AreThereAlsoWhereOnlyThePreviousOneIs) {
  EXPECT_FALSE(checkpoint_exists(path_));
  save_checkpoint(path_, numbered(1));
  save_checkpoint(path_, numbered(2));
  fs::remove(path_);
  EXPECT_TRUE(checkpoint_exists(path_));
  EXPECT_EQ(load_checkpoint(path_).progress.total, 1);
}

TEST_F(Checkpoints, NameTheFileThatCannotBeWritten) {
  try {
    save_checkpoint(folder_ / "missing" / "last.safetensors", numbered(1));
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::io);
    EXPECT_NE(std::string(error.what()).find("missing"), std::string::npos);
  }
}

}  // namespace
}  // namespace pgt::train
