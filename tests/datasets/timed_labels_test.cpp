// The datasets whose labels have times, on files of the form of the published ones.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>

#include <fstream>

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

TEST_F(CharadesFiles, OfFramesTakeDoubledQuotesAndSayWhatALabelIs) {
  write("videos/AAA/AAA-000001.jpg");
  CharadesOptions options;
  options.root = path("videos");
  options.train = path("frames.csv");
  const std::string header = "original_vido_id video_id frame_id path labels\n";
  write("frames.csv",
        header + "AAA 0 0 AAA/AAA-000001.jpg \"\"1,23\"\"\"\"\n\nAAA 0 1 AAA/AAA-000002.jpg \"23\"\"\"\"");
  const Charades dataset(options, {});
  EXPECT_THAT(classes(dataset, Split::train, 0), ElementsAre(1, 23));
  const auto* segmented = sdk::extension_of<sdk::SegmentedDataset>(static_cast<const sdk::Dataset&>(dataset));
  EXPECT_THAT(segmented->segments(Split::train, 0),
              ElementsAre(sdk::Segment{0, 0.5 / 24, 1}, sdk::Segment{0, 1.5 / 24, 23}));

  write("frames.csv", header +
                          "AAA 0 0 AAA/a.jpg \"c001\"\nAAA 0 1 AAA/b.jpg \"1,,2\"\n\nAAA 0 2 AAA/c.jpg\n"
                          "AAA 0 3 AAA/d.jpg \"99999999999999999999\"\n");
  EXPECT_THAT(error_of<Charades>(options),
              AllOf(HasSubstr("frames.csv:2:1: label \"c001\" is not a number: labels are \"\" or as \"1,23\""),
                    HasSubstr("frames.csv:3:1: label \"\" is not a number"),
                    HasSubstr("frames.csv:5:1: is not \"original_vido_id"),
                    HasSubstr("frames.csv:6:1: label \"99999999999999999999\": there are 157 classes")));
}

/// The most memory that this process ever had, in KiB.
long peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

/// The published list has 5.7 million lines.
TEST_F(CharadesFiles, OfFramesAreNotKeptInMemory) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers keep what was freed";
#endif
  constexpr int frames = 600'000;
  write("videos/AAA/AAA-000001.jpg");
  {
    std::ofstream list(path("frames.csv"));
    list << "original_vido_id video_id frame_id path labels\n";
    for (int i = 0; i < frames; ++i) list << "AAA 0 " << i << " AAA/AAA-000001.jpg \"3,7\"\n";
  }
  CharadesOptions options;
  options.root = path("videos");
  options.train = path("frames.csv");
  const long before = peak_memory();
  const Charades dataset(options, {});
  EXPECT_LT(peak_memory() - before, 10 * 1024) << "of a list of 24 MiB";
  const auto* segmented = sdk::extension_of<sdk::SegmentedDataset>(static_cast<const sdk::Dataset&>(dataset));
  EXPECT_THAT(segmented->segments(Split::train, 0),
              ElementsAre(sdk::Segment{0, (frames - 0.5) / 24, 3}, sdk::Segment{0, (frames - 0.5) / 24, 7}));
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
  EXPECT_THAT(dataset.info().warnings, testing::Contains(HasSubstr("1 annotated stretches cut off")));
  EXPECT_THAT(dataset.info().warnings, testing::Contains(HasSubstr("v_gone.mp4")));
}

TEST_F(ActivityNetFiles, SayWhatIsLeftOut) {
  const ActivityNet dataset(
      file("{\n\"other\":{\"duration\":90,\"subset\":\"training\",\"annotations\":[\n"
           "{\"segment\":[5,1],\"label\":\"Archery\"},{\"segment\":[91,95],\"label\":\"Archery\"},\n"
           "{\"segment\":[-1,2],\"label\":\"Archery\"},{\"segment\":[3,99],\"label\":\"Archery\"}]},\n"
           "\"bYUmtLBL7W4\":{\"duration\":24.5,\"subset\":\"training\"},\n"
           "\"gone\":{\"subset\":\"training\",\"annotations\":[]}}"),
      {});
  EXPECT_THAT(ids(dataset, Split::train), ElementsAre("other@0-2", "other@3-90"));
  using Matcher = testing::Matcher<std::string>;
  EXPECT_THAT(dataset.info().warnings,
              testing::IsSupersetOf<Matcher>(
                  {AllOf(HasSubstr("1 annotated stretches left out, because they end before they start: "),
                         HasSubstr("net.json:3:1")),
                   HasSubstr("1 annotated stretches left out, because they have no length within their video"),
                   HasSubstr("2 annotated stretches cut off where their video begins or ends"),
                   HasSubstr("1 videos left out, because they have no \"annotations\""),
                   HasSubstr("net.json:6:8: no such file: ")}));
}

TEST_F(ActivityNetFiles, HaveAnIdForEachStretch) {
  const ActivityNet dataset(
      file("{\"other\":{\"subset\":\"training\",\"annotations\":["
           "{\"segment\":[1,2],\"label\":\"Archery\"},{\"segment\":[1,2],\"label\":\"Diving\"},"
           "{\"segment\":[1000.121,2000],\"label\":\"Diving\"},{\"segment\":[1000.122,2000],\"label\":\"Diving\"},"
           "{\"segment\":[3,4],\"label\":\"Diving\"},"
           "{\"segment\":[5,6],\"label\":\"Diving\"},{\"segment\":[5,6],\"label\":\"Diving\"}]}}"),
      {});
  EXPECT_THAT(ids(dataset, Split::train),
              ElementsAre("other@1-2@Archery", "other@1-2@Diving", "other@1000.121-2000@Diving",
                          "other@1000.122-2000@Diving", "other@3-4", "other@5-6@Diving", "other@5-6@Diving#2"));
  EXPECT_THAT(dataset.info().warnings, testing::Contains(HasSubstr("1 annotated stretches repeat one")));
}

TEST_F(ActivityNetFiles, AreNamedWhereTheyAreWrong) {
  EXPECT_THAT(error_of<ActivityNet>(file("[]")), HasSubstr("has no table \"database\" of videos"));
  EXPECT_THAT(error_of<ActivityNet>(file("{\n\"other\":{\"subset\":\"training\",\"duration\":0,\"annotations\":[\n"
                                         "{\"label\":\"a\"},\n{\"segment\":[1,2]}]},\n"
                                         "\"gone\":{\"subset\":\"training\",\"annotations\":[3]}}")),
              AllOf(HasSubstr("net.json:2:41: must be a number of seconds over 0"),
                    HasSubstr("net.json:3:1: must have a \"segment\": [START, END]"),
                    HasSubstr("net.json:4:1: must have a \"label\", a text"),
                    HasSubstr("net.json:5:44: must have a \"segment\"")));
  EXPECT_THAT(error_of<ActivityNet>(file("{\n\"other\":{\"subset\":\"trainig\"}}")),
              HasSubstr("net.json:2:19: video other is of no known subset: \"trainig\" is not training, validation or "
                        "testing"));
  EXPECT_THAT(error_of<ActivityNet>(file("{\"other\":\"x\"}")), HasSubstr("video other is not a table"));
}

}  // namespace
}  // namespace pgt::datasets
