#include "datasets/ava/ava.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "datasets/ava/label_map.hpp"
#include "datasets/scratch.hpp"

namespace pgt::datasets {
namespace {

using sdk::Box;
using sdk::Split;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string path_of(const std::filesystem::path& root, const std::string& name) { return (root / name).string(); }

class AvaFiles : public Scratch {
 protected:
  AvaFiles() {
    write("videos/-5KQ66BBWC4.mkv");
    write("videos/0f39OWEqJ24/0f39OWEqJ24_000001.jpg");
  }
  AvaOptions options(const std::string& train, const std::string& val = "") {
    AvaOptions options;
    options.root = path_of(root_, "videos");
    options.train = file("train.csv", train);
    if (!val.empty()) options.val = file("val.csv", val);
    return options;
  }
  std::string file(const std::string& name, const std::string& text) {
    write(name, text);
    return path_of(root_, name);
  }
};

std::vector<Box> boxes(const std::vector<sdk::LabelledBox>& labelled) {
  std::vector<Box> boxes;
  for (const sdk::LabelledBox& box : labelled) boxes.push_back(box.box);
  return boxes;
}

sdk::Target at(const sdk::Dataset& dataset, Split split, std::size_t index, std::vector<double> times) {
  return dataset.target(split, index, times);
}

/// As published: byte order mark and CR LF are what editors add.
constexpr const char* published =
    "\xEF\xBB\xBF-5KQ66BBWC4,0902,0.077,0.151,0.283,0.811,80,1\r\n"
    "-5KQ66BBWC4,0902,0.077,0.151,0.283,0.811,9,1\r\n"
    "-5KQ66BBWC4,0902,0.5,0.1,0.9,0.8,12,2\r\n"
    " -5KQ66BBWC4 , 0903 , 0.1 , 0.2 , 0.3 , 0.4 , , 1 \r\n"
    "\r\n"
    "-5KQ66BBWC4,0904,,,,,,\r\n"
    "0f39OWEqJ24,1798,0.031,0.162,0.670,0.995,12,0\r\n"
    "0f39OWEqJ24,1799,0.031,0.162,0.670,0.995,12,0\r\n";

TEST_F(AvaFiles, ReadsPublishedRows) {
  const Ava dataset(options(published), {});
  EXPECT_EQ(dataset.info().task, sdk::Task::boxes);
  EXPECT_THAT(dataset.info().classes, SizeIs(80));
  EXPECT_EQ(dataset.info().classes[11], "action 12");
  EXPECT_THAT(ids(dataset, Split::train), ElementsAre("-5KQ66BBWC4,0902", "-5KQ66BBWC4,0903", "0f39OWEqJ24,1798"));
  EXPECT_EQ(dataset.size(Split::val), 0u);
  EXPECT_THAT(dataset.info().warnings, Contains(HasSubstr("1 rows are not used: their seconds are outside of 902")));

  const sdk::Sample video = dataset.sample(Split::train, 0), frames = dataset.sample(Split::train, 2);
  EXPECT_EQ(video.path, root_ / "videos/-5KQ66BBWC4.mkv");
  EXPECT_EQ(video.anchor, 2.0);
  EXPECT_EQ(video.group, "-5KQ66BBWC4");
  EXPECT_EQ(frames.path, root_ / "videos/0f39OWEqJ24");
  EXPECT_EQ(frames.fps, 30);
  EXPECT_EQ(frames.anchor, 898.0);

  const sdk::Target target = at(dataset, Split::train, 0, {2.0});
  EXPECT_EQ(target.key_frame, "-5KQ66BBWC4,0902");
  EXPECT_THAT(boxes(target.boxes), ElementsAre(Box{0.077F, 0.151F, 0.283F, 0.811F}, Box{0.5F, 0.1F, 0.9F, 0.8F}));
  EXPECT_THAT(target.boxes[0].classes, ElementsAre(8, 79));  // two rows of one box
  EXPECT_THAT(target.boxes[1].classes, ElementsAre(11));
  EXPECT_THAT(target.truth, IsEmpty());
  EXPECT_THAT(at(dataset, Split::train, 1, {3.0}).boxes[0].classes, IsEmpty());
}

std::string row(const std::string& video, int second, double left, int action = 1) {
  return video + ",0" + std::to_string(second) + "," + std::to_string(left) + ",0.1,0.9,0.9," + std::to_string(action) +
         ",0\n";
}

TEST_F(AvaFiles, AStepHasTheBoxesOfTheSecondInItsMiddle) {
  std::string rows;
  for (int second = 902; second <= 960; ++second) {
    if (second != 946) rows += row("-5KQ66BBWC4", second, (second - 900) * 0.01);
  }
  const Ava dataset(options(rows), {});
  ASSERT_EQ(dataset.sample(Split::train, 47).id, "-5KQ66BBWC4,0950");
  // Five steps of 8 frames with one carried, every eighth of 30 a second: the middles are before the anchor by these.
  const double middles[] = {-224 / 30.0, -168 / 30.0, -112 / 30.0, -56 / 30.0, 0};
  const int relative[] = {-7, -6, -4, -2, 0};  // docs/method.md M5.5
  for (int step = 0; step < 5; ++step) {
    std::vector<double> times;
    for (int i = 0; i < 8; ++i) times.push_back(50 + middles[step] + (i - 4) * 8 / 30.0);
    const sdk::Target target = at(dataset, Split::train, 47, times);
    ASSERT_THAT(target.boxes, SizeIs(1));
    const int second = 950 + relative[step] == 946 ? 950 : 950 + relative[step];  // borrowed where there is none
    EXPECT_EQ(target.key_frame, "-5KQ66BBWC4,0" + std::to_string(second)) << step;
    EXPECT_FLOAT_EQ(target.boxes[0].box.left, static_cast<float>(second - 900) * 0.01F) << step;
  }
  EXPECT_EQ(at(dataset, Split::train, 0, {-5}).key_frame, "-5KQ66BBWC4,0902");  // before the video
}

TEST_F(AvaFiles, HalvesGoToTheEvenSecond) {
  std::string rows;
  for (int second = 902; second < 912; ++second) rows += row("-5KQ66BBWC4", second, 0.1);
  const Ava dataset(options(rows), {});
  for (const double noise : {-1e-12, 0.0, 1e-12}) {
    EXPECT_EQ(at(dataset, Split::train, 0, {4.5 + noise}).key_frame, "-5KQ66BBWC4,0904");
    EXPECT_EQ(at(dataset, Split::train, 0, {5.5 + noise}).key_frame, "-5KQ66BBWC4,0906");
  }
}

TEST_F(AvaFiles, ValidationTakesEveryFourthSecond) {
  std::string rows;
  for (int second = 902; second <= 912; ++second) rows += row("0f39OWEqJ24", second, 0.1);
  AvaOptions given = options(published, rows);
  const Ava dataset(given, {});
  EXPECT_THAT(ids(dataset, Split::val), ElementsAre("0f39OWEqJ24,0904", "0f39OWEqJ24,0908", "0f39OWEqJ24,0912"));
  EXPECT_EQ(dataset.size(Split::test), 11u);
  EXPECT_EQ(at(dataset, Split::val, 1, {5.0}).key_frame, "0f39OWEqJ24,0908");  // 905 is not a key second
  EXPECT_EQ(at(dataset, Split::val, 1, {4.0}).key_frame, "0f39OWEqJ24,0904");
  EXPECT_EQ(at(dataset, Split::test, 6, {5.0}).key_frame, "0f39OWEqJ24,0905");
  given.val_every = 1;
  EXPECT_EQ(Ava(given, {}).size(Split::val), 11u);
}

constexpr const char* label_map =
    "item {\n  name: \"bend/bow (at the waist)\"\n  id: 1\n}\n"
    "label { name: \"say \\\"hi\\\"\" label_id: 12 label_type: PERSON_MOVEMENT }  # a comment\n";

TEST_F(AvaFiles, ADetectorsBoxesAreScoredAndComparedWithTheTruth) {
  AvaOptions given = options(published,
                             "0f39OWEqJ24,0904,0.1,0.1,0.5,0.9,1,0\n"
                             "0f39OWEqJ24,0904,0.1,0.1,0.5,0.9,80,0\n"
                             "0f39OWEqJ24,0904,0.6,0.1,0.9,0.9,80,1\n"
                             "0f39OWEqJ24,0908,0.1,0.1,0.5,0.9,12,0\n"
                             "0f39OWEqJ24,0912,0.1,0.1,0.5,0.9,12,0\n");
  given.val_boxes = file("found.csv",
                         "0f39OWEqJ24,0904,0.11,0.1,0.5,0.9,,0.95\n"
                         "0f39OWEqJ24,0904,0.2,0.1,0.5,0.9,,0.5\n"
                         "0f39OWEqJ24,0904,0.61,0.1,0.9,0.9,,0.9\n"
                         "0f39OWEqJ24,0912,0.61,0.1,0.9,0.9,,0.99\n"
                         "0f39OWEqJ24,0916,0.3,0.1,0.5,0.9,,0.99\n"
                         "-5KQ66BBWC4,0904,0.3,0.1,0.5,0.9,,0.99\n");
  given.val_excluded = file("excluded.csv", "0f39OWEqJ24,0912\r\n");
  given.label_map = file("map.pbtxt", label_map);
  const Ava dataset(given, {});
  EXPECT_EQ(dataset.info().classes[11], "say \"hi\"");
  EXPECT_THAT(dataset.info().warnings, Contains(HasSubstr("found.csv: 1 videos are not used: ")));
  EXPECT_THAT(ids(dataset, Split::val), ElementsAre("0f39OWEqJ24,0904", "0f39OWEqJ24,0908", "0f39OWEqJ24,0916"));

  const sdk::Target both = at(dataset, Split::val, 0, {4.0});
  EXPECT_THAT(boxes(both.boxes), ElementsAre(Box{0.11F, 0.1F, 0.5F, 0.9F}, Box{0.61F, 0.1F, 0.9F, 0.9F}));
  EXPECT_THAT(boxes(both.truth), ElementsAre(Box{0.1F, 0.1F, 0.5F, 0.9F}));  // 80 is not evaluated
  EXPECT_THAT(both.truth[0].classes, ElementsAre(0));
  const sdk::Target missed = at(dataset, Split::val, 1, {8.0});
  EXPECT_THAT(missed.boxes, IsEmpty());
  EXPECT_THAT(missed.truth, SizeIs(1));
  const sdk::Target nobody = at(dataset, Split::val, 2, {16.0});
  EXPECT_THAT(nobody.boxes, SizeIs(1));
  EXPECT_THAT(nobody.truth, IsEmpty());
}

TEST_F(AvaFiles, TrainsOnADetectorsBoxesToo) {
  AvaOptions given = options(published);
  given.train_boxes = file("found.csv",
                           "-5KQ66BBWC4,0902,0.2,0.2,0.4,0.4,,0.95\n"
                           "-5KQ66BBWC4,0905,0.2,0.2,0.4,0.4,3,0.95\n");
  given.train_excluded = file("excluded.csv", "-5KQ66BBWC4,0903\n");
  const Ava dataset(given, {});
  EXPECT_THAT(ids(dataset, Split::train), ElementsAre("-5KQ66BBWC4,0902", "-5KQ66BBWC4,0905", "0f39OWEqJ24,1798"));
  EXPECT_THAT(at(dataset, Split::train, 0, {2.0}).boxes, SizeIs(3));
  EXPECT_THAT(at(dataset, Split::train, 1, {5.0}).boxes[0].classes, ElementsAre(2));
}

TEST_F(AvaFiles, FindsFramesByALists) {
  write("videos/somewhere/else/0f39/0f39OWEqJ24_000001.jpg");
  AvaOptions given = options(published);
  given.frame_lists = {file("frames.csv",
                            "original_vido_id video_id frame_id path labels\r\n"
                            "0f39OWEqJ24 0 0 somewhere/else/0f39/0f39OWEqJ24_000001.jpg \"\"\r\n"
                            "0f39OWEqJ24 0 1 somewhere/else/0f39/0f39OWEqJ24_000002.jpg \"\"\r\n"
                            "-5KQ66BBWC4 1 0 not/there/000001.jpg \"\"\r\n")};
  const Ava dataset(given, {});
  ASSERT_THAT(ids(dataset, Split::train), ElementsAre("0f39OWEqJ24,1798"));
  EXPECT_EQ(dataset.sample(Split::train, 0).path, root_ / "videos/somewhere/else/0f39");
  EXPECT_THAT(dataset.info().warnings, Contains(AllOf(HasSubstr("1 videos left out"), HasSubstr("train.csv:1:1"))));
  given.frame_lists = {file("frames.csv", "0f39OWEqJ24 0 0 a/b.jpg\n")};
  EXPECT_THAT(error_of<Ava>(given), HasSubstr("frames.csv:1:1: is not \"original_vido_id"));
  given.frame_lists = {path_of(root_, "none.csv")};
  EXPECT_THAT(error_of<Ava>(given), HasSubstr("none.csv: cannot be read; dataset.frame_lists names"));
}

TEST_F(AvaFiles, CountsVideosThatAreGone) {
  AvaOptions given = options(published + row("gone", 902, 0.1) + row("gone", 903, 0.1));
  EXPECT_THAT(
      Ava(given, {}).info().warnings,
      Contains(AllOf(HasSubstr("1 videos left out"), HasSubstr("train.csv:9:1: no such file: "), HasSubstr("gone"))));
  given.missing = Missing::error;
  EXPECT_THAT(error_of<Ava>(given), AllOf(HasSubstr("train.csv:9:1: no such file"), HasSubstr("leaves videos out")));
}

TEST_F(AvaFiles, CountsBoxesWithoutAnArea) {
  const Ava dataset(options(published + std::string("-5KQ66BBWC4,0902,0.1,0.1,0.1,0.2,1,0\n"
                                                    "-5KQ66BBWC4,0902,0.1,0.1,0.2,0.1,1,0\n"
                                                    "-5KQ66BBWC4,1900,0.1,0.1,0.2,0.1,1,0\n")),
                    {});
  EXPECT_THAT(dataset.info().warnings, Contains(HasSubstr("train.csv: 2 rows have a box without an area")));
}

TEST_F(AvaFiles, SaysWhichFieldIsWrong) {
  const std::string text =
      error_of<Ava>(options("a,0902,0.1,0.1,0.2\n"
                            "a,second,0.1,0.1,0.2,0.2,1,0\n"
                            "a,0902,0.1,0.1,234,0.2,1,0\n"
                            "a,0902,0.1,nan,0.2,0.2,1,0\n"
                            "a,0902,0.5,0.1,0.2,0.2,1,0\n"
                            "a,0902,0.1,0.1,0.2,0.2,81,0\n"
                            "a,0902,0.1,0.1,0.2,0.2,run,0\n"
                            ",0902,0.1,0.1,0.2,0.2,1,0\n"
                            "a,0902,0.1,0.1,0.2,,1,0\n"));
  EXPECT_THAT(text, HasSubstr("train.csv:1:1: is not a row video,second,x1,y1,x2,y2,action,person: it has 5 fields"));
  EXPECT_THAT(text, HasSubstr("train.csv:2:3: \"second\" is not a number of seconds"));
  EXPECT_THAT(text,
              HasSubstr("train.csv:3:16: \"234\" is not a side of a box: sides are fractions of the picture, 0 to 1"));
  EXPECT_THAT(text, HasSubstr("train.csv:4:12: \"nan\" is not a side"));
  EXPECT_THAT(text, HasSubstr("train.csv:5:8: the box ends before it begins"));
  EXPECT_THAT(text, HasSubstr("train.csv:6:24: \"81\" is not an action: actions are 1 to 80 (dataset.classes)"));
  EXPECT_THAT(text, HasSubstr("train.csv:7:24: \"run\" is not an action"));
  EXPECT_THAT(text, HasSubstr("train.csv:8:1: has no video"));
  EXPECT_THAT(text, HasSubstr("train.csv:9:20: \"\" is not a side"));

  AvaOptions given = options(published, published);
  given.val_boxes = file("found.csv", "-5KQ66BBWC4,0904,0.1,0.1,0.2,0.2,,high\n-5KQ66BBWC4,0904,0.1,0.1,0.2,0.2,1\n");
  given.val_excluded = file("excluded.csv", "-5KQ66BBWC4 0904\n");
  EXPECT_THAT(error_of<Ava>(given),
              AllOf(HasSubstr("found.csv:1:35: \"high\" is not a detector's score"),
                    HasSubstr("found.csv:2:1: is not a row video,second,x1,y1,x2,y2,action,score"),
                    HasSubstr("excluded.csv:1:1: is not a row video,second")));
  given.train = path_of(root_, "none.csv");
  EXPECT_THAT(error_of<Ava>(given), HasSubstr("none.csv: cannot be read; dataset.train names"));
}

std::string map_error(const std::string& text) {
  Findings findings;
  read_label_map(text, "map.pbtxt", 80, findings);
  try {
    findings.settle(Missing::skip);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(AvaLabelMap, SaysWhatIsWrong) {
  EXPECT_EQ(map_error(label_map), "");
  EXPECT_THAT(map_error(""), HasSubstr("map.pbtxt:1:1: names no action"));
  EXPECT_THAT(map_error("item { name: \"a\" id: x }"),
              HasSubstr("map.pbtxt:1:22: \"x\" is not an action: actions are 1 to 80"));
  EXPECT_THAT(map_error("item { name: \"a\" id: 81 }"), HasSubstr("1:22: \"81\" is not an action"));
  EXPECT_THAT(map_error("item { name: \"a\" }"), HasSubstr("1:1: the item needs a name and an id"));
  EXPECT_THAT(map_error("item { name: \"a\" id: 1 }\nitem { name: \"b\" id: 1 }"),
              HasSubstr("2:1: action 1 appears twice"));
  EXPECT_THAT(map_error("1 bend\n"), HasSubstr("1:1: \"1\": expected item"));
  EXPECT_THAT(map_error("item { name \"a\" }"), HasSubstr("1:13: expected NAME: VALUE"));
  EXPECT_THAT(map_error("item { name: \"a\" id: 1"), HasSubstr("expected NAME: VALUE, or the item's }"));
}

TEST(AvaOptions, FitTogether) {
  const auto problems = [](auto change) {
    AvaOptions options;
    change(options);
    sdk::Problems found;
    options.check(found);
    return found;
  };
  EXPECT_THAT(problems([](AvaOptions&) {}), IsEmpty());
  EXPECT_EQ(problems([](AvaOptions& o) { o.key_seconds = {3, 2}; })[0].option, "key_seconds");
  EXPECT_EQ(problems([](AvaOptions& o) { o.first_second = 903; })[0].option, "key_seconds");
  EXPECT_EQ(problems([](AvaOptions& o) { o.val_boxes = "a.csv"; })[0].option, "val_boxes");
}

}  // namespace
}  // namespace pgt::datasets
