#include "config/run_config.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <regex>

#include "base/error.hpp"
#include "config/run_file.hpp"

namespace pgt::config {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RunFile;

TEST_F(RunFile, FillsInWhatIsNotSaid) {
  const RunConfig config = load(
      head + "steps = \"all\"\n[train]\nepochs = 3\nlearning_rate = 1\nmilestones = [1, 1.5]\npolicy = \"step\"\n");
  ASSERT_TRUE(diagnostics.empty()) << diagnostics.text();
  EXPECT_EQ(config.train.epochs, 3);
  EXPECT_EQ(config.train.learning_rate, 1.0);
  EXPECT_EQ(config.train.milestones, (std::vector<double>{1.0, 1.5}));
  EXPECT_EQ(config.train.policy, LearningRatePolicy::step);
  EXPECT_EQ(config.train.batch_size, 8);
  EXPECT_EQ(config.eval.views, 1);
  EXPECT_EQ(config.model.use, "slow");
  EXPECT_EQ(std::get<std::int64_t>(config.schedule.values.at("steps").value), 0);
  EXPECT_EQ(std::get<std::int64_t>(config.schedule.values.at("overlap").value), 1);
  EXPECT_EQ(config.schedule.values.at("overlap").position.line, 0U);
  EXPECT_EQ(config.train_section.values.at("epochs").position.line, 10U);
}

TEST_F(RunFile, PointsAtAMisspeltKey) {
  EXPECT_EQ(errors_below("[train]\n\n\n\n\n\nlerning_rate = 0.1\n"),
            "run.toml:14:1: error: unknown key \"lerning_rate\" in [train]\n"
            "   14 | lerning_rate = 0.1\n"
            "      | ^~~~~~~~~~~~\n"
            "help: did you mean \"learning_rate\"?");
}

TEST_F(RunFile, FindsAKeyInAnotherSection) {
  EXPECT_THAT(errors_below("batch_size = 4\n"), HasSubstr("help: \"batch_size\" exists in [eval] and [train]"));
  EXPECT_THAT(errors_below("learningrate = 4\n"), HasSubstr("help: did you mean \"learning_rate\" in [train]?"));
  EXPECT_THAT(errors_below("[run]\nepochs = 4\n"), HasSubstr("help: \"epochs\" exists in [train]"));
}

TEST_F(RunFile, SaysWhichPluginsKeyAnUnknownOneIs) {
  EXPECT_THAT(errors_below("steps = 4\n", {"schedule.use=clip"}),
              HasSubstr("run.toml:8:1: error: unknown key \"steps\" in [schedule]\n    8 | steps = 4\n      | ^~~~~\n"
                        "help: \"steps\" is a key of \"pgt\", but [schedule] uses \"clip\""));
}

TEST_F(RunFile, OfARunDoesNotPassOnWhatItSaysOfAnotherPlugin) {
  clip.push_back(pgt[3]);  // both have a momentum
  const RunConfig before = load(head + "steps = 7\nmomentum = 0.5\n");
  write_file_atomically(file, resolved_toml(before));
  diagnostics = {};
  const std::vector<std::string> other{"schedule.use=clip", "schedule.frames=4"};
  const RunConfig after = load_run_config(file, other, catalogue, diagnostics, Author::run);
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.text();
  EXPECT_EQ(std::get<std::int64_t>(after.schedule.values.at("frames").value), 4);
  EXPECT_EQ(std::get<double>(after.schedule.values.at("momentum").value), 0.5);
  EXPECT_EQ(after.dataset.values.at("root").value, before.dataset.values.at("root").value);

  clip.back().default_value = 0.25;  // other than that of the first, which is not passed on
  write_file_atomically(file, resolved_toml(load(head)));
  diagnostics = {};
  const RunConfig plain = load_run_config(file, other, catalogue, diagnostics, Author::run);
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.text();
  EXPECT_EQ(std::get<double>(plain.schedule.values.at("momentum").value), 0.25);

  load_run_config(file, other, catalogue, diagnostics, Author::user);
  EXPECT_THAT(diagnostics.text(), HasSubstr("unknown key \"steps\" in [schedule]"));
}

TEST_F(RunFile, OfARunSaysOnlyWhatItsOptimizerKnowsAndMayTakeAnother) {
  const std::string resolved = resolved_toml(load(head + "[train]\nmomentum = 0.5\nnesterov = false\n"));
  EXPECT_THAT(resolved, HasSubstr("\nnesterov = false"));
  EXPECT_THAT(resolved, Not(HasSubstr("\nbeta1")));
  write_file_atomically(file, resolved);
  const std::vector<std::string> other{"train.optimizer=adamw", "train.beta2=0.95"};
  diagnostics = {};
  const RunConfig after = load_run_config(file, other, catalogue, diagnostics, Author::run);
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.text();
  EXPECT_EQ(after.train.optimizer, Optimizer::adamw);
  EXPECT_EQ(after.train.beta2, 0.95);
  EXPECT_THAT(resolved_toml(after), Not(HasSubstr("\nnesterov")));

  load_run_config(file, other, catalogue, diagnostics, Author::user);
  EXPECT_THAT(diagnostics.text(), HasSubstr("\"momentum\" needs optimizer = \"sgd\" or \"lars\", not \"adamw\""));
  diagnostics = {};
  const std::vector<std::string> wrong{"train.optimizer=adamw", "train.momentum=0.5"};
  load_run_config(file, wrong, catalogue, diagnostics, Author::run);
  EXPECT_THAT(diagnostics.text(), HasSubstr("--set:2:16: error: \"momentum\" needs optimizer"));
}

TEST_F(RunFile, ReportsMistakesOfAllSectionsAtOnceInOrder) {
  const std::string text = errors(
      "[model]\nuse = \"slow\"\ndepth = 19\n"
      "[dataset]\nuse = \"folder\"\n"
      "[schedule]\nuse = \"pgt\"\nsteps = 0\n"
      "[train]\nlerning_rate = 0.1\nepochs = \"ten\"\nwarmup_epochs = 20\nmomentum = 1\n"
      "[data]\nmean = [0.5, 0.5]\n[rnu]\n");
  const std::vector<std::string> expected{"run.toml:3:9: error",  "run.toml:4:2: error",   "run.toml:8:9: error",
                                          "run.toml:10:1: error", "run.toml:11:10: error", "run.toml:13:12: error",
                                          "run.toml:15:8: error", "run.toml:16:2: error"};
  std::size_t at = 0;
  for (const std::string& place : expected) {
    const std::size_t next = text.find(place);
    EXPECT_NE(next, std::string::npos) << place << "\n" << text;
    EXPECT_GE(next, at);
    at = next;
  }
  EXPECT_EQ(diagnostics.size(), expected.size()) << text;  // no rule that compares with the refused epochs
}

TEST_F(RunFile, NamesSectionsThatAreMissing) {
  const std::string text = errors("[schedule]\nsteps = 3\n");
  EXPECT_THAT(text, HasSubstr("run.toml:1:1: error: section [model] is missing"));
  EXPECT_THAT(text, HasSubstr("help: add [model] with a line use = \"NAME\"; there are slow"));
  EXPECT_THAT(text, HasSubstr("section [dataset] is missing"));
  EXPECT_THAT(text, HasSubstr("run.toml:1:2: error: [schedule] does not say what to use"));
  EXPECT_THAT(errors(""), HasSubstr("run.toml:1:1: error: section [model] is missing"));
}

TEST_F(RunFile, NamesThePluginsThereAre) {
  const std::string text = errors_below("", {"schedule.use=\"pgtt\"", "model.use=transformer"});
  EXPECT_THAT(text, HasSubstr("--set:1:14: error: no plugin provides \"pgtt\" for [schedule]"));
  EXPECT_THAT(text, HasSubstr("help: did you mean \"pgt\"?"));
  EXPECT_THAT(text, HasSubstr("help: there are slow"));
  catalogue.names = [](const std::string&) { return std::vector<std::string>(); };
  EXPECT_THAT(errors_below(""), HasSubstr("help: no plugin for [model] was found: name the folder that holds one with "
                                          "--plugins DIR; pgt-host plugins lists what there is"));
}

TEST_F(RunFile, RefusesUseInTheHostsOwnSections) {
  EXPECT_THAT(errors_below("[train]\nuse = \"sgd\"\n"), HasSubstr("run.toml:9:7: error: [train] names no plugin"));
}

TEST_F(RunFile, ChecksSectionNames) {
  EXPECT_THAT(errors_below("[trian]\nepochs = 1\n"), HasSubstr("run.toml:8:2: error: unknown section [trian]"));
  EXPECT_THAT(errors("epochs = 3\n" + head), HasSubstr("run.toml:1:1: error: \"epochs\" is outside of any section"));
  const std::string text =
      errors("model = \"slow\"\n[dataset]\nuse = \"folder\"\nroot = \"v\"\n[schedule]\nuse = \"pgt\"\n");
  EXPECT_THAT(text, HasSubstr("run.toml:1:1: error: \"model\" must be a section"));
  EXPECT_EQ(diagnostics.size(), 1U) << text;
}

TEST_F(RunFile, ThatIsNotThereIsAMistakeOfTheCommandLine) {
  Diagnostics unused;
  try {
    load_run_config(folder / "absent.toml", {}, catalogue, unused);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_THAT(error.what(), HasSubstr("absent.toml: no such file"));
  }
}

TEST_F(RunFile, GivesTheSameRunOnceResolved) {
  const RunConfig config = load(
      head +
          "steps = \"all\"\n[train]\nlearning_rate = 0.1\nweight_decay = 1e-5\nmilestones = [1, 2]\npolicy = \"step\"\n"
          "[run]\nname = 'a \"b\" \\ c'\n",
      {"train.epochs=5", "dataset.skip=[\"x\\ty\", \"é\"]"});
  ASSERT_TRUE(diagnostics.empty()) << diagnostics.text();
  const std::string text = resolved_toml(config);
  EXPECT_THAT(text, HasSubstr("\nepochs = 5  # --set\n"));
  EXPECT_THAT(text, HasSubstr("\nsteps = \"all\"  # " + file.string() + ":8\n"));
  EXPECT_THAT(text, HasSubstr("\nseed = 0  # default\n"));
  EXPECT_THAT(text, HasSubstr("\nroot = \"" + (folder / "videos").string() + "\"  # "));

  fs::create_directories(folder / "elsewhere");
  file = folder / "elsewhere" / "config.resolved.toml";
  const RunConfig again = load(text);
  ASSERT_TRUE(diagnostics.empty()) << diagnostics.text();
  const auto sections = {&RunConfig::model,         &RunConfig::dataset,      &RunConfig::schedule,
                         &RunConfig::train_section, &RunConfig::data_section, &RunConfig::augment_section,
                         &RunConfig::eval_section,  &RunConfig::run_section};
  for (const auto section : sections) {
    EXPECT_EQ((config.*section).use, (again.*section).use);
    for (const auto& [name, value] : (config.*section).values) {
      EXPECT_EQ(value.value, (again.*section).values.at(name).value) << name;
    }
  }
  const std::regex comments("  # .*");
  EXPECT_EQ(std::regex_replace(text, comments, ""), std::regex_replace(resolved_toml(again), comments, ""));
}

TEST_F(RunFile, KeepsItsBytes) {
  const std::string text = "# first\r\n" + head + "\n# last";
  EXPECT_EQ(load(text).text, text);
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.text();
}

}  // namespace
}  // namespace pgt::config
