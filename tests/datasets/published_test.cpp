// The datasets with published annotation files, on files of their form.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "datasets/hmdb51/hmdb51.hpp"
#include "datasets/kinetics/kinetics.hpp"
#include "datasets/scratch.hpp"
#include "datasets/something/something.hpp"
#include "datasets/ucf101/ucf101.hpp"

namespace pgt::datasets {
namespace {

using sdk::Split;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Published : public Scratch {
 protected:
  std::string path(const std::string& name) const { return (root_ / name).string(); }

  KineticsOptions kinetics(const std::string& train, const std::string& val = "") {
    write("train.csv", train);
    KineticsOptions options;
    options.root = path("videos");
    options.train = path("train.csv");
    if (!val.empty()) {
      write("val.csv", val);
      options.val = path("val.csv");
    }
    return options;
  }
};

/// Of videos/ and the split files of a folder.
template <class Options>
Options with_splits(const std::string& root, const std::string& splits) {
  Options options;
  options.root = root;
  options.splits = splits;
  return options;
}

constexpr const char* official_kinetics =
    "\xEF\xBB\xBFlabel,youtube_id,time_start,time_end,split,is_cc\r\n"
    "abseiling,-3B32lodo2M,59,69,train,0\r\n"
    "\"air drumming\",_dbcJuKJQNs,40,50,train,0\r\n";

TEST_F(Published, KineticsReadsTheOfficialFiles) {
  write("videos/abseiling/-3B32lodo2M_000059_000069.mp4");
  write("videos/_dbcJuKJQNs_000040_000050.webm");
  write("videos/val/---QUuC4vJs.mp4");  // not cut
  const Kinetics dataset(kinetics(official_kinetics,
                                  "label,youtube_id,time_start,time_end,split\n"
                                  "abseiling,---QUuC4vJs,84,94,validate\n"),
                         {});
  EXPECT_THAT(dataset.info().classes, ElementsAre("abseiling", "air drumming"));
  EXPECT_THAT(ids(dataset, Split::train), ElementsAre("-3B32lodo2M_000059_000069", "_dbcJuKJQNs_000040_000050"));
  EXPECT_THAT(classes(dataset, Split::train, 1), ElementsAre(1));
  EXPECT_EQ(dataset.sample(Split::train, 0).path, root_ / "videos/abseiling/-3B32lodo2M_000059_000069.mp4");
  const sdk::Sample whole = dataset.sample(Split::val, 0);
  EXPECT_EQ(whole.start, 84);
  EXPECT_EQ(whole.end, 94);
  EXPECT_EQ(whole.group, "---QUuC4vJs");
}

TEST_F(Published, KineticsCountsVideosThatAreGone) {
  write("videos/-3B32lodo2M_000059_000069.mp4");
  KineticsOptions options = kinetics(official_kinetics);
  const Kinetics dataset(options, {});
  EXPECT_EQ(dataset.size(Split::train), 1u);
  EXPECT_THAT(dataset.info().warnings,
              testing::Contains(AllOf(HasSubstr("1 rows left out"), HasSubstr("train.csv:3:16: no such file: "),
                                      HasSubstr("_dbcJuKJQNs_000040_000050.mp4"))));
  options.missing = Missing::error;
  EXPECT_THAT(error_of<Kinetics>(options), HasSubstr("train.csv:3:16: no such file"));
}

TEST_F(Published, KineticsSaysWhichOfTwoCopiesIsRead) {
  const std::string rows = "label,youtube_id,time_start,time_end,split\nabseiling,a,1,2,train\nabseiling,b,1,2,train\n";
  write("videos/new/a.mp4");
  write("videos/old/a.mp4");
  write("videos/old/b.mp4");
  write("videos/old/c.mp4");
  write("videos/new/c.mp4");  // nobody asks for it
  const Kinetics dataset(kinetics(rows), {});
  EXPECT_EQ(dataset.sample(Split::train, 0).path, path("videos/new/a.mp4"));
  EXPECT_THAT(dataset.info().warnings,
              testing::Contains(HasSubstr("1 videos appear twice under dataset.root; the ones read are " +
                                          path("videos/new/a.mp4") + ", not " + path("videos/old/a.mp4"))));
}

TEST_F(Published, KineticsDoesNotTakePathsForCopies) {
  write("videos/a/0001.mp4");
  write("videos/b/0001.mp4");
  const Kinetics dataset(kinetics("a/0001.mp4 0\nb/0001.mp4 1\n"), {});
  EXPECT_THAT(dataset.info().warnings, testing::Not(testing::Contains(HasSubstr("appear twice"))));
}

TEST_F(Published, AnnotationsMayComeThroughAPipe) {
  for (const std::string text : {"a,b,c\n1,2,3\n", "x", ""}) {
    for (const std::string mark : {"", "\xEF\xBB\xBF"}) {
      const std::string pipe = path("pipe");
      ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
      std::thread writer([&] { std::ofstream(pipe, std::ios::binary) << mark << text; });
      EXPECT_EQ(read_annotations(pipe, "file", "a list"), text);
      writer.join();
      std::filesystem::remove(pipe);
    }
  }
}

TEST_F(Published, AnnotationsThatAreNoneAreNamed) {
  const auto refusal = [](const std::string& file) {
    try {
      read_annotations(file, "file", "a list");
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_THAT(refusal("/dev/zero"), HasSubstr("/dev/zero: cannot be read"));
  for (const std::string mark : {"\xFF\xFE", "\xFE\xFF"}) {
    write("list.csv", mark + std::string("p\0a\0", 4));
    EXPECT_THAT(refusal(path("list.csv")), HasSubstr("list.csv: begins as UTF-16 does; save it as UTF-8"));
  }
}

TEST_F(Published, AValueWithoutAnEndIsShownInPart) {
  write("videos/a.mp4");
  KineticsOptions options = kinetics(std::string(300'000, 'x') + " 0\n");
  options.missing = Missing::error;
  const std::string text = error_of<Kinetics>(options);
  EXPECT_LT(text.size(), 5000U);
  EXPECT_THAT(text, AllOf(HasSubstr("train.csv:1:1: no such file: "), HasSubstr("xxx...")));
}

TEST_F(Published, KineticsSaysWhereRowsAreOfAnotherSplit) {
  write("videos/a.mp4");
  write("videos/b.mp4");
  const std::string header = "label,youtube_id,time_start,time_end,split\n";
  const std::string of_train = header + "x,a,1,2,train\n", of_val = header + "x,b,1,2,validate\n";
  EXPECT_THAT(Kinetics(kinetics(of_train, of_val), {}).info().warnings,
              testing::Not(testing::Contains(HasSubstr("are of split"))));
  EXPECT_THAT(Kinetics(kinetics(of_val), {}).info().warnings,
              testing::Contains(HasSubstr("train.csv, which dataset.train names, are of split \"validate\"")));
}

TEST_F(Published, AVideoHasCopiesOnlyOfTheNameItWasFoundBy) {
  write("videos/a/0001.mp4");
  write("videos/b/0001.mp4");
  write("videos/c/0001.mp4");
  const VideoFinder finder(root_ / "videos");
  EXPECT_EQ(finder.find("0001"), root_ / "videos/a/0001.mp4");
  EXPECT_NE(finder.other_than(root_ / "videos/a/0001.mp4"), "");
  EXPECT_EQ(finder.other_than(root_ / "videos/c/0001.mp4"), "") << "its path was given";
}

TEST_F(Published, KineticsReadsLists) {
  write("videos/a b.mp4");
  write("videos/#c.mp4");
  const Kinetics dataset(kinetics("a b.mp4 2\r\n#c.mp4 0\r\n"), {});
  EXPECT_THAT(dataset.info().classes, ElementsAre("0", "1", "2"));
  EXPECT_THAT(ids(dataset, Split::train), ElementsAre("a b.mp4", "#c.mp4"));
  EXPECT_THAT(classes(dataset, Split::train, 0), ElementsAre(2));

  KineticsOptions comma = kinetics("a b.mp4,1\n#c.mp4,0\n");
  comma.separator = ",";
  write("classes.txt", "run\njump\n");
  comma.classes = path("classes.txt");
  EXPECT_THAT(Kinetics(comma, {}).info().classes, ElementsAre("run", "jump"));
}

TEST_F(Published, KineticsSaysWhichRowIsWrong) {
  write("videos/a.mp4");
  EXPECT_THAT(error_of<Kinetics>(kinetics("a.mp4 0\na.mp4 run\na.mp4\n")),
              AllOf(HasSubstr("train.csv:2:1: is not \"path label\""), HasSubstr("train.csv:3:1: is not")));
  EXPECT_THAT(error_of<Kinetics>(kinetics("a.mp4 0\na.mp4 0\n")), HasSubstr("train.csv:2:1: a.mp4 appears twice"));
  EXPECT_THAT(error_of<Kinetics>(kinetics("label,youtube_id,time_start,time_end\nrun,abc,9,1\n")),
              HasSubstr("train.csv:2:1: is not a row label,youtube_id"));
  EXPECT_THAT(error_of<Kinetics>(kinetics("youtube_id,time_start,time_end,split\nabc,1,11,test\n")),
              HasSubstr("has no labels"));
  EXPECT_THAT(error_of<Kinetics>(kinetics("youtube_id,label,time_start,time_end\nabc,run,1,11\n")),
              HasSubstr("in another order than label,youtube_id"));
  EXPECT_THAT(error_of<Kinetics>(kinetics(official_kinetics, "a.mp4 0\n")), HasSubstr("give both in one form"));
  KineticsOptions few = kinetics("a.mp4 3\n");
  write("classes.txt", "run\njump\n");
  few.classes = path("classes.txt");
  EXPECT_THAT(error_of<Kinetics>(few), HasSubstr("names 2 classes, counted from 0"));
  few.train = path("none.csv");
  EXPECT_THAT(error_of<Kinetics>(few), HasSubstr("none.csv: cannot be read; dataset.train names"));
}

TEST_F(Published, KineticsTakesNoAbsurdNumbers) {
  write("videos/abc.mp4");
  for (const char* row : {"run,abc,nan,inf", "run,abc,0,1e300", "run,abc,-5,5", ",abc,0,5", "run,,0,5"}) {
    EXPECT_THAT(error_of<Kinetics>(kinetics(std::string("label,youtube_id,time_start,time_end\n") + row + "\n")),
                HasSubstr("train.csv:2:1: is not a row label,youtube_id"))
        << row;
  }
  EXPECT_THAT(error_of<Kinetics>(kinetics("abc.mp4 20000000000\n")), HasSubstr("is not a class number"));
}

TEST_F(Published, FilesOfAnotherClassAreNotTaken) {
  write("lists/classInd.txt", "1 Draw\n2 Erase\n");
  write("lists/trainlist01.txt", "Draw/v_g01_c01.avi 1\nErase/v_g01_c01.avi 2\nErase/v_g01_c01.avi 2\n");
  write("lists/testlist01.txt", "");
  write("videos/Erase/v_g01_c01.avi");
  const Ucf101 dataset(with_splits<Ucf101Options>(path("videos"), path("lists")), {});
  EXPECT_THAT(ids(dataset, Split::train), ElementsAre("Erase/v_g01_c01.avi", "Erase/v_g01_c01.avi"));
  EXPECT_THAT(dataset.info().warnings, testing::Contains(HasSubstr("1 rows of split train repeat a video")));

  write("splits/Draw_test_split1.txt", "v_g01_c01.avi 1\n");
  write("splits/Erase_test_split1.txt", "v_g01_c01.avi 1\n");
  const auto hmdb = with_splits<Hmdb51Options>(path("videos"), path("splits"));
  EXPECT_THAT(ids(Hmdb51(hmdb, {}), Split::train), ElementsAre("Erase/v_g01_c01.avi"));
}

TEST_F(Published, FoldersAreWalkedThroughLinks) {
  write("elsewhere/a b.mp4");
  write("videos/._#c.mp4");
  write("videos/#c.mp4");
  std::filesystem::create_directory_symlink(root_ / "elsewhere", root_ / "videos/linked");
  std::filesystem::create_directory_symlink(root_ / "videos", root_ / "elsewhere/up");
  const VideoFinder finder(root_ / "videos");
  EXPECT_EQ(finder.find("a b"), root_ / "videos/linked/a b.mp4");
  EXPECT_EQ(finder.find("._#c"), "");
}

TEST_F(Published, Ucf101KeepsItsSplitsAndGroups) {
  write("lists/classInd.txt", "1 ApplyEyeMakeup\r\n2 HandstandPushups\r\n");
  write("lists/trainlist01.txt",
        "ApplyEyeMakeup/v_ApplyEyeMakeup_g08_c01.avi 1\r\n"
        "HandstandPushups/v_HandStandPushups_g08_c02.avi 2\r\n");
  write("lists/testlist01.txt",
        "ApplyEyeMakeup/v_ApplyEyeMakeup_g01_c01.avi\r\n"
        "ApplyEyeMakeup/v_ApplyEyeMakeup_g01_c02.avi\r\n");
  write("videos/ApplyEyeMakeup/v_ApplyEyeMakeup_g08_c01.avi");
  write("videos/v_HandStandPushups_g08_c02.avi");
  write("videos/ApplyEyeMakeup/v_ApplyEyeMakeup_g01_c01.avi");
  const auto options = with_splits<Ucf101Options>(path("videos"), path("lists"));
  const Ucf101 dataset(options, {});
  EXPECT_THAT(dataset.info().classes, ElementsAre("ApplyEyeMakeup", "HandstandPushups"));
  EXPECT_EQ(dataset.size(Split::train), 2u);
  EXPECT_EQ(dataset.size(Split::val), 1u);
  EXPECT_EQ(dataset.sample(Split::train, 0).group, "v_ApplyEyeMakeup_g08");
  EXPECT_EQ(dataset.sample(Split::train, 1).path, root_ / "videos/v_HandStandPushups_g08_c02.avi");
  EXPECT_THAT(classes(dataset, Split::train, 1), ElementsAre(1));
  EXPECT_THAT(dataset.info().warnings, testing::Contains(HasSubstr("g01_c02.avi")));

  write("lists/classInd.txt", "1 ApplyEyeMakeup\n3 Other\n");
  EXPECT_THAT(error_of<Ucf101>(options), AllOf(HasSubstr("classInd.txt:2:1: is not \"NUMBER CLASS\""),
                                               HasSubstr("trainlist01.txt:2:1: is not in the folder of a class")));
}

TEST_F(Published, Hmdb51TakesMarksAndOddNames) {
  write("splits/brush_hair_test_split1.txt", "April_#1_(a)!&b.avi 1 \nother.avi 2 \nunused.avi 0 \n");
  write("splits/walk_test_split1.txt", "w.avi 1\ngone.avi 2\n");
  write("splits/walk_test_split2.txt", "nonsense");
  for (const char* name : {"brush_hair/April_#1_(a)!&b.avi", "brush_hair/other.avi", "walk/w.avi"}) {
    write(std::string("videos/") + name);
  }
  auto options = with_splits<Hmdb51Options>(path("videos"), path("splits"));
  const Hmdb51 dataset(options, {});
  EXPECT_THAT(dataset.info().classes, ElementsAre("brush_hair", "walk"));
  EXPECT_THAT(ids(dataset, Split::train), ElementsAre("brush_hair/April_#1_(a)!&b.avi", "walk/w.avi"));
  EXPECT_THAT(ids(dataset, Split::val), ElementsAre("brush_hair/other.avi"));
  options.fold = 2;
  EXPECT_THAT(error_of<Hmdb51>(options), HasSubstr("walk_test_split2.txt:1:1: is not \"VIDEO 0\""));
  options.fold = 3;
  EXPECT_THAT(error_of<Hmdb51>(options), HasSubstr("has no file CLASS_test_split3.txt"));
}

class SomethingFiles : public Published {
 protected:
  SomethingOptions version_2(const std::string& train) {
    write("labels.json",
          "{\"Approaching something with your camera\":\"1\",\n\"Holding something next to something\":\"0\"}");
    write("train.json", train);
    write("videos/78687.webm");
    SomethingOptions options;
    options.root = path("videos");
    options.labels = path("labels.json");
    options.train = path("train.json");
    return options;
  }
};

TEST_F(SomethingFiles, OfVersion2AreJson) {
  const Something dataset(
      version_2("[{\"id\":\"78687\",\"label\":\"holding potato next to vicks vaporub bottle\","
                "\"template\":\"Holding [something] next to [something]\",\"placeholders\":[\"potato\",\"bottle\"]}]"),
      {});
  EXPECT_THAT(dataset.info().classes,
              ElementsAre("Holding something next to something", "Approaching something with your camera"));
  EXPECT_FALSE(dataset.info().mirrored_is_the_same);
  EXPECT_THAT(ids(dataset, Split::train), ElementsAre("78687"));
  EXPECT_THAT(classes(dataset, Split::train, 0), ElementsAre(0));
}

TEST_F(SomethingFiles, OfVersion1AreLines) {
  write("labels.csv", "Holding something\nTurning something upside down\n");
  write("train.csv", "100218;Turning something upside down\r\n4;Holding something\r\n");
  write("videos/100218.mp4");
  SomethingOptions options;
  options.root = path("videos");
  options.labels = path("labels.csv");
  options.train = path("train.csv");
  const Something dataset(options, {});
  EXPECT_THAT(classes(dataset, Split::train, 0), ElementsAre(1));
  EXPECT_THAT(dataset.info().warnings, testing::Contains(HasSubstr("train.csv:2:1: no such file")));
}

TEST_F(SomethingFiles, MayBeFoldersOfFrames) {
  write("labels.csv", "Holding something\nTurning something upside down\n");
  write("train.csv", "100218;Turning something upside down\n");
  write("videos/100218/00001.jpg");
  write("videos/100218/00002.jpg");
  SomethingOptions options;
  options.root = path("videos");
  options.labels = path("labels.csv");
  options.train = path("train.csv");
  const Something dataset(options, {});
  ASSERT_EQ(dataset.size(Split::train), 1u);
  EXPECT_EQ(dataset.sample(Split::train, 0).path, root_ / "videos/100218");
  EXPECT_EQ(dataset.sample(Split::train, 0).fps, 12);
}

TEST_F(SomethingFiles, AreNamedWhereTheyAreWrong) {
  EXPECT_THAT(error_of<Something>(version_2("[{\"id\":\"78687\",\n\"template\":}]")),
              HasSubstr("train.json:2:12: is not valid JSON"));
  EXPECT_THAT(error_of<Something>(version_2("[{\"id\":\"78687\"},\n {\"id\":\"78687\",\"template\":\"Eating\"}]")),
              AllOf(HasSubstr("train.json:1:2: video 78687 has no template"), HasSubstr("train.json:2:2: video 78687"),
                    HasSubstr("has no label \"Eating\"")));
  EXPECT_THAT(error_of<Something>(version_2("{\"a\":1}")), HasSubstr("train.json:1:1: is not a list of videos"));
  EXPECT_THAT(error_of<Something>(version_2("[\n3]")), HasSubstr("train.json:2:1: is not a list of videos"));
  SomethingOptions options = version_2("[]");
  write("labels.json", "{\"a\":\"0\",\n\"b\":\"0\"}");
  EXPECT_THAT(error_of<Something>(options),
              HasSubstr("labels.json:2:5: label \"b\" has the number 0: they are counted from 0, each once"));
  std::string deep = "{\"a\":";
  for (int i = 0; i < 200'000; ++i) deep += "{\"a\":";
  write("labels.json", deep + "1" + std::string(200'001, '}'));
  EXPECT_THAT(error_of<Something>(options), HasSubstr("labels.json:1:6: label \"a\" has the number {...}"));
}

}  // namespace
}  // namespace pgt::datasets
