// A class for each frame, in the files of MS-TCN.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "datasets/bundles/bundles.hpp"
#include "datasets/scratch.hpp"

namespace pgt::datasets {
namespace {

using sdk::Split;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class BundlesFiles : public Scratch {
 protected:
  BundlesFiles() {
    write("videos/S1_Cheese_C1.mp4");
    write("videos/P03/cam01/P03_cereals.avi");
    write("mapping.txt", "1 take bowl\n0 SIL\n2 pour_milk\n");
    write("groundTruth/S1_Cheese_C1.txt", "SIL\nSIL\npour_milk\r\nunsure\ntake bowl\n\n");
    write("groundTruth/P03_cam01_P03_cereals.txt", "pour_milk\n");
    write("train.split1.bundle", "S1_Cheese_C1.txt\n");
    write("test.split1.bundle", "P03_cam01_P03_cereals.txt\n");
  }
  std::string path(const std::string& name) const { return (root_ / name).string(); }
  BundlesOptions options() const {
    BundlesOptions options;
    options.root = path("videos");
    options.labels = path("groundTruth");
    options.mapping = path("mapping.txt");
    options.train = path("train.split1.bundle");
    options.val = path("test.split1.bundle");
    options.labels_per_second = 2;
    options.unlabelled = {"unsure"};
    return options;
  }
};

TEST_F(BundlesFiles, GiveEachMomentItsClass) {
  const Bundles dataset(options(), {});
  EXPECT_EQ(dataset.info().task, sdk::Task::moments);
  EXPECT_EQ(dataset.info().moments_per_second, 2);
  EXPECT_THAT(dataset.info().classes, ElementsAre("SIL", "take bowl", "pour_milk"));
  EXPECT_THAT(ids(dataset, Split::train), ElementsAre("S1_Cheese_C1"));
  EXPECT_EQ(dataset.sample(Split::val, 0).path, root_ / "videos/P03/cam01/P03_cereals.avi");
  const auto at = [&](double second) { return dataset.target(Split::train, 0, {&second, 1}); };
  EXPECT_THAT(at(0.25).classes, ElementsAre(0));
  EXPECT_THAT(at(0.99).classes, ElementsAre(0));
  EXPECT_THAT(at(1.25).classes, ElementsAre(2));
  EXPECT_THAT(at(1.75).classes, IsEmpty());
  EXPECT_FALSE(at(1.75).labelled) << "\"unsure\" is no class";
  EXPECT_THAT(at(2.25).classes, ElementsAre(1));
  EXPECT_FALSE(at(2.5).labelled) << "there is no label so late";
  EXPECT_FALSE(at(1e9).labelled);
  const double whole[] = {0, std::numeric_limits<double>::infinity()};
  EXPECT_THAT(dataset.target(Split::train, 0, whole).classes, ElementsAre(0, 1, 2));
}

TEST_F(BundlesFiles, LeaveVideosWithoutLabelsOut) {
  write("videos/empty.mp4");
  write("groundTruth/empty.txt", "\n");
  write("train.split1.bundle", "S1_Cheese_C1.txt\nempty.txt\ngone.txt\n");
  write("groundTruth/gone.txt", "SIL\n");
  const Bundles dataset(options(), {});
  EXPECT_EQ(dataset.size(Split::train), 1U);
  EXPECT_THAT(dataset.info().warnings,
              AllOf(Contains(HasSubstr("1 videos left out, because their files of labels are empty: ")),
                    Contains(HasSubstr("train.split1.bundle:3:1: no such file"))));
}

TEST_F(BundlesFiles, SayWhichOfTwoVideosOfAJoinedNameIsRead) {
  EXPECT_THAT(Bundles(options(), {}).info().warnings, testing::Not(Contains(HasSubstr("appear twice"))));
  write("videos/P03/cam02/P03_cereals.avi");
  EXPECT_THAT(Bundles(options(), {}).info().warnings, testing::Not(Contains(HasSubstr("appear twice"))))
      << "of the same file name, but in another folder";
  write("videos/P03_cam01/P03_cereals.avi");
  const Bundles dataset(options(), {});
  EXPECT_EQ(dataset.sample(Split::val, 0).path, root_ / "videos/P03/cam01/P03_cereals.avi");
  EXPECT_THAT(dataset.info().warnings,
              Contains(HasSubstr("the ones read are " + path("videos/P03/cam01/P03_cereals.avi") + ", not " +
                                 path("videos/P03_cam01/P03_cereals.avi"))));
}

TEST_F(BundlesFiles, SayWhereWhatIsWrong) {
  write("groundTruth/S1_Cheese_C1.txt", "SIL\npour_mlik\n\nSIL\n");
  write("test.split1.bundle", "\nnowhere.txt\n");
  EXPECT_THAT(
      error_of<Bundles>(options()),
      AllOf(HasSubstr("S1_Cheese_C1.txt:2:1: \"pour_mlik\" is not in"), HasSubstr("did you mean \"pour_milk\"?"),
            HasSubstr("S1_Cheese_C1.txt:3:1: is empty, but each line is the label of a frame"),
            HasSubstr("test.split1.bundle:2:1: there are no labels")));
  write("mapping.txt", "0 SIL\n3 take\n0 bowl\nx\n1 SIL\n");
  EXPECT_THAT(error_of<Bundles>(options()),
              AllOf(HasSubstr("mapping.txt:3:1: number 0 is given twice"), HasSubstr("mapping.txt:4:1: is not"),
                    HasSubstr("mapping.txt:5:1: class SIL is given twice")));
  write("mapping.txt", "\n");
  EXPECT_THAT(error_of<Bundles>(options()), HasSubstr("mapping.txt:1:1: is empty"));
}

}  // namespace
}  // namespace pgt::datasets
