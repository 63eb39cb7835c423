// What is good breaks no rule: the good ones among tests/plugins_faulty, and every plugin that is shipped.

#include <gmock/gmock.h>

#include "plugin_tool/tool.hpp"

namespace pgt::plugin {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Tiny files of every dataset, in the folder of the test.
class ShippedPlugins : public PluginTest {
 protected:
  void place(const std::string& name, const std::string& text = "") const {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name) << text;
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  /// The library breaks no rule with these options; some are tried on each thing that it provides.
  void expect_good(const std::string& library, const std::vector<std::string>& options = {}) const {
    SCOPED_TRACE(library);
    std::vector<std::string> arguments;
    for (const std::string& option : options) arguments.insert(arguments.end(), {"--option", option});
    const Findings findings = check(fs::path(PGT_PLUGIN_FOLDER) / (library + ".so"), arguments);
    EXPECT_EQ(findings.code, 0) << findings.errors << findings.all_broken();
    EXPECT_GT(findings.count("holds"), 40U);
  }
};

TEST_F(ShippedPlugins, GoodOnesOfTheTestsBreakNoRule) {
  EXPECT_THAT(check(faulty("many_schedules")).all_broken(), IsEmpty());
  for (const char* task : {"single_label", "multi_label", "boxes", "moments"}) {
    const std::vector<std::string> arguments{"--option", "file=/dev/null", "--option", std::string("task=") + task};
    EXPECT_THAT(check(faulty("many_datasets"), arguments).all_broken(), IsEmpty()) << task;
  }
  EXPECT_THAT(check(faulty("many_datasets"), {"--option", "file=/dev/null", "--option", "made=true"}).all_broken(),
              IsEmpty());
}

TEST_F(ShippedPlugins, SchedulesBreakNoRule) {
  for (const char* name :
       {"clip", "pgt", "multigrid", "pgt_multigrid", "stochastic", "tbptt", "curriculum", "whole", "two_pass"}) {
    expect_good(name);
  }
  expect_good("pgt", {"eval=whole", "update=step"});
  expect_good("pgt", {"steps=all"});
  expect_good("pgt", {"compat=reference", "fast_overlap=4"});
  expect_good("tbptt", {"window=sliding", "gradient_steps=2"});
}

TEST_F(ShippedPlugins, DatasetsBreakNoRule) {
  for (const char* video : {"a/1", "a/2", "a/3", "b/1", "b/2", "b/3"}) place(std::string("folder/") + video + ".mp4");
  expect_good("folder", {"root=" + path("folder")});

  for (const char* video : {"x", "y", "z"}) place(std::string("videos/") + video + ".mp4");
  place("list.csv", "path,label,split\nx.mp4,a,train\ny.mp4,b,train\nz.mp4,a,val\n");
  expect_good("list", {"file=" + path("list.csv"), "root=" + path("videos")});

  place("videos/x_000000_000001.mp4");
  place("videos/y_000000_000001.mp4");
  const std::string head = "label,youtube_id,time_start,time_end,split,is_cc\n";
  place("k_train.csv", head + "abseiling,x,0,1,train,0\n");
  place("k_val.csv", head + "abseiling,y,0,1,val,0\n");
  expect_good("kinetics", {"root=" + path("videos"), "train=" + path("k_train.csv"), "val=" + path("k_val.csv")});

  const std::string actions =
      "id,subject,scene,quality,relevance,verified,script,objects,descriptions,actions,length\n";
  place("c_train.csv", actions + "x,A,B,6,7,Yes,s,o,d,c000 0.0 0.5;c003 0.4 1.4,1.44\n");
  place("c_val.csv", actions + "y,A,B,6,7,Yes,s,o,d,c001 0.2 1.4,1.44\n");
  expect_good("charades", {"root=" + path("videos"), "train=" + path("c_train.csv"), "val=" + path("c_val.csv")});

  place("s_labels.json", R"({"Pushing something": "0", "Pulling something": "1"})");
  place("s_train.json", R"([{"id":"x","template":"Pushing [something]"},{"id":"y","template":"Pulling [something]"}])");
  place("s_val.json", R"([{"id":"z","template":"Pushing [something]"}])");
  expect_good("something", {"root=" + path("videos"), "labels=" + path("s_labels.json"),
                            "train=" + path("s_train.json"), "val=" + path("s_val.json")});
}

TEST_F(ShippedPlugins, DatasetsOfStretchesBreakNoRule) {
  for (const char* video : {"x", "y", "z"}) place(std::string("videos/") + video + ".mp4");
  place(
      "net.json",
      R"({"database":{"x":{"duration":9,"subset":"training","annotations":[{"segment":[0.1,3.3],"label":"A"},{"segment":[2,5],"label":"B"}]},)"
      R"("y":{"duration":9,"subset":"validation","annotations":[{"segment":[1,4],"label":"B"}]}}})");
  expect_good("activitynet", {"root=" + path("videos"), "file=" + path("net.json")});
  expect_good("segments", {"root=" + path("videos"), "file=" + path("net.json")});

  place("mapping.txt", "0 SIL\n1 take\n2 pour\n");
  place("labels/x.txt", "SIL\nSIL\npour\nunsure\ntake\n");
  place("labels/y.txt", "take\ntake\n");
  place("train.bundle", "x.txt\n");
  place("test.bundle", "y.txt\n");
  expect_good("bundles", {"root=" + path("videos"), "labels=" + path("labels"), "mapping=" + path("mapping.txt"),
                          "train=" + path("train.bundle"), "val=" + path("test.bundle"), "unlabelled=[\"unsure\"]"});

  place("ava_train.csv",
        "x,0902,0.077,0.151,0.283,0.811,80,1\nx,0902,0.077,0.151,0.283,0.811,9,1\nx,0904,0.5,0.1,0.9,0.8,12,2\n");
  place("ava_val.csv", "y,0904,-0.1,0.2,1.02,0.4,7,1\n");  // a detector's, over both edges
  expect_good("ava", {"root=" + path("videos"), "train=" + path("ava_train.csv"), "val=" + path("ava_val.csv")});
}

TEST_F(ShippedPlugins, DatasetsOfFoldsBreakNoRule) {
  for (const char* name : {"A/v_A_g01_c01", "A/v_A_g02_c01", "B/v_B_g01_c01", "B/v_B_g02_c01"})
    place(std::string("folds/") + name + ".avi");
  place("classInd.txt", "1 A\n2 B\n");
  place("trainlist01.txt", "A/v_A_g01_c01.avi 1\nB/v_B_g01_c01.avi 2\n");
  place("testlist01.txt", "A/v_A_g02_c01.avi\nB/v_B_g02_c01.avi\n");
  place("A_test_split1.txt", "v_A_g01_c01.avi 1 \nv_A_g02_c01.avi 2 \n");
  place("B_test_split1.txt", "v_B_g01_c01.avi 1 \nv_B_g02_c01.avi 2 \n");
  expect_good("ucf101", {"root=" + path("folds"), "splits=" + folder_.string()});
  expect_good("hmdb51", {"root=" + path("folds"), "splits=" + folder_.string()});
}

TEST_F(ShippedPlugins, BackbonesBreakNoRuleSlow) {
  EXPECT_THAT(check(faulty("many_backbones")).all_broken(), IsEmpty());
  expect_good("resnet3d", {"blocks=[1,1,1,1]", "depth=18", "width=8", "stem=small", "norm=frozen"});
  expect_good("recurrent",
              {"blocks=[1,1]", "depth=18", "width=4", "stem=small", "norm=group", "norm_groups=2", "state_width=6"});
  expect_good("recurrent", {"blocks=[1,1]", "depth=18", "width=4", "stem=small", "norm=group", "norm_groups=2",
                            "state_width=6", "cell=lstm", "head=moments"});
}

TEST_F(ShippedPlugins, NarrowBackbonesBreakNoRuleSlow) {
  expect_good("regnet", {"blocks=[1,1,1,1]", "widths=[16,16,32,32]", "stem_width=16"});
  expect_good("regnet", {"blocks=[1,1,1,1]", "widths=[16,16,32,32]", "stem_width=16", "head=moments", "moment_head=gru",
                         "moment_width=8"});
  expect_good("x3d", {"depth_factor=1", "width_factor=1", "lin_5_width=32"});
  expect_good("vit", {"depth=2", "width=32", "heads=4"});
  expect_good("vit", {"depth=2", "width=32", "heads=4", "attention=joint", "head=moments", "moment_head=causal_tcn",
                      "moment_layers=2", "moment_width=8"});
}

TEST_F(ShippedPlugins, ProgramsFromPythonBreakNoRuleSlow) {
  ASSERT_EQ(run_program({PGT_MAKE_PROGRAM, path("net.pt"), "5"}).code, 0);
  expect_good("exported", {"file=" + path("net.pt")});
}

TEST_F(ShippedPlugins, WhatNeedsOptionsSaysWhich) {
  const Findings findings = check(fs::path(PGT_PLUGIN_FOLDER) / "bundles.so");
  EXPECT_EQ(findings.code, 0) << findings.all_broken();
  EXPECT_THAT(findings.all.dump(), HasSubstr("it needs --option root=… --option labels=… --option mapping=…"));
}

}  // namespace
}  // namespace pgt::plugin
