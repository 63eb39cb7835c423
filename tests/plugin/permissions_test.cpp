#include "plugin/permissions.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support.hpp"

namespace pgt::plugin {
namespace {

using ::testing::StartsWith;

constexpr uid_t somebody = 65534;

class Permissions : public PluginTest {
 protected:
  Permissions() { write_own_file(file_, "text"); }

  const fs::path file_ = folder_ / "own" / "file";
};

TEST_F(Permissions, ReadsWhatItWroteWhateverTheUmask) {
  const mode_t before = umask(0);
  write_own_file(folder_ / "other" / "file", "text");
  umask(before);
  EXPECT_EQ(read_own_file(folder_ / "other" / "file"), "text");
}

TEST_F(Permissions, ReadsNothingThatOthersMayWrite) {
  for (const fs::path& path : {file_, file_.parent_path()}) {
    for (const fs::perms writer : {fs::perms::group_write, fs::perms::others_write}) {
      ASSERT_EQ(read_own_file(file_), "text");
      fs::permissions(path, writer, fs::perm_options::add);
      EXPECT_FALSE(read_own_file(file_)) << path;
      fs::permissions(path, writer, fs::perm_options::remove);
    }
  }
}

TEST_F(Permissions, ReadsNothingOfSomebodyElse) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  for (const fs::path& path : {file_, file_.parent_path()}) {
    ASSERT_EQ(chown(path.c_str(), somebody, 0), 0);
    EXPECT_FALSE(read_own_file(file_)) << path;
    EXPECT_THAT(others_who_may_write(path), StartsWith("the user "));
    ASSERT_EQ(chown(path.c_str(), geteuid(), 0), 0);
  }
  ASSERT_EQ(chown(file_.parent_path().c_str(), somebody, 0), 0);
  write_own_file(file_, "new");
  EXPECT_EQ(text_of(file_), "text");
}

TEST_F(Permissions, ReadsNoPipe) {
  fs::remove(file_);
  ASSERT_EQ(mkfifo(file_.c_str(), 0600), 0);
  EXPECT_FALSE(read_own_file(file_));
}

TEST_F(Permissions, NamesWhoMayWrite) {
  EXPECT_EQ(others_who_may_write(file_), "");
  EXPECT_EQ(others_who_may_write(folder_ / "nowhere"), "");
  fs::permissions(file_, fs::perms::others_write, fs::perm_options::add);
  EXPECT_EQ(others_who_may_write(file_), "everybody");
}

}  // namespace
}  // namespace pgt::plugin
