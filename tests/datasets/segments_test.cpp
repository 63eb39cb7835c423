// Segments of whole videos, in the rows of the published files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <limits>

#include "datasets/common/json_place.hpp"
#include "datasets/scratch.hpp"
#include "datasets/segments/segments.hpp"

namespace pgt::datasets {
namespace {

using sdk::Segment;
using sdk::Split;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// THUMOS14 as OpenTAD has it, with what occurs in such files: classes at once, repeats, what is ambiguous, a segment
/// past the end, one of no length, a video in which nothing happens, and one that nobody annotated.
constexpr const char* thumos = R"json({
  "version": "Thumos14-30fps",
  "database": {
    "video_validation_0000051": {
      "subset": "training", "duration": 169.79, "frame": 5093,
      "annotations": [
        {"segment": [67.5, 75.9], "segment(frames)": [2025.0, 2277.0], "label": "Billiards", "label_id": 2},
        {"segment": [70.0, 72.0], "label": "CleanAndJerk"},
        {"segment": [100.0, 110.0], "label": "Ambiguous"},
        {"segment": [160.0, 190.5], "label": "Billiards"},
        {"segment": [171.0, 172.0], "label": "Billiards"},
        {"segment": [20.0, 20.0], "label": "Billiards"}
      ]
    },
    "video_validation_0000052": {"subset": "training", "duration": 30.0, "fps": 10.0, "annotations": []},
    "video_test_0000004": {"subset": "validation", "annotations": [{"segment": [0.2, 1.1], "label": "CricketShot"}]},
    "video_test_0000005": {"subset": "test", "duration": 12},
    "_TrVw": {"subset": "validation", "duration": 9.5, "annotations": [{"segment": [-1, 4], "label": "Billiards"}]}
  }
})json";

class SegmentsFiles : public Scratch {
 protected:
  SegmentsFiles() {
    for (const char* name : {"video_validation_0000051", "video_test_0000004", "video_test_0000005", "v__TrVw"}) {
      write(std::string("videos/") + name + ".mp4");
    }
    write("videos/video_validation_0000052/img_00001.jpg");
  }
  SegmentsOptions options(const std::string& json) {
    write("anno.json", json);
    SegmentsOptions options;
    options.root = (root_ / "videos").string();
    options.file = (root_ / "anno.json").string();
    options.ambiguous = {"Ambiguous"};
    return options;
  }
  static sdk::Target at(const Segments& dataset, Split split, std::size_t index, double second) {
    return dataset.target(split, index, {&second, 1});
  }
};

TEST(JsonPlaces, OfMembersAreFoundInOnePass) {
  const std::string text =
      "{\"version\": [1, 2],\n \"database\": {\n  \"a\": {\"b\": 1,\n\"e\": [2, 3]}, \"c\":\n 5,\n\n\"d\": []}}";
  const auto expect_same = [&](std::vector<std::string> table, std::vector<std::string> path) {
    const Place found = TablePlaces(text, table).find(path);
    table.insert(table.end(), path.begin(), path.end());
    const Place alone = place_in_json(text, table);
    EXPECT_EQ(std::pair(found.line, found.column), std::pair(alone.line, alone.column));
  };
  const std::vector<std::vector<std::string>> paths{{},    {"a"}, {"a", "e"}, {"a", "e", "1"}, {"a", "none"},
                                                    {"c"}, {"d"}, {"d", "0"}, {"none"}};
  for (const auto& path : paths) expect_same({"database"}, path);
  expect_same({"version"}, {"1"});
  expect_same({"none"}, {"a"});
  expect_same({}, {"version", "1"});
}

/// Thousands of places in a large file would take minutes if each were looked for from its beginning.
TEST_F(SegmentsFiles, SayQuicklyWhereManyThingsAreWrong) {
  constexpr int videos = 20'000;
  std::string json = "{\"database\": {\n";
  for (int i = 0; i < videos; ++i) {
    json += "\"v" + std::to_string(i) + "\": {\"subset\": \"training\", \"annotations\": [{\"segment\": [" +
            (i % 2 == 0 ? "1, 2" : "2, 1") + "], \"label\": \"x\"}]},\n";
  }
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(error_of<Segments>(options(json + "\"end\": 0}}")), HasSubstr("and 9901 more"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST_F(SegmentsFiles, GiveEachMomentItsClasses) {
  const Segments dataset(options(thumos), {});
  EXPECT_EQ(dataset.info().task, sdk::Task::multi_label);
  EXPECT_THAT(dataset.info().classes, ElementsAre("Billiards", "CleanAndJerk", "CricketShot"));
  EXPECT_THAT(ids(dataset, Split::train), ElementsAre("video_validation_0000051", "video_validation_0000052"));
  EXPECT_THAT(ids(dataset, Split::val), ElementsAre("_TrVw", "video_test_0000004"));
  EXPECT_EQ(dataset.sample(Split::val, 0).path, root_ / "videos/v__TrVw.mp4");
  EXPECT_EQ(dataset.sample(Split::train, 1).fps, 10);

  EXPECT_THAT(at(dataset, Split::train, 0, 66).classes, IsEmpty());
  EXPECT_TRUE(at(dataset, Split::train, 0, 66).labelled) << "nothing happens, which is known";
  EXPECT_THAT(at(dataset, Split::train, 0, 71).classes, ElementsAre(0, 1));
  EXPECT_THAT(at(dataset, Split::train, 0, 67.5).classes, ElementsAre(0));
  EXPECT_THAT(at(dataset, Split::train, 0, 75.9).classes, IsEmpty()) << "an end is exclusive";
  EXPECT_FALSE(at(dataset, Split::train, 0, 105).labelled);
  EXPECT_THAT(at(dataset, Split::train, 0, 165).classes, ElementsAre(0));
  EXPECT_THAT(at(dataset, Split::train, 1, 3).classes, IsEmpty());
  const double whole[] = {0, std::numeric_limits<double>::infinity()};
  EXPECT_THAT(dataset.target(Split::train, 0, whole).classes, ElementsAre(0, 1));
}

TEST_F(SegmentsFiles, GiveTheSegmentsAsTheyAreWithinTheVideo) {
  const Segments dataset(options(thumos), {});
  const auto* segmented = sdk::extension_of<sdk::SegmentedDataset>(static_cast<const sdk::Dataset&>(dataset));
  ASSERT_NE(segmented, nullptr);
  EXPECT_THAT(segmented->segments(Split::train, 0),
              ElementsAre(Segment{67.5, 75.9, 0}, Segment{70, 72, 1}, Segment{160, 169.79, 0}));
  EXPECT_THAT(segmented->segments(Split::val, 0), ElementsAre(Segment{0, 4, 0}));
  EXPECT_THAT(dataset.info().warnings,
              AllOf(Contains(HasSubstr("2 segments cut off")), Contains(HasSubstr("2 segments left out")),
                    Contains(HasSubstr("1 videos left out, because they have no \"annotations\""))));
}

TEST_F(SegmentsFiles, TakeOtherNamesOfSubsetsAndAnOrderOfClasses) {
  SegmentsOptions chosen = options(thumos);
  chosen.train = "validation";
  chosen.val = "training";
  write("classes.txt", "CricketShot\nCleanAndJerk\nBilliards\n");
  chosen.classes = (root_ / "classes.txt").string();
  chosen.moments_per_second = 4;
  const Segments dataset(chosen, {});
  EXPECT_EQ(dataset.size(Split::train), 2U);
  EXPECT_THAT(at(dataset, Split::val, 0, 71).classes, ElementsAre(1, 2));
  EXPECT_EQ(dataset.info().moments_per_second, 4);
}

TEST_F(SegmentsFiles, SayWhereWhatIsWrong) {
  const std::string error = error_of<Segments>(options(R"({"database": {
  "a": {"subset": "training", "duration": -3, "annotations": [
    {"segment": [3, 2.5], "label": "x"},
    {"segment": [3], "label": "x"},
    {"segment": [3, 4], "label": 7}, {"segment": "3-4", "label": "x"}]},
  "b": {"annotations": []},
  "c": {"subset": "training", "annotations": {}}
}})"));
  EXPECT_THAT(error, AllOf(HasSubstr("anno.json:2:43: must be a number of seconds over 0"),
                           HasSubstr("anno.json:3:5: ends at 2.5 s, before it starts (3 s)"),
                           HasSubstr("anno.json:4:5: must have a \"segment\": [START, END]"),
                           HasSubstr("anno.json:5:5: must have a \"label\""),
                           HasSubstr("anno.json:5:38: must have a \"segment\"")));
  EXPECT_THAT(error, AllOf(HasSubstr("anno.json:6:8: video b is not a table with a \"subset\""),
                           HasSubstr("anno.json:7:46: must be a list of {segment, label}")));
}

TEST_F(SegmentsFiles, SayWhichSubsetsAndClassesThereAre) {
  SegmentsOptions wrong = options(thumos);
  wrong.train = "Validation";
  EXPECT_THAT(error_of<Segments>(wrong),
              HasSubstr("no video is of the subset \"Validation\", which dataset.train names; the file has test, "
                        "training, validation"));
  write("classes.txt", "CricketShot\nCleanAndJerk\nBilliard\n");
  wrong.train.clear();
  wrong.classes = (root_ / "classes.txt").string();
  EXPECT_THAT(error_of<Segments>(wrong), HasSubstr("anno.json:7:9: label \"Billiards\" is not in"));
  EXPECT_THAT(error_of<Segments>(wrong), HasSubstr("did you mean \"Billiard\"?"));
  EXPECT_THAT(error_of<Segments>(options("{\"database\": {\"a\": ")), HasSubstr("anno.json:1:20: is not valid JSON"));
  EXPECT_THAT(error_of<Segments>(options("{\"database\": {\"1e999\":\n [2, -1e999]}}")),
              HasSubstr("anno.json:2:6: -1e999 is a number that is too large"));
  SegmentsOptions same = options(thumos);
  same.val = same.test = "validation";
  EXPECT_THAT(error_of<Segments>(same),
              HasSubstr("dataset.test names the subset \"validation\", which dataset.val has already"));
}

TEST_F(SegmentsFiles, SayWhatIsStrange) {
  SegmentsOptions strange = options(R"({"database": {
  "video_test_0000004": {"subset": "training", "annotations": [{"segment": [0.2, 1.1], "label": "Jump"}]},
  "video_test_0000005": {"subset": "trian", "annotations": [{"segment": [0.2, 1.1], "label": "Jmup"}]}
}})");
  strange.ambiguous = {"Jumps"};
  EXPECT_THAT(Segments(strange, {}).info().warnings,
              AllOf(Contains(HasSubstr("1 videos left out, because no split is the subset \"trian\"")),
                    Contains(HasSubstr("dataset.ambiguous lists \"Jumps\", which no segment of the splits has; did you "
                                       "mean \"Jump\", which is a class?"))));
  write("classes.txt", "Jumps\nJump\nJmup\n");
  strange.classes = (root_ / "classes.txt").string();
  EXPECT_THAT(error_of<Segments>(strange),
              HasSubstr("classes.txt:1:1: \"Jumps\" is not a class: dataset.ambiguous lists it"));
  EXPECT_THAT(error_of<Segments>(options(R"({"database": {
  "a": {"subset": "training", "annotations": []},
  "b": {"subset": "training", "annotations": []}, "a":
       {"subset": "validation", "annotations": []}
}})")),
              HasSubstr("anno.json:2:8: \"a\" is given twice; this is the first"));
  EXPECT_THAT(error_of<Segments>(options(R"({"database": {
  "a": {"subset": "training", "annotations": [{"segment": [0, 1], "label": ""}]}}})")),
              HasSubstr("anno.json:2:47: has an empty \"label\""));
  EXPECT_THAT(error_of<Segments>(options(R"({"database": {"a": {"subset": "training", "annotations": []}}})")),
              HasSubstr("anno.json:1:14: no segment has a label, so there are no classes"));
  EXPECT_THAT(error_of<Segments>(options(R"({"database": {
  "video_validation_0000052": {"subset": "training", "fps": "10", "annotations": [
    {"segment": [0, 1], "label": "x"}]}}})")),
              HasSubstr("anno.json:2:61: must be a number of frames a second over 0"));
}

TEST(PlaceInJson, FindsWhatAPathLeadsTo) {
  const std::string text = "{\"a\": [1, {\"}\": \"x\\\"]\"},\n {\"b\": null}], \"c\\u0041\" : 2}";
  const auto place = [&](const std::vector<std::string>& path) {
    const Place found = place_in_json(text, path);
    return std::pair(found.line, found.column);
  };
  EXPECT_EQ(place({}), std::pair(std::size_t{1}, std::size_t{1}));
  EXPECT_EQ(place({"a", "1"}), std::pair(std::size_t{1}, std::size_t{11}));
  EXPECT_EQ(place({"a", "2", "b"}), std::pair(std::size_t{2}, std::size_t{8}));
  EXPECT_EQ(place({"a", "7"}), place({"a"}));
  EXPECT_EQ(place({"cA"}), std::pair(std::size_t{2}, std::size_t{28}));
}

}  // namespace
}  // namespace pgt::datasets
