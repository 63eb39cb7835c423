// What a value may be: types, ranges, choices, words, paths, overrides, and text that is not TOML.
#include <gmock/gmock.h>

#include <filesystem>

#include "config/run_config.hpp"
#include "config/run_file.hpp"

namespace pgt::config {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class Values : public testing::RunFile {};
class Overrides : public testing::RunFile {};
class Syntax : public testing::RunFile {};

TEST_F(Values, AreStrictInType) {
  const auto train = [&](const std::string& line) { return errors_below("[train]\n" + line + "\n"); };
  EXPECT_EQ(train("learning_rate = \"0.1\""),
            "run.toml:9:17: error: \"learning_rate\" must be a number, not the text \"0.1\"\n"
            "    9 | learning_rate = \"0.1\"\n"
            "      |                 ^~~~~\n"
            "help: write it without quotes");
  EXPECT_THAT(train("epochs = 10.0"), HasSubstr("\"epochs\" must be an integer, not 10.0"));
  EXPECT_THAT(train("epochs = true"), HasSubstr("\"epochs\" must be an integer, not true"));
  EXPECT_THAT(train("nesterov = 1"), HasSubstr("\"nesterov\" must be true or false, not 1"));
  EXPECT_THAT(train("nesterov = \"false\""), HasSubstr("help: write it without quotes"));
  EXPECT_THAT(train("device = 0"), HasSubstr("\"device\" must be text, not 0"));
  EXPECT_THAT(train("device = 0"), HasSubstr("help: text is written in quotes"));
  EXPECT_THAT(train("seed = [1]"), HasSubstr("\"seed\" must be an integer, not a list"));
  EXPECT_THAT(train("seed = {a = 1}"), HasSubstr("\"seed\" must be an integer, not a table"));
  EXPECT_THAT(train("seed = 2021-03-11"), HasSubstr("\"seed\" must be an integer, not a date or time"));
}

TEST_F(Values, OfListsAreCheckedOneByOne) {
  EXPECT_THAT(errors_below("[data]\nmean = 0.45\n"), HasSubstr("\"mean\" must be a list of numbers, not 0.45"));
  EXPECT_THAT(errors_below("[data]\nmean = 0.45\n"), HasSubstr("help: a list is written in brackets"));
  EXPECT_EQ(errors_below("[data]\nmean = [\n  0.45, \"é\", 3,\n]\n"),
            "run.toml:10:9: error: each element of \"mean\" must be a number, not the text \"é\"\n"
            "   10 |   0.45, \"é\", 3,\n"
            "      |         ^~~\n"
            "\n"
            "run.toml:10:14: error: each element of \"mean\" must be from 0 to 1, not 3\n"
            "   10 |   0.45, \"é\", 3,\n"
            "      |              ^\n"
            "help: mean of red, green and blue, where white is 1");
  const RunConfig config = load(head + "[data]\nstd = [1, 0.5, 1]\nshort_side = []\n");
  ASSERT_TRUE(diagnostics.empty()) << diagnostics.text();
  EXPECT_EQ(config.data.std, (std::vector<double>{1.0, 0.5, 1.0}));
}

TEST_F(Values, MayBeATableOfNumbersWhereTheOptionTakesOne) {
  const auto weights = [&](const std::string& said) { return errors_below("[train]\nclass_weights = " + said + "\n"); };
  EXPECT_EQ(weights("\"balanced\""), "");
  EXPECT_THAT(weights("\"balance\""),
              AllOf(HasSubstr("must be one of \"none\", \"balanced\" or a table of numbers, not \"balance\""),
                    HasSubstr("did you mean \"balanced\"?")));
  EXPECT_THAT(weights("2"), HasSubstr("\"class_weights\" must be text or a table of numbers, not 2"));
  EXPECT_EQ(weights("{jump = 2, run = \"3\"}"),
            "run.toml:9:34: error: each element of \"class_weights\" must be a number, not the text \"3\"\n"
            "    9 | class_weights = {jump = 2, run = \"3\"}\n"
            "      |                                  ^~~");
  EXPECT_THAT(weights("{jump = -1}"), HasSubstr("each element of \"class_weights\" must be at least 0, not -1"));
  EXPECT_THAT(weights("{jump = 0}"), HasSubstr("\"class_weights\" must be above 0 for \"jump\""));
  EXPECT_THAT(errors_below("[train]\nseed = {}\n"), HasSubstr("must be an integer, not a table"));

  const std::map<std::string, double> table{{"high jump", 2}, {"run \"5\"", 0.5}};
  const std::string section = "[train.class_weights]\n\"high jump\" = 2\n'run \"5\"' = 0.5\n";
  const RunConfig config = load(head + section);
  ASSERT_TRUE(diagnostics.empty()) << diagnostics.text();
  EXPECT_EQ(config.train.class_weights, ClassWeights::table);
  EXPECT_EQ(config.train.class_weight_table, table);
  EXPECT_EQ(load(resolved_toml(config)).train.class_weight_table, table);
  EXPECT_EQ(load(head + section, {"train.class_weights=\"none\""}).train.class_weights, ClassWeights::none);
  EXPECT_TRUE(load(head + section, {"train.class_weights=none"}).train.class_weight_table.empty());
  EXPECT_EQ(load(head, {"train.class_weights={run = 3}"}).train.class_weight_table.at("run"), 3);
}

TEST_F(Values, StayInTheirRange) {
  EXPECT_THAT(errors_below("[train]\nepochs = 0\n"), HasSubstr("\"epochs\" must be from 1 to 1000000 (epochs), not 0"));
  EXPECT_THAT(errors_below("[data]\nsize = 4294967297\nthreads = 100000\n"),
              AllOf(HasSubstr("must be from 1 to 16384 (pixels), not 4294967297"),
                    HasSubstr("must be from 0 to 1024 (threads), not 100000")));
  EXPECT_THAT(errors_below("[train]\nlearning_rate = -1e-3\n"), HasSubstr("must be at least 0, not -0.001"));
  EXPECT_THAT(errors_below("momentum = -0.5\n"), HasSubstr("\"momentum\" must be from 0 to 1, not -0.5"));
  EXPECT_THAT(errors_below("[train]\nlearning_rate = nan\n"), HasSubstr("must be a finite number, not nan"));
  EXPECT_THAT(errors_below("steps = 0\n"), HasSubstr("\"steps\" must be at least 1 (steps) or \"all\", not 0"));
}

TEST_F(Values, AreOneOfTheChoices) {
  const std::string text = errors("[model]\nuse = \"slow\"\nnorm = \"grup\"\n" + head.substr(head.find("[dataset]")));
  EXPECT_THAT(text,
              HasSubstr("run.toml:3:8: error: \"norm\" must be one of \"batch\", \"frozen\", \"group\", not \"grup\""));
  EXPECT_THAT(text, HasSubstr("help: did you mean \"group\"?"));
  EXPECT_THAT(errors_below("[train]\npolicy = \"cos\"\n"),
              HasSubstr("one of \"cosine\", \"step\", \"constant\", \"linear\", \"poly\", \"exponential\", "
                        "\"one_cycle\", not \"cos\""));
  EXPECT_THAT(errors_below("[eval]\ncrops = 2\n"), HasSubstr("\"crops\" must be one of 1, 3 or \"whole\", not 2"));
}

TEST_F(Values, ThatAreNoneAreNotCalledText) {
  EXPECT_THAT(errors_below("", {"train.epochs=99999999999999999999999"}),
              HasSubstr("must be an integer, not 99999999999999999999999, which is too large"));
  EXPECT_THAT(errors_below("", {"train.epochs="}), HasSubstr("must be an integer, not nothing"));
  EXPECT_THAT(errors_below("", {"train.epochs=five"}), HasSubstr("must be an integer, not the text five"));
}

TEST_F(Values, ListEightChoicesAtMost) {
  slow[0].choices.assign(10, std::int64_t{5});
  slow[0].default_value = std::int64_t{5};
  EXPECT_THAT(errors_below("", {"model.depth=1"}), HasSubstr("one of 5, 5, 5, 5, 5, 5, 5, 5 or 2 others, not 1"));
}

TEST_F(Values, MayBeWordsThatStandForNumbers) {
  const std::string text = errors_below("steps = \"al\"\n");
  EXPECT_THAT(text, HasSubstr("run.toml:8:9: error: \"steps\" must be an integer or \"all\", not the text \"al\""));
  EXPECT_THAT(text, HasSubstr("help: did you mean \"all\"?"));
}

TEST_F(Values, ThatAreRequiredMustBeThere) {
  const std::string text = errors("[model]\nuse = \"slow\"\n[dataset]\nuse = \"folder\"\n[schedule]\nuse = \"pgt\"\n");
  EXPECT_EQ(text,
            "run.toml:3:2: error: [dataset] needs \"root\"\n"
            "    3 | [dataset]\n"
            "      |  ^~~~~~~\n"
            "help: folder of the videos");
}

TEST_F(Values, OfPathsAreRelativeToWhoSaysThem) {
  const auto root = [&](const std::string& said, const std::vector<std::string>& overrides = {}) {
    const RunConfig config = load(head + "[run]\nroot = \"" + said + "\"\n", overrides);
    EXPECT_TRUE(diagnostics.empty()) << diagnostics.text();
    return fs::path(config.run.root);
  };
  EXPECT_EQ(root("a/./b/../c/"), folder / "a" / "c");
  EXPECT_EQ(root("../x"), folder.parent_path() / "x");
  EXPECT_EQ(root("/x//y"), "/x/y");
  EXPECT_EQ(root("~/x"), fs::path(std::getenv("HOME")) / "x");
  EXPECT_EQ(root("~x"), folder / "~x");
  EXPECT_EQ(root("a", {"run.root=b"}), fs::current_path() / "b");
  EXPECT_EQ(load(head).run.root, fs::current_path() / "runs");
}

TEST_F(Overrides, AreTomlOrElseText) {
  const RunConfig config =
      load(head + "[train]\nepochs = 3\n",
           {"train.epochs=4", "train.epochs = 0x10", "schedule.steps=all", "run.name=first try",
            "data.short_side=[256, 320]", "train.nesterov=false", "eval.views=3", "train.device=\"cpu\""});
  ASSERT_TRUE(diagnostics.empty()) << diagnostics.text();
  EXPECT_EQ(config.train.epochs, 16);  // the later one
  EXPECT_EQ(config.schedule.values.at("steps").word, "all");
  EXPECT_EQ(config.run.name, "first try");
  EXPECT_EQ(config.data.short_side, (std::vector<std::int64_t>{256, 320}));
  EXPECT_FALSE(config.train.nesterov);
  EXPECT_EQ(config.eval.views, 3);
  EXPECT_EQ(config.train.device, "cpu");
}

TEST_F(Overrides, NeedNoQuotesForTextThatLooksLikeANumber) {
  EXPECT_EQ(load(head, {"run.name=2021"}).run.name, "2021");
  EXPECT_EQ(load(head, {"run.name=2021-03-11"}).run.name, "2021-03-11");
  EXPECT_EQ(load(head, {"run.name="}).run.name, "");
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.text();
}

TEST_F(Overrides, ChangeThePlugin) {
  const RunConfig config = load(head, {"schedule.use=clip", "schedule.frames=16"});
  ASSERT_TRUE(diagnostics.empty()) << diagnostics.text();
  EXPECT_EQ(config.schedule.use, "clip");
  EXPECT_EQ(std::get<std::int64_t>(config.schedule.values.at("frames").value), 16);
  EXPECT_THAT(errors_below("overlap = 1\n", {"schedule.use=clip"}),
              HasSubstr("run.toml:8:1: error: unknown key \"overlap\" in [schedule]"));
}

TEST_F(Overrides, AreCheckedLikeTheFile) {
  EXPECT_EQ(errors_below("", {"train.epochs=3", "train.lerning_rate=0.1"}),
            "--set:2:7: error: unknown key \"lerning_rate\" in [train]\n"
            "    2 | train.lerning_rate=0.1\n"
            "      |       ^~~~~~~~~~~~\n"
            "help: did you mean \"learning_rate\"?");
  EXPECT_THAT(errors_below("", {"trian.epochs=3"}), HasSubstr("--set:1:1: error: unknown section [trian]"));
  EXPECT_THAT(errors_below("", {"train.epochs=many"}),
              HasSubstr("--set:1:14: error: \"epochs\" must be an integer, not the text many"));
  EXPECT_THAT(errors_below("[train]\nepochs = 3\n", {"train.warmup_epochs=3"}),
              HasSubstr("--set:1:21: error: \"warmup_epochs\" must be less than epochs (3)"));
}

TEST_F(Overrides, MustNameSectionAndKey) {
  for (const char* text :
       {"epochs=3", "train.epochs", "=3", ".epochs=3", "train.=3", "", "name=a.b", "# train.epochs=3"}) {
    EXPECT_THAT(errors_below("[train]\nlerning_rate = 1\n", {text}),
                ::testing::AllOf(HasSubstr("an override reads SECTION.KEY=VALUE"), HasSubstr("lerning_rate")))
        << text;
  }
}

TEST_F(Syntax, ErrorsSayWhereAndWhat) {
  const auto says = [&](const std::string& lines, const std::string& expected) {
    EXPECT_THAT(errors(lines), HasSubstr(expected)) << lines;
    EXPECT_EQ(diagnostics.size(), 1U);
  };
  says("[train]\nepochs = 1\n  epochs = 2\n",
       "run.toml:3:3: error: key \"epochs\" appears twice\n    3 |   epochs = 2\n      |   ^~~~~~~~~~\n");
  says("[train]\n[data]\n[train]\n", "run.toml:3:1: error: section [train] appears twice");
  says("[train]\ndevice = cpu\n", "run.toml:2:10: error: this is not a value");
  says("[train]\ndevice = \"cpu\n", "run.toml:2:14: error: text without its closing quote");
  says("[data]\nflip = no\n",
       "run.toml:2:8: error: \"no\" is not a value\n    2 | flip = no\n      |        ^~\n"
       "help: use true or false");
  for (const char* word : {"yes", "on", "off", "True", "FALSE", "n"}) {
    says("[data]\nflip = " + std::string(word) + " # so\n", "help: use true or false");
  }
  says("[train]\ninit = None\n", "help: leave the key out");
  says("[train]\npolicy = fold\n", "run.toml:2:10: error: this is not a value");
  says("[train]\nepochs = 10k\n", "error: \"10k\" is not a number");
  says("[data]\nmean = [.5, nope, 1]\n", "run.toml:2:9: error: \".5\" is not a number");
  says("[data]\nmean = [\n  0.5,\n  nope]\n", "run.toml:4:3: error: this is not a value");
  says("[train]\nepochs =\n", "run.toml:2:9: error: the value is missing");
  says("[run]\nroot = \"C:\\videos\"\n", "error: unknown escape sequence in a text");
  says("[train]\nepochs =", "run.toml:2:9: error: the value is missing");
  says("[train]\nepochs 3\n", "run.toml:2:8: error: not valid TOML: key-value pair: expected '=', saw '3'");
  says("[train\nepochs = 3\n", "run.toml:1:7: error: not valid TOML: table header: expected ']'");
  says("a = \"\xFF\"\n", "run.toml:1:5: error: not valid TOML");
}

TEST_F(Syntax, HasKeysOfFewParts) {
  std::string dots;
  for (int i = 0; i < 50000; ++i) dots += "a.";
  const std::string expected = "error: this key has more than 32 parts";
  EXPECT_THAT(errors("[train]\nepochs = 1\n " + dots + "b = 1\n"), HasSubstr("run.toml:3:1: " + expected));
  EXPECT_THAT(errors("x = \"\"\"a\n\"\"\"\n[" + dots + "b]\n"), HasSubstr("run.toml:3:2: " + expected));
  EXPECT_THAT(errors("x = {" + dots + "b = 1}\n"), HasSubstr("run.toml:1:6: " + expected));
  EXPECT_THAT(errors_below("", {dots + "b=1"}), HasSubstr("--set:1:1: " + expected));
  EXPECT_THAT(errors("x = " + std::string(50000, '[')), HasSubstr("lists or tables within each other"));
  EXPECT_THAT(errors_below("[run]\nname = \"" + dots + "\" # " + dots + "\n"), "");
  EXPECT_THAT(errors_below("[run]\nname = '''\n" + dots + "''' # \"\n[train]\nepochs = 2\n"), "");
}

}  // namespace
}  // namespace pgt::config
