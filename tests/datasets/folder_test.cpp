#include "datasets/folder/folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "datasets/scratch.hpp"
#include "plugin/registry.hpp"

namespace pgt::datasets {
namespace {

namespace fs = std::filesystem;
using sdk::Split;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class FolderDataset : public Scratch {
 protected:
  FolderOptions options(double val_fraction = 0.2, const std::string& group_by = "") const {
    return {root_.string(), val_fraction, 25, group_by};
  }
  Folder open(double val_fraction = 0.2, const std::string& group_by = "") const {
    return Folder(options(val_fraction, group_by), {});
  }
  void write_class(const std::string& folder, int videos) {
    for (int i = 0; i < videos; ++i) write(folder + "/v" + std::to_string(i) + ".mp4");
  }
};

TEST_F(FolderDataset, ReadsSplitsAndTheUnionOfTheirClasses) {
  write("train/run/b.mp4");
  write("train/run/a.MKV");
  write("train/jump/c.webm");
  write("val/run/d.mp4");
  write("test/walk/e.mov");
  const Folder folder = open();
  EXPECT_THAT(folder.info().classes, ElementsAre("jump", "run", "walk"));
  EXPECT_EQ(folder.info().task, sdk::Task::single_label);
  EXPECT_THAT(ids(folder, Split::train), ElementsAre("jump/c.webm", "run/a.MKV", "run/b.mp4"));
  EXPECT_THAT(ids(folder, Split::val), ElementsAre("run/d.mp4"));
  EXPECT_THAT(ids(folder, Split::test), ElementsAre("walk/e.mov"));
  EXPECT_THAT(classes(folder, Split::train, 1), ElementsAre(1));
  EXPECT_THAT(classes(folder, Split::test, 0), ElementsAre(2));
  EXPECT_EQ(folder.sample(Split::val, 0).path, root_ / "val/run/d.mp4");
  EXPECT_THAT(folder.info().warnings, ElementsAre("no videos in split train for class \"walk\"",
                                                  "no videos in split val for 2 classes: \"jump\", \"walk\""));
  EXPECT_THROW(folder.sample(Split::val, 1), std::out_of_range);
}

TEST_F(FolderDataset, SetsAShareOfEveryClassAsideWhereThereIsNoVal) {
  write_class("run", 10);
  write_class("jump", 5);
  const Folder folder = open();
  EXPECT_EQ(folder.size(Split::train), 12U);
  EXPECT_EQ(folder.size(Split::val), 3U);
  EXPECT_EQ(folder.size(Split::test), 0U);
  EXPECT_THAT(folder.info().warnings, IsEmpty());
  EXPECT_EQ(ids(open(), Split::val), ids(folder, Split::val));
  EXPECT_NE(ids(Folder(options(), {1}), Split::val), ids(folder, Split::val));
  EXPECT_EQ(open(0).size(Split::val), 0U);
}

TEST_F(FolderDataset, SetsTrainingVideosAsideWhereTrainStandsAlone) {
  write_class("train/run", 10);
  write_class("train/jump", 10);
  const Folder folder = open(0.3);
  EXPECT_EQ(folder.size(Split::val), 6U);
  EXPECT_EQ(folder.size(Split::train), 14U);
}

TEST_F(FolderDataset, NeverSplitsAGroup) {
  for (int group = 0; group < 8; ++group) {
    for (int part = 0; part < 3; ++part) {
      const std::string name = "/g" + std::to_string(group) + "_c" + std::to_string(part) + ".avi";
      write("run" + name);
      write("jump" + name);
    }
  }
  write("jump/other.avi");
  const Folder folder = open(0.25, "/(g[0-9]+)_");
  std::set<std::string> train, val;
  for (std::size_t i = 0; i < folder.size(Split::train); ++i) train.insert(folder.sample(Split::train, i).group);
  for (std::size_t i = 0; i < folder.size(Split::val); ++i) val.insert(folder.sample(Split::val, i).group);
  train.erase("");
  val.erase("");
  EXPECT_EQ(train.size() + val.size(), 8U);
  EXPECT_GE(val.size(), 2U);
  EXPECT_THAT(folder.info().warnings,
              ElementsAre(HasSubstr("1 video does not match group_by; it is a group of its own")));
  EXPECT_THAT(open(0.25, "(q[0-9]+)?").info().warnings, ElementsAre(HasSubstr("videos do not match group_by")))
      << "what matches nothing but \"\"";
}

TEST_F(FolderDataset, WarnsOfGroupsInTwoSplits) {
  write("train/run/g1_a.mp4");
  write("train/jump/g2_a.mp4");
  write("val/run/g1_b.mp4");
  write("val/jump/g3_a.mp4");
  EXPECT_THAT(open(0.2, "g[0-9]").info().warnings,
              ElementsAre(AllOf(HasSubstr("1 group is in more than one split"), HasSubstr("g1"))));
}

TEST_F(FolderDataset, CountsWhatItDoesNotUse) {
  write_class("run", 5);
  write_class("jump", 5);
  write("run/.DS_Store");
  write(".cache/x.mp4");
  write("run/notes.txt");
  write("jump/Thumbs.db");
  write("jump/more/a.mp4");
  write("README.md");
  write("stray.mp4");
  fs::create_symlink(root_ / "gone.mp4", root_ / "run" / "link.mp4");
  const Folder folder = open();
  EXPECT_EQ(folder.size(Split::train) + folder.size(Split::val), 10U);
  EXPECT_THAT(
      folder.info().warnings,
      ElementsAre(
          HasSubstr("2 hidden"), AllOf(HasSubstr("2 files that are not named as videos"), HasSubstr("Thumbs.db")),
          AllOf(HasSubstr("1 folder below a class folder, which holds videos, is not used: "), HasSubstr("jump/more")),
          AllOf(HasSubstr("1 broken link is not used: "), HasSubstr("link.mp4")),
          HasSubstr("1 video beside the class folders is not used: ")));
}

TEST_F(FolderDataset, TakesFoldersOfFrames) {
  write("jump/a/0001.jpg");
  write("jump/b.mp4");
  write("run/c/1.png");
  write("run/empty/notes.txt");
  const Folder dataset({root_.string(), 0.0, 12.5, ""}, {});
  EXPECT_THAT(ids(dataset, Split::train), ElementsAre("jump/a", "jump/b.mp4", "run/c"));
  EXPECT_EQ(dataset.sample(Split::train, 0).fps, 12.5);
  EXPECT_THAT(dataset.info().warnings, testing::Contains(HasSubstr("run/empty")));
}

TEST_F(FolderDataset, FollowsLinks) {
  write("elsewhere/run/a.mp4");
  write("data/jump/b.mp4");
  fs::create_directory_symlink(root_ / "elsewhere/run", root_ / "data/run");
  fs::create_symlink(root_ / "elsewhere/run/a.mp4", root_ / "data/jump/c.mp4");
  const Folder folder({(root_ / "data").string(), 0, 25, ""}, {});
  EXPECT_THAT(ids(folder, Split::train), ElementsAre("jump/b.mp4", "jump/c.mp4", "run/a.mp4"));
}

TEST_F(FolderDataset, SaysWhatIsWrongAndWhatToDo) {
  EXPECT_THAT(error_of<Folder>({(root_ / "none").string(), 0.2, 25, ""}), HasSubstr("no such folder"));
  EXPECT_THAT(error_of<Folder>(options()), HasSubstr("one folder for each class"));
  write("a.mp4");
  EXPECT_THAT(error_of<Folder>({(root_ / "a.mp4").string(), 0.2, 25, ""}), HasSubstr("is a file"));
  write("run/a.mp4");
  EXPECT_THAT(error_of<Folder>(options()), HasSubstr("one class only, \"run\""));
  write("jump/a.txt");
  write("walk/a.txt");
  EXPECT_THAT(error_of<Folder>(options()), AllOf(HasSubstr("jump: has no videos"), HasSubstr("walk: has no videos")));
}

TEST_F(FolderDataset, SaysHowSplitFoldersAreCalled) {
  write("val/run/a.mp4");
  EXPECT_THAT(error_of<Folder>(options()), HasSubstr("no train/ beside val/"));
  write("train/run/a.mp4");
  write("train/jump/a.mp4");
  write("test_videos/run/a.mp4");
  EXPECT_THAT(error_of<Folder>(options()), HasSubstr("rename it to test/"));
}

TEST_F(FolderDataset, TakesSplitsByTheirUsualNames) {
  for (const char* split : {"Train", "VALIDATION", "Testing"}) {
    write_class(std::string(split) + "/run", 2);
    write_class(std::string(split) + "/jump", 1);
  }
  const Folder folder = open();
  EXPECT_THAT(folder.info().classes, ElementsAre("jump", "run"));
  for (const Split split : {Split::train, Split::val, Split::test}) EXPECT_EQ(folder.size(split), 3U);
  write_class("valid/run", 1);
  EXPECT_THAT(error_of<Folder>(options()), HasSubstr("VALIDATION/ and valid/ are both for split val"));
}

TEST_F(FolderDataset, TakesATrainForAClassAmongOthers) {
  for (const char* vehicle : {"train", "car", "ship"}) write_class(vehicle, 3);
  EXPECT_THAT(open().info().classes, ElementsAre("car", "ship", "train"));
}

TEST_F(FolderDataset, NeverValidatesOnTrainingVideosWhereThereIsAVal) {
  write_class("train/run", 5);
  write_class("train/jump", 5);
  fs::create_directories(root_ / "val");
  EXPECT_THAT(error_of<Folder>(options()), HasSubstr("val: has no videos"));
  write("val/a.mp4");
  EXPECT_THAT(error_of<Folder>(options()), HasSubstr("val: its videos, such as a.mp4, are in no class folder"));
  write("val/run/day1/a.mp4");
  fs::remove(root_ / "val/a.mp4");
  EXPECT_THAT(error_of<Folder>(options()),
              AllOf(HasSubstr("val: its videos are not right in class folders"), HasSubstr("val/run/day1/a.mp4")));
  write("val/run/a.mp4");
  EXPECT_EQ(open().size(Split::train), 10U);
  fs::create_directories(root_ / "test");
  EXPECT_THAT(open().info().warnings, Contains(HasSubstr("test: has no videos")));
}

TEST_F(FolderDataset, NeverValidatesOnTrainingVideosWhereValIsNotAFolder) {
  write_class("train/run", 5);
  write_class("train/jump", 5);
  write("val");
  EXPECT_THAT(error_of<Folder>(options()), HasSubstr("val: is not a folder, but has the name of a split"));
  fs::remove(root_ / "val");
  fs::create_directory_symlink("not mounted", root_ / "Validation");
  EXPECT_THAT(error_of<Folder>(options()), HasSubstr("Validation: is a link to what is not there"));
}

TEST_F(FolderDataset, DoesNotPassOverASplitByAnotherName) {
  write_class("train/run", 5);
  write_class("train/jump", 5);
  write_class("holdout/run", 2);
  EXPECT_THAT(error_of<Folder>(options()), AllOf(HasSubstr("holdout: "), HasSubstr("rename it to val/ if")));
  write_class("val/run", 2);
  EXPECT_THAT(open().info().warnings, Contains(HasSubstr("holdout")));
}

TEST_F(FolderDataset, SaysThatNothingCanBeSetAside) {
  write_class("run", 1);
  write_class("jump", 1);
  EXPECT_EQ(open().size(Split::val), 0U);
  EXPECT_THAT(open().info().warnings, ElementsAre(HasSubstr("no videos are set aside for validation")));
  EXPECT_THAT(open(0).info().warnings, IsEmpty()) << "as asked";
}

TEST_F(FolderDataset, SaysWhereTheVideosLieInstead) {
  write("jump/day1/a.mp4");
  write("run/day1/a.mp4");
  EXPECT_THAT(error_of<Folder>(options()),
              AllOf(HasSubstr("jump: has no videos right in it"), HasSubstr("run/day1/a.mp4")));
  write("run/1.mp4");
  write("jump/1.mp4");
  EXPECT_THAT(open().info().warnings, Contains(AllOf(HasSubstr("which hold videos"), HasSubstr("jump/day1"))));
}

TEST_F(FolderDataset, SaysWhichFolderIsMeant) {
  write("all/train/run/a.mp4");
  EXPECT_THAT(error_of<Folder>(options()), AllOf(HasSubstr("all: is not a class"), HasSubstr("set dataset.root to it"),
                                                 testing::Not(HasSubstr("one class only"))));
  write("pictures/jump/1.jpg");
  EXPECT_THAT(error_of<Folder>({(root_ / "pictures").string(), 0, 25, ""}),
              HasSubstr("jump: has pictures right in it"));
}

TEST_F(FolderDataset, SortsNumberedClassesAsNumbers) {
  for (const char* name : {"0", "1", "2", "10"}) write_class(name, 1);
  const Folder folder = open(0);
  EXPECT_THAT(folder.info().classes, ElementsAre("0", "1", "2", "10"));
  for (std::size_t i = 0; i < 4; ++i) {
    const std::string folder_name = folder.sample(Split::train, i).path.parent_path().filename();
    const auto index = static_cast<std::size_t>(classes(folder, Split::train, i).front());
    EXPECT_EQ(folder.info().classes[index], folder_name);
  }
}

TEST_F(FolderDataset, NamesVideosThatAreInTwoSplits) {
  write_class("train/run", 2);
  write_class("train/jump", 2);
  write("val/jump/a.mp4");
  fs::create_directories(root_ / "val/run");
  fs::create_symlink(root_ / "train/run/v1.mp4", root_ / "val/run/other.mp4");
  EXPECT_THAT(open().info().warnings,
              ElementsAre(AllOf(HasSubstr("1 video to evaluate on is a file"), HasSubstr("val/run/other.mp4 is "),
                                HasSubstr("train/run/v1.mp4"))));
}

TEST_F(FolderDataset, NamesFilesThatAreInTwoClasses) {
  write_class("run", 2);
  write_class("jump", 2);
  fs::create_hard_link(root_ / "run/v1.mp4", root_ / "jump/other.mp4");
  EXPECT_THAT(open(0).info().warnings,
              Contains(AllOf(HasSubstr("1 file is in several classes"), HasSubstr("run/v1.mp4"))));
}

TEST_F(FolderDataset, GoesPastLinksInCircles) {
  write_class("run", 2);
  write_class("jump", 2);
  for (const char* link : {"circle", "run/circle.mp4"}) fs::create_symlink(root_ / link, root_ / link);
  EXPECT_THAT(open().info().warnings, ElementsAre(HasSubstr("2 broken links are not used, such as ")));
}

TEST_F(FolderDataset, NeverSplitsTheNamesOfOneFile) {
  write_class("run", 4);
  write_class("jump", 4);
  for (int i = 0; i < 4; ++i) {
    const std::string name = "/v" + std::to_string(i) + ".mp4";
    fs::create_symlink(root_ / ("run" + name), root_ / ("run/again" + std::to_string(i) + ".mp4"));
  }
  EXPECT_GT(open(0.4).size(Split::val), 0U);
  EXPECT_THAT(open(0.4).info().warnings, IsEmpty());
}

TEST_F(FolderDataset, ReportsAWrongExpressionWithItsOption) {
  sdk::Problems problems;
  options(0.2, "(").check(problems);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].option, "group_by");
}

/// Neither may take the stack, or time that doubles with each character of a name.
TEST_F(FolderDataset, TakesNoExpressionThatCannotBeMatchedInTime) {
  const std::string brackets = std::string(20000, '(') + "a" + std::string(20000, ')');
  for (const std::string& expression : {brackets, std::string("(a)\\1")}) {
    sdk::Problems problems;
    options(0.2, expression).check(problems);
    ASSERT_EQ(problems.size(), 1U) << expression.substr(0, 10);
    EXPECT_EQ(problems[0].option, "group_by");
  }
  write_class("run", 2);
  write_class("jump", 2);
  write("run/" + std::string(200, 'a') + "b.mp4");
  EXPECT_THAT(open(0.2, "([a-z]+)*_").info().warnings, ElementsAre(HasSubstr("videos do not match group_by")));
}

TEST_F(FolderDataset, GroupsAreWhatJavaScriptFinds) {
  const auto group = [](const std::string& expression, const std::string& id) {
    return GroupExpression(expression).group_of(id);
  };
  EXPECT_EQ(group("(g\\d|g\\d\\d)", "run/g12.mp4"), "g1") << "the first alternative, not the longest";
  EXPECT_EQ(group("/(.+?)_..", "jump/a_b_cde"), "a") << "as little as there must be";
  EXPECT_EQ(group("\\bg\\d+", "run/g12_g3"), "g12");
  EXPECT_EQ(group("^g", "run/g12"), "");
}

TEST_F(FolderDataset, SaysWhyItsFolderCannotBeOpened) {
  fs::create_symlink(root_ / "loop", root_ / "loop");
  FolderOptions circles = options();
  circles.root = (root_ / "loop").string();
  try {
    const Folder folder(circles, {});
    FAIL() << "opened";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("loop: "), Not(HasSubstr("filesystem error"))));
  }
}

TEST_F(FolderDataset, ComesThroughTheRegistry) {
  write_class("videos/run", 5);
  write_class("videos/jump", 5);
  fs::create_directory(root_ / "plugins");
  fs::copy(PGT_FOLDER_PLUGIN, root_ / "plugins");
  plugin::Registry registry(std::vector<fs::path>{root_ / "plugins"}, PGT_HOST);
  const auto options = registry.options(plugin::Kind::dataset, "folder");
  const auto& root = options->fields().all().front();
  EXPECT_TRUE(root->spec.required && root->spec.path);
  root->assign((root_ / "videos").string());
  EXPECT_EQ(registry.make_dataset("folder", *options, {})->size(Split::train), 8U);
  root->assign((root_ / "none").string());
  EXPECT_THROW(registry.make_dataset("folder", *options, {}), Error);
}

}  // namespace
}  // namespace pgt::datasets
