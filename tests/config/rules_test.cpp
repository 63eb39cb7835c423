// Rules across options, of the host's own sections and of plugins.
#include <gmock/gmock.h>

#include "config/run_config.hpp"
#include "config/run_file.hpp"

namespace pgt::config {
namespace {

using ::testing::HasSubstr;

class Rules : public testing::RunFile {};

struct Case {
  const char* lines;
  const char* expected;
};

class HostRules : public testing::RunFile, public ::testing::WithParamInterface<Case> {};

TEST_P(HostRules, PointAtTheValueThatBreaksThem) {
  EXPECT_THAT(errors_below(GetParam().lines), HasSubstr(GetParam().expected));
  EXPECT_EQ(diagnostics.size(), 1U) << diagnostics.text();
}

INSTANTIATE_TEST_SUITE_P(
    All, HostRules,
    ::testing::Values(
        Case{"[train]\nepochs = 5\nwarmup_epochs = 5\n",
             "run.toml:10:17: error: \"warmup_epochs\" must be less than epochs (5)"},
        Case{"[train]\nwarmup_start = 0.1\n",
             ":9:16: error: \"warmup_start\" needs warmup_epochs or "
             "warmup_iterations above 0"},
        Case{"[train]\npolicy = \"step\"\n", ":9:10: error: \"policy\" \"step\" needs milestones"},
        Case{"[train]\nmilestones = [3]\n", ":9:14: error: \"milestones\" needs policy = \"step\""},
        Case{"[train]\npolicy = \"step\"\nmilestones = [3, 3]\n", ":10:14: error: \"milestones\" must ascend"},
        Case{"[train]\npolicy = \"step\"\nmilestones = [3, 10]\n", "\"milestones\" must be below epochs (10)"},
        Case{"[train]\npatience = 3\n[eval]\nevery = 0\n",
             ":9:12: error: \"patience\" counts evaluations, but there is"},
        Case{"[train]\nclass_weights = \"balanced\"\n[data]\nbalance = \"classes\"\n",
             ":9:17: error: \"class_weights\" balances what data.balance = \"classes\" has balanced"},
        Case{"[train]\nwarmup_epochs = 2\nwarmup_iterations = 30\n",
             ":10:21: error: \"warmup_iterations\" is the same as warmup_epochs"},
        Case{"[train]\npolicy = \"one_cycle\"\nwarmup_iterations = 5\n",
             ":10:21: error: \"warmup_iterations\" must be 0 with policy = \"one_cycle\""},
        Case{"[train]\nmin_learning_rate = 0.1\n", "\"min_learning_rate\" must not be above learning_rate"},
        Case{"[train]\npower = 2\n", ":9:9: error: \"power\" needs policy = \"poly\", not \"cosine\""},
        Case{"[train]\npolicy = \"poly\"\npct_start = 0.1\n",
             ":10:13: error: \"pct_start\" needs policy = \"one_cycle\", not \"poly\""},
        Case{"[train]\npolicy = \"one_cycle\"\nmin_learning_rate = 0.001\n", "\"min_learning_rate\" needs policy ="},
        Case{"[train]\nmomentum = 0.9\noptimizer = \"adam\"\n",
             "run.toml:9:12: error: \"momentum\" needs optimizer = \"sgd\" or \"lars\", not \"adam\""},
        Case{"[train]\noptimizer = \"adamw\"\ntrust_coefficient = 1\n",
             "help: leave trust_coefficient out, or change optimizer"},
        Case{"[train]\nbeta2 = 0.95\n", ":9:9: error: \"beta2\" needs optimizer = \"adam\" or \"adamw\", not \"sgd\""},
        Case{"[train]\noptimizer = \"adam\"\nbeta1 = 1\n", ":10:9: error: \"beta1\" must be below 1"},
        Case{"[train]\noptimizer = \"rmsprop\"\nbeta1 = 0.5\n", ":9:13: error: \"optimizer\" must be one of"},
        Case{"[train]\nlayer_decay = 0\n", "\"layer_decay\" must be above 0"},
        Case{"[train]\nfreeze = [\"s1\", \"\"]\n", "\"freeze\" must not hold an empty name"},
        Case{"[train]\nmomentum = 1\n", ":9:12: error: \"momentum\" must be below 1"},
        Case{"[train]\nmomentum = 0\n", "\"momentum\" must be above 0, or nesterov must be false"},
        Case{"[train]\naverage = 1\n", ":9:11: error: \"average\" must be below 1"},
        Case{"[train]\nclip_value = 1\nclip_gradient = 1\n", ":9:14: error: \"clip_value\" the gradient is clipped"},
        Case{"[train]\nprecision = \"tf32\"\ndevice = \"cpu\"\n", ":9:13: error: \"precision\" \"tf32\" needs a GPU"},
        Case{"[train]\ndevice = \"gpu\"\n", "\"device\" must be \"auto\", \"cpu\", \"cuda\" or \"cuda:N\""},
        Case{"[train]\ndevice = \"cuda:\"\n", "\"device\" must be"},
        Case{"[data]\nsize = 112\nshort_side = [128]\n", "\"short_side\" must be two values"},
        Case{"[data]\nsize = 112\nshort_side = [160, 128]\n", "\"short_side\" must ascend"},
        Case{"[data]\nsize = 112\nshort_side = [100, 128]\n", "\"short_side\" must not go below size (112)"},
        Case{"[data]\nsampling = \"segment\"\nfps = 5\n", ":10:7: error: \"fps\" needs sampling = \"dense\""},
        Case{"[data]\nmean = [0.5]\n", "\"mean\" must be three values"},
        Case{"[data]\nstd = [0.5, 0.5]\n", "\"std\" must be three values"},
        Case{"[data]\nstd = [0.5, 0, 0.5]\n", "\"std\" must be above 0"},
        Case{"[data]\nshort_side_draw = \"inverse\"\n",
             ":9:19: error: \"short_side_draw\" \"inverse\" needs short_side"},
        Case{"[augment]\nerasing_area = [0.1]\n", ":9:16: error: \"erasing_area\" must be two values, [low, high]"},
        Case{"[augment]\nerasing_area = [0.3, 0.2]\n", "\"erasing_area\" must ascend"},
        Case{"[augment]\nerasing_area = [0, 0.2]\n", "\"erasing_area\" must be above 0"},
        Case{"[augment]\nerasing_area = [0.5, 1.5]\n", "\"erasing_area\""},
        Case{"[augment]\nerasing_aspect = [2, 1]\n", "\"erasing_aspect\" must ascend"},
        Case{"[augment]\nerasing_aspect = [0, 1]\n", "\"erasing_aspect\" must be above 0"},
        Case{"[augment]\nbrightness = 1.5\n", ":9:14: error: \"brightness\""},
        Case{"[augment]\nrandaugment = 2.5\n", ":9:15: error: \"randaugment\""},
        Case{"[augment]\nrandaugment_magnitude = 31\n", "\"randaugment_magnitude\""},
        Case{"[augment]\nmixup = -1\n", ":9:9: error: \"mixup\""},
        Case{"[train]\nbatch_size = 1\n[augment]\nmixup = 0.8\n",
             "run.toml:11:9: error: \"mixup\" mixes the clips of a batch, but a batch is one clip"},
        Case{"[train]\nbatch_size = 1\n[augment]\ncutmix = 1\n", "help: set train.batch_size to 2 or more"},
        Case{"[run]\nname = \"a/b\"\n", "\"name\" must be a folder's name"},
        Case{"[run]\nroot = \"\"\n", "\"root\" must name a folder"}));

TEST_F(Rules, OfTheHostAllowWhatIsRight) {
  load(head +
       "[train]\nepochs = 5\nwarmup_epochs = 4.5\nwarmup_start = 0.01\npolicy = \"step\"\nmilestones = [2, 4.5]\n"
       "momentum = 0\nnesterov = false\ndevice = \"cuda:1\"\n[data]\nsize = 112\nshort_side = [112, 112]\n"
       "short_side_draw = \"inverse\"\nchannel_order = \"bgr\"\n[augment]\nrandaugment = 2\nrandom_erasing = 0.25\n"
       "mixup = 0.8\ncutmix = 1\n");
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.text();
  load(head +
       "[train]\nbeta1 = 0.8\nbeta2 = 0.95\nepsilon = 1e-6\noptimizer = \"adamw\"\npower = 2\npolicy = \"poly\"\n"
       "warmup_iterations = 100\nwarmup_start = 1e-5\nlayer_decay = 0.75\nfreeze = [\"s1\"]\nbase_batch_size = 64\n");
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.text();
}

TEST_F(Rules, ThatInvolveARefusedValueAreLeftOut) {
  errors_below("[train]\nepochs = \"30\"\nwarmup_epochs = 15\n");
  EXPECT_EQ(diagnostics.size(), 1U) << diagnostics.text();
}

TEST_F(Rules, OfAPluginPointAtTheOptionOrElseItsSection) {
  sdk::TypedOptions<testing::PgtOptions> options;
  const auto check = [&](const std::string& lines) {
    const RunConfig config = load(head + lines);
    apply(config.schedule, options);
    check_rules(config.schedule, options, diagnostics);
    return diagnostics.text();
  };
  EXPECT_EQ(check("overlap = 2\nmomentum = 1\n"), "");
  EXPECT_EQ(options.value.overlap, 2);
  EXPECT_EQ(options.value.momentum, 1.0);
  EXPECT_THAT(check("overlap = 9\n"), HasSubstr("run.toml:8:11: error: \"overlap\" must be less than step_length (8)"));
  EXPECT_THAT(check("step_length = 1\n"),
              HasSubstr("run.toml:6:2: error: \"overlap\" must be less than step_length (1)"));
}

TEST(ToToml, ReadsBackAsTheSameType) {
  EXPECT_EQ(to_toml(true), "true");
  EXPECT_EQ(to_toml(std::int64_t{-3}), "-3");
  EXPECT_EQ(to_toml(3.0), "3.0");
  EXPECT_EQ(to_toml(0.1), "0.1");
  EXPECT_EQ(to_toml(1e-4), "1e-04");
  EXPECT_EQ(to_toml(std::string("a\"b\\c\n\x7F")), "\"a\\\"b\\\\c\\u000A\\u007F\"");
  EXPECT_EQ(to_toml(std::vector<double>{1, 0.5}), "[1.0, 0.5]");
  EXPECT_EQ(to_toml(std::vector<std::string>{}), "[]");
}

}  // namespace
}  // namespace pgt::config
