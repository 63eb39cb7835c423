#include "datasets/list/list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "datasets/scratch.hpp"
#include "plugin/registry.hpp"

namespace pgt::datasets {
namespace {

namespace fs = std::filesystem;
using sdk::Split;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class ListDataset : public Scratch {
 protected:
  ListDataset() {
    for (const char* name : {"a.mp4", "b.mp4", "my video.mp4", "-c.mp4"}) write(name);
  }
  ListOptions list(const std::string& text) {
    write("list.csv", text);
    ListOptions options;
    options.file = (root_ / "list.csv").string();
    return options;
  }
  /// The lines of the error, without the file's name.
  std::vector<std::string> errors(const ListOptions& options) {
    std::vector<std::string> lines;
    std::istringstream text(error_of<List>(options));
    for (std::string line; std::getline(text, line);) {
      if (line.starts_with(options.file + ":")) line.erase(0, options.file.size() + 1);
      lines.push_back(line);
    }
    return lines;
  }
};

TEST_F(ListDataset, ReadsEveryColumn) {
  const List dataset(list("path,label,start,end,split,group\r\n"
                          "a.mp4,run,1.5,4,train,one\r\n"
                          "\"my video.mp4\", jump ,,,val,\r\n"
                          "-c.mp4,jump,2,,test,\r\n"
                          "b.mp4,jump,,,train,\r\n"),
                     {});
  EXPECT_THAT(dataset.info().classes, ElementsAre("jump", "run"));
  EXPECT_EQ(dataset.info().task, sdk::Task::single_label);
  EXPECT_THAT(ids(dataset, Split::train), ElementsAre("a.mp4@1.5-4", "b.mp4"));
  const sdk::Sample cut = dataset.sample(Split::train, 0);
  EXPECT_EQ(cut.path, root_ / "a.mp4");
  EXPECT_EQ(cut.start, 1.5);
  EXPECT_EQ(cut.end, 4);
  EXPECT_EQ(cut.group, "one");
  EXPECT_THAT(classes(dataset, Split::train, 0), ElementsAre(1));
  EXPECT_THAT(ids(dataset, Split::val), ElementsAre("my video.mp4"));
  EXPECT_THAT(ids(dataset, Split::test), ElementsAre("-c.mp4@2-"));
  EXPECT_TRUE(std::isinf(dataset.sample(Split::test, 0).end));
  EXPECT_THAT(dataset.info().warnings, ElementsAre("no videos in split val for class \"run\""));
}

TEST_F(ListDataset, TakesColumnsInAnyOrderAndSaysWhichItDoesNotUse) {
  const List dataset(list("Label,fps,PATH,source\nrun,25,a.mp4,x\njump,30,b.mp4,y\n"), {});
  EXPECT_EQ(dataset.size(Split::train), 2U);
  EXPECT_THAT(dataset.info().warnings, testing::Contains("columns not used: fps, source"));
}

TEST_F(ListDataset, StartsPathsFromTheRoot) {
  write("videos/deep/x.mp4");
  write("videos/y.mp4");
  ListOptions options = list("path,label\ndeep/x.mp4,run\n" + (root_ / "a.mp4").string() + ",jump\ny.mp4,jump\n");
  options.root = (root_ / "videos").string();
  options.val_fraction = 0;
  const List dataset(options, {});
  EXPECT_EQ(dataset.sample(Split::train, 0).path, root_ / "videos/deep/x.mp4");
  EXPECT_EQ(dataset.sample(Split::train, 1).path, root_ / "a.mp4");
}

TEST_F(ListDataset, SetsAShareAsideAndKeepsThePiecesOfAVideoTogether) {
  std::string text = "path,label,start,end\n";
  for (int video = 0; video < 10; ++video) {
    const std::string name = "video" + std::to_string(video) + ".mp4";
    write(name);
    for (int piece = 0; piece < 4; ++piece) {
      text +=
          name + (piece % 2 == 0 ? ",run," : ",jump,") + std::to_string(piece) + "," + std::to_string(piece + 1) + "\n";
    }
  }
  const List dataset(list(text), {});
  EXPECT_EQ(dataset.size(Split::val), 8U);
  std::set<std::string> files;
  for (std::size_t i = 0; i < 8; ++i) files.insert(dataset.sample(Split::val, i).path.filename());
  EXPECT_EQ(files.size(), 2U);
  EXPECT_THAT(dataset.info().warnings, IsEmpty());
}

TEST_F(ListDataset, TellsPiecesApartThatLieLateInAVideo) {
  const List dataset(list("path,label,start,end\na.mp4,run,12345.61,12345.69\na.mp4,jump,12345.64,12345.68\n"), {});
  EXPECT_EQ(dataset.size(Split::train) + dataset.size(Split::val), 2U);
}

TEST_F(ListDataset, SortsNumbersAsNumbers) {
  ListOptions options = list("path,label\na.mp4,10\nb.mp4,2\n-c.mp4,0\n");
  options.val_fraction = 0;
  const List dataset(options, {});
  EXPECT_THAT(dataset.info().classes, ElementsAre("0", "2", "10"));
  EXPECT_THAT(classes(dataset, Split::train, 0), ElementsAre(2));
}

TEST_F(ListDataset, TakesSplitsByTheirUsualNames) {
  const List dataset(list("path,label,split\na.mp4,run,Training\nb.mp4,jump,train\n-c.mp4,run,valid\n"), {});
  EXPECT_EQ(dataset.size(Split::train), 2U);
  EXPECT_THAT(ids(dataset, Split::val), ElementsAre("-c.mp4"));
}

TEST_F(ListDataset, NeverValidatesOnTrainingVideosWhereRowsSayVal) {
  ListOptions options = list("path,label,split\na.mp4,run,train\nb.mp4,jump,train\ngone.mp4,run,val\n");
  options.missing = Missing::skip;
  EXPECT_THAT(errors(options), ElementsAre(HasSubstr("rows of split val, but none of their files exists")));
}

TEST_F(ListDataset, NamesVideosThatAreInTwoSplits) {
  fs::create_symlink(root_ / "b.mp4", root_ / "link.mp4");
  const List dataset(list("path,label,split\na.mp4,run,train\nb.mp4,jump,train\n./a.mp4,run,val\n"
                          "link.mp4,jump,val\n"),
                     {});
  EXPECT_THAT(dataset.info().warnings, ElementsAre(AllOf(HasSubstr("2 videos to evaluate on"), HasSubstr("./a.mp4 is "),
                                                         HasSubstr("link.mp4 is "), HasSubstr("b.mp4"))));
}

TEST_F(ListDataset, ReadsSeveralLabels) {
  const std::string text = "path,label\na.mp4,run | jump\nb.mp4,run\n";
  const List several(list(text), {});
  EXPECT_EQ(several.info().task, sdk::Task::multi_label);
  EXPECT_THAT(several.info().classes, ElementsAre("jump", "run"));

  ListOptions options = list("path,label\na.mp4,run|jump\nb.mp4,\n");
  options.val_fraction = 0;
  const List none(options, {});
  EXPECT_THAT(classes(none, Split::train, 0), ElementsAre(0, 1));
  EXPECT_THAT(classes(none, Split::train, 1), IsEmpty());

  options.task = Labels::single;
  EXPECT_THAT(errors(options), ElementsAre(StartsWith("2:7: several labels"), StartsWith("3:7: no label")));
}

TEST_F(ListDataset, TakesFoldersOfFramesAndMembersOfArchives) {
  write("frames/1.png");
  write("shard.tar");
  write("videos/a.mp4");
  ListOptions options = list("path,label\nframes,run\nshard.tar/x/a.mp4,jump\n");
  options.frame_rate = 10;
  options.val_fraction = 0;
  const List dataset(options, {});
  EXPECT_EQ(dataset.size(Split::train), 2u);
  EXPECT_EQ(dataset.sample(Split::train, 0).fps, 10);
  EXPECT_THAT(errors(list("path,label\nvideos,run\nnone.tar/a.mp4,jump\n")),
              testing::IsSupersetOf({AllOf(StartsWith("2:1: "), HasSubstr("is a folder without frames")),
                                     AllOf(StartsWith("3:1: no such file"), HasSubstr("none.tar/a.mp4"))}));
}

TEST_F(ListDataset, DoesNotTakeAForgottenLabelForATask) {
  EXPECT_THAT(errors(list("path,label\na.mp4,run\nb.mp4,jump\n-c.mp4,\n")), ElementsAre(StartsWith("4:8: no label")));
}

TEST_F(ListDataset, ListsAllProblemsByPlace) {
  EXPECT_THAT(errors(list("path,label,start,end,split\n"
                          "a.mp4,run,-1,4,train\n"
                          "b.mp4,run,4,4,trian\n"
                          ",jump,1s,,val\n"
                          "a.mp4,jump\n"
                          "gone.mp4,jump,,,test\n"
                          "b.mp4,run||jump,,,train\n"
                          "./b.mp4,jump,,,train\n")),
              ElementsAre(AllOf(StartsWith("2:11: "), HasSubstr("before the video")),
                          AllOf(StartsWith("3:13: "), HasSubstr("not after")),
                          AllOf(StartsWith("3:15: "), HasSubstr("\"trian\""), HasSubstr("did you mean \"train\"?")),
                          StartsWith("4:1: no path"), AllOf(StartsWith("4:7: "), HasSubstr("seconds")),
                          AllOf(StartsWith("5:1: has 2 fields"), HasSubstr("5")),
                          AllOf(StartsWith("6:1: no such file"), HasSubstr("gone.mp4")),
                          AllOf(StartsWith("7:7: "), HasSubstr("empty label")),
                          AllOf(StartsWith("8:1: "), HasSubstr("line 7")), HasSubstr("dataset.root")));
}

TEST_F(ListDataset, NamesWhatIsWrongWithTheHeader) {
  EXPECT_THAT(errors(list("")), ElementsAre(StartsWith("1:1: is empty")));
  EXPECT_THAT(errors(list("path,label\n")), ElementsAre(HasSubstr("no rows")));
  EXPECT_THAT(errors(list("path,lable\na.mp4,run\n")),
              ElementsAre(HasSubstr("no column \"label\""), HasSubstr("did you mean \"label\"?")));
  EXPECT_THAT(errors(list("path;label\na.mp4;run\n")), ElementsAre(HasSubstr("separated by semicolons; use commas")));
  EXPECT_THAT(errors(list("path\tlabel\na.mp4\trun\n")), ElementsAre(HasSubstr("separated by tabs; use commas")));
  EXPECT_THAT(errors(list("a.mp4,run\n")), ElementsAre(HasSubstr("\"path\""), HasSubstr("\"label\"")));
  EXPECT_THAT(errors(list("path,label,path\na.mp4,run,b\n")), testing::Contains(HasSubstr("twice")));
  ListOptions none;
  none.file = (root_ / "none.csv").string();
  EXPECT_THAT(error_of<List>(none), HasSubstr("none.csv: cannot be read"));
}

TEST_F(ListDataset, ShowsTheFirstMissingFilesAndCountsThemAll) {
  std::string text = "path,label\na.mp4,run\nb.mp4,jump\n";
  for (int i = 0; i < 30; ++i) text += "gone" + std::to_string(i) + ".mp4,run\n";
  ListOptions options = list(text);
  const std::vector<std::string> lines = errors(options);
  ASSERT_EQ(lines.size(), 21U);
  EXPECT_THAT(lines.back(), AllOf(HasSubstr("30 files do not exist"), HasSubstr("missing = \"skip\"")));

  options.missing = Missing::skip;
  const List dataset(options, {});
  EXPECT_EQ(dataset.size(Split::train), 2U);
  EXPECT_THAT(dataset.info().warnings,
              ElementsAre(HasSubstr("no videos are set aside"),
                          AllOf(HasSubstr("30 rows left out"), HasSubstr(":4:1: no such file"))));
}

TEST_F(ListDataset, WarnsOfAVideoInTwoSplits) {
  const List dataset(list("path,label,split,start,end\na.mp4,run,train,0,1\nb.mp4,jump,train,,\n"
                          "a.mp4,run,val,1,2\n-c.mp4,jump,val,,\n"),
                     {});
  EXPECT_THAT(dataset.info().warnings, ElementsAre(AllOf(HasSubstr("more than one split"), HasSubstr("a.mp4"))));
}

TEST_F(ListDataset, RefusesASingleLabel) {
  EXPECT_THAT(errors(list("path,label\na.mp4,run\nb.mp4,run\n")), ElementsAre(HasSubstr("one label only")));
}

TEST_F(ListDataset, ComesThroughTheRegistry) {
  const ListOptions written = list("path,label\na.mp4,run\nb.mp4,jump\n");
  fs::create_directory(root_ / "plugins");
  fs::copy(PGT_LIST_PLUGIN, root_ / "plugins");
  plugin::Registry registry(std::vector<fs::path>{root_ / "plugins"}, PGT_HOST);
  const auto options = registry.options(plugin::Kind::dataset, "list");
  options->fields().all().front()->assign(written.file);
  const auto dataset = registry.make_dataset("list", *options, {});
  EXPECT_THAT(dataset->info().classes, ElementsAre("jump", "run"));
  EXPECT_THAT(dataset->target(Split::train, 0, {}).classes, ElementsAre(1));
}

}  // namespace
}  // namespace pgt::datasets
