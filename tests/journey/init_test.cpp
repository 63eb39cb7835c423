// Training that starts from weights.

#include <gmock/gmock.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "journey.hpp"

namespace pgt::journey {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> standing_still{"train.learning_rate=0", "train.epochs=1"};

std::vector<std::string> with_init(const fs::path& file, std::vector<std::string> settings = standing_still) {
  settings.push_back(std::string("train.init=").append(file.string()));
  return settings;
}

/// The first line of a validation in a run's metrics: what the untouched weights scored.
std::string validation(const fs::path& run) {
  for (const std::string& line : lines_of(text_of(run / "metrics.jsonl"))) {
    if (line.find("\"event\":\"val_epoch\"") != std::string::npos) return line.substr(line.find("\"loss\""));
  }
  return "";
}

TEST_F(Journey, StartsFromTheCheckpointOfAnotherRun) {
  ASSERT_EQ(train("first").code, 0);
  const fs::path weights = run_in("first") / "checkpoints" / "last.safetensors";
  const HostRun second =
      train("second", with_init(weights, {"train.seed=7", "train.learning_rate=0", "train.epochs=1"}));
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_THAT(text_of(run_in("second") / "train.log"),
              AllOf(HasSubstr("training starts from the weights in"), Not(HasSubstr("the head starts from scratch"))));

  const fs::path exported = folder_ / "weights.safetensors";
  const HostRun taken = plugin::run_host({"weights", "export", weights.string(), "--out", exported.string()});
  ASSERT_EQ(taken.code, 0) << taken.err;
  EXPECT_EQ(train("third", with_init(exported)).code, 0);
  EXPECT_EQ(validation(run_in("second")), validation(run_in("third")));
  EXPECT_EQ(train("random", standing_still).code, 0);
  EXPECT_NE(validation(run_in("second")), validation(run_in("random")));
}

TEST_F(Journey, StartsTheHeadAnewForOtherClasses) {
  ASSERT_EQ(train("first", standing_still).code, 0);
  const fs::path one_class = fs::directory_iterator(folder_ / "videos" / "train")->path().filename();
  for (const std::string split : {"train", "val"}) fs::remove_all(folder_ / "videos" / split / one_class);
  const HostRun second = train("second", with_init(run_in("first") / "checkpoints" / "last.safetensors"));
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_THAT(text_of(run_in("second") / "train.log"),
              HasSubstr("the head starts from scratch, as the file has none that fits: head.projection.weight, "
                        "head.projection.bias"));
}

TEST_F(Journey, RefusesWeightsOfAnotherNetwork) {
  ASSERT_EQ(train("first", standing_still).code, 0);
  std::vector<std::string> settings = with_init(run_in("first") / "checkpoints" / "last.safetensors");
  settings.push_back("model.width=8");
  const HostRun second = train("second", settings);
  EXPECT_EQ(second.code, 5);
  EXPECT_THAT(second.err, AllOf(HasSubstr("train.init: "), HasSubstr("s1.pathway0_stem.conv.weight has shape [4, ")));
  EXPECT_FALSE(fs::exists(run_in("second"))) << "nothing is begun";

  const HostRun third = train("third", with_init(folder_ / "run.toml"));
  EXPECT_EQ(third.code, 5);
  EXPECT_THAT(third.err, AllOf(HasSubstr("run.toml is not a safetensors file"), HasSubstr("pgt-host weights import ")));
}

TEST_F(Journey, NamesWeightsThatAreNotThere) {
  const HostRun missing = train("first", with_init(folder_ / "none.safetensors"));
  EXPECT_EQ(missing.code, 3);
  EXPECT_THAT(missing.err, HasSubstr("none.safetensors: no such file"));
  std::string text = text_of(folder_ / "run.toml");
  text.replace(text.find("[train]\n"), 8, "[train]\ninit = \"none.safetensors\"\n");
  write("named.toml", text);
  const HostRun named = plugin::run_host({(folder_ / "named.toml").string()});
  EXPECT_EQ(named.code, 3);
  EXPECT_THAT(named.err, HasSubstr("named.toml:"));
  fs::create_directories(folder_ / "a-run" / "checkpoints");
  const HostRun folder = train("second", with_init(folder_ / "a-run"));
  EXPECT_EQ(folder.code, 3);
  EXPECT_THAT(folder.err, HasSubstr("is a run's folder; its weights are in"));
}

TEST_F(Journey, StartsFromNoWeightsThatAreNotFinite) {
  ASSERT_EQ(train("first", standing_still).code, 0);
  const fs::path file = run_in("first") / "checkpoints" / "last.safetensors";
  std::string bytes = text_of(file);
  std::uint64_t header = 0;
  std::memcpy(&header, bytes.data(), sizeof header);
  const auto entry =
      nlohmann::json::parse(bytes.substr(sizeof header, header)).at("model/s1.pathway0_stem.conv.weight");
  const float nan = std::nanf("");
  std::memcpy(&bytes[sizeof header + header + entry.at("data_offsets").at(0).get<std::size_t>()], &nan, sizeof nan);
  const std::string checksum = "pgt.crc32c";
  bytes.replace(bytes.find(checksum), checksum.size(), "somebody's");
  std::ofstream(folder_ / "nan.safetensors", std::ios::binary) << bytes;
  const HostRun second = train("second", with_init(folder_ / "nan.safetensors"));
  EXPECT_EQ(second.code, 5);
  EXPECT_THAT(second.err, AllOf(HasSubstr("nan.safetensors holds weights that are not finite"),
                                HasSubstr("s1.pathway0_stem.conv.weight")));
}

}  // namespace
}  // namespace pgt::journey
