// Mistakes in a run file end a run before it begins: all of them at once, each where it is.

#include <gmock/gmock.h>

#include "journey.hpp"

namespace pgt::journey {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RunFile : public Journey {
 protected:
  /// What training says to this run file, which must be refused and leave nothing behind.
  std::string refusal(const std::string& text) const {
    write("run.toml", text);
    const HostRun run = train("runs");
    EXPECT_EQ(run.code, 3);
    EXPECT_THAT(run.out, IsEmpty());
    EXPECT_FALSE(fs::exists(folder_ / "runs"));
    return run.err;
  }

  const std::string file_ = (folder_ / "run.toml").string();
};

TEST_F(RunFile, NamesTheLineOfAMisspelledKeyAndSuggests) {
  const std::string error = refusal(R"([model]
use = "slow"

[dataset]
use = "folder"
root = "no/such/folder"

[schedule]
use = "pgt"
steps = 4

[train]
epochs = 2
lerning_rate = 0.1
)");
  EXPECT_THAT(lines_of(error),
              ElementsAre(file_ + ":14:1: error: unknown key \"lerning_rate\" in [train]", "   14 | lerning_rate = 0.1",
                          "      | ^~~~~~~~~~~~", "help: did you mean \"learning_rate\"?"))
      << "and nothing of the videos, which nobody looked at";
}

TEST_F(RunFile, NamesAllMistakesOfAllSectionsAtOnce) {
  const std::string error = refusal(R"([model]
use = "slow"
depth = 19

[dataset]
use = "foldr"

[schedule]
use = "pgt"
step_length = 8
overlap = 8

[data]
size = "small"

[train]
epochs = 0
)");
  std::vector<std::string> mistakes;
  for (const std::string& line : lines_of(error)) {
    if (line.find(": error: ") != std::string::npos) mistakes.push_back(line);
  }
  EXPECT_THAT(
      mistakes,
      ElementsAre(HasSubstr("run.toml:3:9: error: \"depth\" "), HasSubstr("run.toml:6:7: error: no plugin provides "),
                  HasSubstr("run.toml:11:11: error: \"overlap\" "), HasSubstr("run.toml:14:8: error: \"size\" "),
                  HasSubstr("run.toml:17:10: error: \"epochs\" ")))
      << error;
  EXPECT_THAT(error, HasSubstr("did you mean \"folder\"?"));
}

TEST_F(RunFile, IsRefusedByCheckInTheSameWords) {
  const std::string error = refusal("[model]\nuse = \"slow\"\nwdith = 8\n");
  const HostRun check = plugin::run_host({"check", file_});
  EXPECT_EQ(check.code, 3);
  EXPECT_EQ(check.err, error);
}

TEST_F(RunFile, MayBeWrongInWhatIsSetForOneRun) {
  const HostRun run = train("runs", {"train.epochs=many", "schedule.stpes=3"});
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, AllOf(HasSubstr("unknown key \"stpes\" in [schedule]"), HasSubstr("train.epochs=many")));
  EXPECT_FALSE(fs::exists(folder_ / "runs"));
}

TEST_F(RunFile, ThatIsNotThereIsNamed) {
  const HostRun run = plugin::run_host({(folder_ / "other.toml").string()});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr((folder_ / "other.toml").string()));
}

/// The dataset tells its error, and the host where the run file names the file.
TEST_F(RunFile, NamesTheLineOfAnnotationsThatAreNotThere) {
  write("run.toml", R"([model]
use = "slow"

[dataset]
use = "list"
file = "none.csv"

[schedule]
use = "clip"
)");
  const HostRun run = train("runs");
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.err, AllOf(HasSubstr("none.csv: cannot be read"),
                             HasSubstr(file_ + ":6:8: error: dataset.file names what is not there: " +
                                       (folder_ / "none.csv").string())));
}

}  // namespace
}  // namespace pgt::journey
