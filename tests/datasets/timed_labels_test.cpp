// The datasets whose labels have times, on files of the form of the published ones.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/activitynet/activitynet.hpp"
#include "datasets/charades/charades.hpp"
#include "datasets/scratch.hpp"

namespace pgt::datasets {
namespace {

using sdk::Split;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Timed : public Scratch {
 protected:
  std::string path(const std::string& name) const { return (root_ / name).string(); }
};

class CharadesFiles : public Timed {
 protected:
  CharadesFiles() {
    write("videos/46GP8.mp4");
    write("videos/N11GT.mp4");
  }
  CharadesOptions files(const std::string& rows) {
    write("train.csv",
          "id,subject,scene,quality,relevance,verified,script,objects,descriptions,actions,length\n" + rows);
    CharadesOptions options;
    options.root = path("videos");
    options.train = options.val = path("train.csv");
    return options;
  }
};

TEST_F(CharadesFiles, GiveAStepTheActionsOfItsSeconds) {
  const Charades dataset(files("46GP8,HR43,Kitchen,6,7,Yes,\"A person cooks, and \"\"sings\"\".\",food;stove,desc,"
                               "c092 11.90 21.20;c147 0.00 12.60,24.83\n"
                               "N11GT,0KZ7,Stairs,6,7,Yes,script,objects,\"a, b\",,18.42\n"),
                         {});
  EXPECT_EQ(dataset.info().task, sdk::Task::multi_label);
  EXPECT_EQ(dataset.info().classes.size(), 157u);
  const auto at = [&](Split split, double from, double to) {
    const double times[] = {from, (from + to) / 2, to};
    return dataset.target(split, 0, times).classes;
  };
  EXPECT_THAT(at(Split::train, 0, 2), ElementsAre(147));
  EXPECT_THAT(at(Split::train, 12, 12.5), ElementsAre(92, 147));
  EXPECT_THAT(at(Split::train, 22, 24), IsEmpty());
  EXPECT_THAT(at(Split::val, 22, 24), IsEmpty());
  EXPECT_THAT(at(Split::val, 0, 24.83), ElementsAre(92, 147)) << "the whole video's";
  EXPECT_THAT(classes(dataset, Split::train, 1), IsEmpty());
  const double moment[] = {12.0};
  EXPECT_THAT(dataset.target(Split::train, 0, moment).classes, ElementsAre(92, 147));
  const auto* segmented = sdk::extension_of<sdk::SegmentedDataset>(static_cast<const sdk::Dataset&>(dataset));
  ASSERT_NE(segmented, nullptr);
  EXPECT_THAT(segmented->segments(Split::train, 0),
              ElementsAre(sdk::Segment{0, 12.6, 147}, sdk::Segment{11.9, 21.2, 92}));
}

/// Some of the published actions end after their video, or have no length.
TEST_F(CharadesFiles, HaveSegmentsWithinTheirVideo) {
  const Charades dataset(files("46GP8,a,b,6,7,Yes,s,o,d,c001 2 30;c002 5 5;c003 25 28,24\n"), {});
  const auto* segmented = sdk::extension_of<sdk::SegmentedDataset>(static_cast<const sdk::Dataset&>(dataset));
  EXPECT_THAT(segmented->segments(Split::train, 0), ElementsAre(sdk::Segment{2, 24, 1}));
  EXPECT_THAT(dataset.info().warnings, testing::IsSupersetOf({HasSubstr("2 actions end after their video"),
                                                              HasSubstr("4 actions have no length")}))
      << "train and val are the same file";
  const double moment[] = {5.0};
  EXPECT_THAT(dataset.target(Split::train, 0, moment).classes, ElementsAre(1, 2)) << "labels stay those of the file";
}

TEST_F(CharadesFiles, OfFramesGiveAStepTheLabelsOfItsFrames) {
  for (int i = 1; i <= 40; ++i) write("videos/frames/AAA/AAA-" + std::to_string(100000 + i) + ".jpg");
  std::string text = "\xEF\xBB\xBForiginal_vido_id video_id frame_id path labels\r\n";
  for (int i = 0; i < 40; ++i) {
    const std::string labels = i < 10 ? "\"3,7\"" : i < 20 ? "\"7\"" : i < 30 ? "\"\"" : "\"\"\"\"";
    text += "AAA 0 " + std::to_string(i) + " frames/AAA/AAA-" + std::to_string(100001 + i) + ".jpg " + labels + "\r\n";
  }
  text += "BBB 1 0 frames/BBB/BBB-000001.jpg \"1\"\n";
  write("frames.csv", text);
  CharadesOptions options;
  options.root = path("videos");
  options.train = options.val = path("frames.csv");
  const Charades dataset(options, {});
  EXPECT_EQ(dataset.size(Split::train), 1u);
  EXPECT_THAT(dataset.info().warnings, testing::Contains(HasSubstr("frames.csv:42:1: no such file")));
  EXPECT_EQ(dataset.sample(Split::train, 0).path, root_ / "videos/frames/AAA");
  EXPECT_EQ(dataset.sample(Split::train, 0).fps, 24);
  const auto at = [&](Split split, int from, int to) {
    const double times[] = {from / 24.0, to / 24.0};
    return dataset.target(split, 0, times).classes;
  };
  EXPECT_THAT(at(Split::train, 0, 4), ElementsAre(3, 7));
  EXPECT_THAT(at(Split::train, 9, 9), ElementsAre(3, 7));
  EXPECT_THAT(at(Split::train, 10, 19), ElementsAre(7));
  EXPECT_THAT(at(Split::train, 20, 39), IsEmpty());
  EXPECT_THAT(at(Split::val, 20, 39), IsEmpty());
  EXPECT_THAT(at(Split::val, 0, 39), ElementsAre(3, 7));
  const auto* segmented = sdk::extension_of<sdk::SegmentedDataset>(static_cast<const sdk::Dataset&>(dataset));
  EXPECT_EQ(segmented->segments(Split::train, 0).front().start, 0);

  write("frames.csv", "original_vido_id video_id frame_id path labels\nAAA 0 0 frames/AAA/a.jpg \"200\"\nAAA 0 1 x\n");
  EXPECT_THAT(error_of<Charades>(options), AllOf(HasSubstr("frames.csv:2:1: label \"200\": there are 157 classes"),
                                                 HasSubstr("frames.csv:3:1: is not \"original_vido_id")));
}

TEST_F(CharadesFiles, AreNamedWhereTheyAreWrong) {
  EXPECT_THAT(error_of<Charades>(files("46GP8,a,b,6,7,Yes,s,o,d,c200 1 2;c1 x 3,9\n")),
              AllOf(HasSubstr("train.csv:2:25: \"c200 1 2\": there are 157 classes"),
                    HasSubstr("\"c1 x 3\" is not \"c000 START END\"")));
  EXPECT_THAT(error_of<Charades>(files("46GP8,a,b\n")), HasSubstr("train.csv:2:1: has 3 fields, the header 11"));
  CharadesOptions options = files("46GP8,a,b,6,7,Yes,s,o,d,c001 1 2,9\n");
  write("classes.txt", "c000 Holding some clothes\nc002 Putting\n");
  options.classes = path("classes.txt");
  EXPECT_THAT(error_of<Charades>(options), HasSubstr("classes.txt:2:1: is not \"c001 what it is\""));
}

class ActivityNetFiles : public Timed {
 protected:
  ActivityNetOptions file(const std::string& database) {
    write("videos/v_bYUmtLBL7W4.mkv");
    write("videos/other.mp4");
    write("net.json", "{\"version\":\"VERSION 1.3\",\"taxonomy\":[],\"database\":" + database + "}");
    ActivityNetOptions options;
    options.root = path("videos");
    options.file = path("net.json");
    return options;
  }
};

TEST_F(ActivityNetFiles, GiveASampleForEachStretch) {
  const ActivityNet dataset(
      file("{\"bYUmtLBL7W4\":{\"duration\":24.5,\"subset\":\"validation\",\"annotations\":["
           "{\"segment\":[11.5,57.07],\"label\":\"Wakeboarding\"},{\"segment\":[30,40],\"label\":\"Wakeboarding\"}]},"
           "\"other\":{\"duration\":90,\"subset\":\"training\",\"annotations\":["
           "{\"segment\":[1,2],\"label\":\"Wakeboarding\"},{\"segment\":[2.5,8],\"label\":\"Archery\"}]},"
           "\"gone\":{\"duration\":90,\"subset\":\"training\",\"annotations\":[]},"
           "\"test\":{\"duration\":90,\"subset\":\"testing\",\"annotations\":[]}}"),
      {});
  EXPECT_THAT(dataset.info().classes, ElementsAre("Archery", "Wakeboarding"));
  EXPECT_THAT(ids(dataset, Split::train), ElementsAre("other@1-2", "other@2.5-8"));
  EXPECT_THAT(ids(dataset, Split::val), ElementsAre("bYUmtLBL7W4@11.5-24.5")) << "cut at the video's end";
  EXPECT_EQ(dataset.sample(Split::val, 0).path, root_ / "videos/v_bYUmtLBL7W4.mkv");
  EXPECT_EQ(dataset.sample(Split::train, 1).group, "other");
  EXPECT_THAT(classes(dataset, Split::train, 1), ElementsAre(0));
  EXPECT_THAT(dataset.info().warnings, testing::Contains(HasSubstr("1 annotated stretches left out")));
  EXPECT_THAT(dataset.info().warnings, testing::Contains(HasSubstr("v_gone.mp4")));
}

TEST_F(ActivityNetFiles, AreNamedWhereTheyAreWrong) {
  EXPECT_THAT(error_of<ActivityNet>(file("[]")), HasSubstr("has no table \"database\" of videos"));
  EXPECT_THAT(error_of<ActivityNet>(file("{\"other\":{\"subset\":\"training\",\"annotations\":[{\"label\":\"a\"}]}}")),
              HasSubstr("video other has an annotation without label or segment"));
  EXPECT_THAT(error_of<ActivityNet>(file("{\"other\":{\"subset\":\"trainig\"}}")),
              HasSubstr("video other is of no known subset"));
  EXPECT_THAT(error_of<ActivityNet>(file("{\"other\":\"x\"}")), HasSubstr("video other is not a table"));
}

}  // namespace
}  // namespace pgt::datasets
