// A run that is resumed with another build of one of its plugins.

#include <gmock/gmock.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "journey.hpp"

namespace pgt::journey {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class OtherBuild : public Journey {
 protected:
  OtherBuild() {
    folder_with({"good"}, "plugins");
    write("run.toml",
          "[model]\nuse = \"slow\"\nwidth = 4\n[dataset]\nuse = \"folder\"\nroot = \"videos\"\n[schedule]\nuse = "
          "\"good\"\n[data]\nsize = 32\nthreads = 1\n[train]\nepochs = 1\nthreads = 1\n");
    const HostRun run = host({(folder_ / "run.toml").string(), "--set", "run.root=" + (folder_ / "runs").string()});
    EXPECT_EQ(run.code, 0) << run.err;
  }

  HostRun host(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), {"--plugins", (folder_ / "plugins").string()});
    return plugin::run_host(std::move(arguments));
  }
  HostRun resumed(int epochs, std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"resume", run_in("runs").string(), "--set", "train.epochs=" + std::to_string(epochs)});
    return host(std::move(more));
  }
  void build_again() const { std::ofstream(library_, std::ios::app) << '\n'; }

  nlohmann::json recorded() const { return nlohmann::json::parse(text_of(run_in("runs") / "plugins.json")); }
  std::string checksum_of_schedule() const {
    for (const nlohmann::json& plugin : recorded()) {
      if (plugin.at("kind") == "schedule") return plugin.at("crc32c");
    }
    return "";
  }
  /// As version 0.1 wrote checkpoints: without checksum and builds.
  void take_records_away() const {
    const fs::path file = run_in("runs") / "checkpoints" / "last.safetensors";
    const std::string bytes = text_of(file);
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    nlohmann::ordered_json header = nlohmann::ordered_json::parse(bytes.substr(sizeof length, length));
    EXPECT_EQ(header["__metadata__"].erase("plugins"), 1U);
    EXPECT_EQ(header["__metadata__"].erase("pgt.crc32c"), 1U);
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    const std::uint64_t shorter = text.size();
    std::ofstream out(file, std::ios::binary);
    out.write(reinterpret_cast<const char*>(&shorter), sizeof shorter);
    out << text << bytes.substr(sizeof length + length);
  }

  const fs::path library_ = folder_ / "plugins" / "good.so";
};

TEST_F(OtherBuild, IsNamedThenAndNow) {
  const HostRun same = resumed(2, {"--strict"});
  EXPECT_EQ(same.code, 0) << same.err;
  EXPECT_THAT(same.err, Not(HasSubstr("is now of plugin")));

  const std::string before = checksum_of_schedule();
  build_again();
  const HostRun other = resumed(3);
  EXPECT_EQ(other.code, 0) << other.err;
  const std::string now = checksum_of_schedule();
  EXPECT_NE(now, before) << "the run folder says what it is trained with";
  EXPECT_THAT(other.err, HasSubstr("warning: the schedule \"good\" was of plugin org.pgt.test.good 1.2.3 (crc32c " +
                                   before + ") and is now of plugin org.pgt.test.good 1.2.3 (crc32c " + now + "), " +
                                   library_.string() + ": the result may differ"));
  EXPECT_THAT(other.err, Not(HasSubstr("\"slow\" was of")));
  EXPECT_EQ(resumed(4, {"--strict"}).code, 0) << "the new checkpoint is of the new build";
}

TEST_F(OtherBuild, IsRefusedWhereThatIsWanted) {
  build_again();
  const std::string status = text_of(run_in("runs") / "STATUS.json");
  const HostRun refused = resumed(2, {"--strict"});
  EXPECT_EQ(refused.code, 5);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("--strict: the schedule \"good\" was of plugin org.pgt.test.good"),
                                 HasSubstr("put the former build into a folder and name that first (--plugins DIR)")));
  EXPECT_EQ(text_of(run_in("runs") / "STATUS.json"), status) << "nothing has begun";
}

TEST_F(OtherBuild, IsNotKnownOfAnOldCheckpoint) {
  take_records_away();
  const HostRun refused = resumed(2, {"--strict"});
  EXPECT_EQ(refused.code, 5);
  EXPECT_THAT(refused.err, HasSubstr("does not say with which builds of its plugins it was made"));
  const HostRun resumes = resumed(2);
  EXPECT_EQ(resumes.code, 0) << resumes.err;
}

}  // namespace
}  // namespace pgt::journey
