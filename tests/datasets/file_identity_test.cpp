#include "datasets/common/file_identity.hpp"

#include <gtest/gtest.h>

#include "datasets/scratch.hpp"

namespace pgt::datasets {
namespace {

namespace fs = std::filesystem;

class Identity : public Scratch {};

TEST_F(Identity, IsThatOfWhatAPathLeadsTo) {
  write("v/a.mp4");
  write("v/b.mp4");
  write("frames/1.png");
  fs::create_symlink(root_ / "v/a.mp4", root_ / "link.mp4");
  fs::create_hard_link(root_ / "v/a.mp4", root_ / "hard.mp4");
  fs::create_directory_symlink(root_ / "frames", root_ / "same_frames");
  const auto a = identity_of(root_ / "v/a.mp4");
  ASSERT_TRUE(a);
  EXPECT_EQ(identity_of(root_ / "v/../v/./a.mp4"), a);
  EXPECT_EQ(identity_of(root_ / "link.mp4"), a);
  EXPECT_EQ(identity_of(root_ / "hard.mp4"), a);
  EXPECT_NE(identity_of(root_ / "v/b.mp4"), a);
  EXPECT_EQ(identity_of(root_ / "same_frames"), identity_of(root_ / "frames"));
  EXPECT_FALSE(identity_of(root_ / "v/none.mp4"));
  EXPECT_FALSE(identity_of("none.mp4"));
}

TEST_F(Identity, OfAMemberIsTheArchivesAndItsName) {
  write("a.tar");
  fs::create_symlink(root_ / "a.tar", root_ / "b.tar");
  EXPECT_EQ(identity_of(root_ / "b.tar/x/1.mp4"), identity_of(root_ / "a.tar/x/./1.mp4"));
  EXPECT_NE(identity_of(root_ / "a.tar/x/1.mp4"), identity_of(root_ / "a.tar/x/2.mp4"));
}

}  // namespace
}  // namespace pgt::datasets
