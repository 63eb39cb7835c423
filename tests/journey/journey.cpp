#include "journey.hpp"

#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <sstream>

namespace pgt::journey {
namespace {

constexpr const char* run_toml = R"([model]
use = "slow"
depth = 18
blocks = [1, 1, 1, 1]
width = 4
stem = "small"
temporal_kernels = [1, 3, 3, 3]
norm = "group"

[dataset]
use = "folder"
root = "videos"

[schedule]
use = "pgt"
steps = 4
reduce = "max"
momentum = 0.25

[data]
size = 16
short_side = [16, 20]
threads = 1

[train]
epochs = 2
batch_size = 4
threads = 1
)";

}  // namespace

std::string device() {
  const char* named = std::getenv("PGT_TEST_DEVICE");
  return named ? named : "cpu";
}

Journey::Journey() {
  write("run.toml", run_toml + ("device = \"" + device() + "\"\n"));
  make_videos("videos", 24, 36, 1);
}

void Journey::make_videos(const std::string& folder, int files, int frames, int seed) const {
  const HostRun made = plugin::run_host({"data", "synth", "order", "--out", (folder_ / folder).string(), "--videos",
                                         std::to_string(files), "--frames", std::to_string(frames), "--size", "16",
                                         "--seed", std::to_string(seed)});
  EXPECT_EQ(made.code, 0) << made.err;
}

std::vector<std::string> Journey::training(const std::string& root, const std::vector<std::string>& settings) const {
  std::vector<std::string> command{PGT_HOST, (folder_ / "run.toml").string(), "--set",
                                   "run.root=" + (folder_ / root).string()};
  for (const std::string& setting : settings) command.insert(command.end(), {"--set", setting});
  return command;
}

HostRun Journey::train(const std::string& root, const std::vector<std::string>& settings) const {
  return plugin::run_program(training(root, settings));
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string status_of(const fs::path& run, const std::string& key) {
  const nlohmann::json value = nlohmann::json::parse(text_of(run / "STATUS.json")).at(key);
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::map<std::string, std::string> last_tensors(const fs::path& run) {
  const std::string file = text_of(run / "checkpoints" / "last.safetensors");
  std::uint64_t length = 0;
  std::memcpy(&length, file.data(), sizeof length);
  const nlohmann::json header = nlohmann::json::parse(file.substr(sizeof length, length));
  std::map<std::string, std::string> tensors;
  for (const auto& [name, tensor] : header.items()) {
    if (name == "__metadata__") continue;
    const auto& range = tensor.at("data_offsets");
    const auto begin = range.at(0).get<std::size_t>(), end = range.at(1).get<std::size_t>();
    tensors.emplace(name, file.substr(sizeof length + length + begin, end - begin));
  }
  return tensors;
}

void expect_same_end(const fs::path& run, const fs::path& other) {
  EXPECT_EQ(text_of(run / "metrics.jsonl"), text_of(other / "metrics.jsonl"));
  const fs::path weights = "checkpoints/last.safetensors";
  ASSERT_TRUE(fs::exists(run / weights));
  // Without the macro's printing of both files.
  EXPECT_TRUE(text_of(run / weights) == text_of(other / weights)) << (run / weights) << " differs";
}

}  // namespace pgt::journey
