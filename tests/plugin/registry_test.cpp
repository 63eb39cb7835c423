#include "plugin/registry.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <functional>
#include <memory>

#include "support.hpp"

namespace pgt::plugin {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class RegistryTest : public PluginTest {
 protected:
  static std::unique_ptr<Registry> open(std::vector<fs::path> folders) {
    return std::make_unique<Registry>(folders, PGT_HOST);
  }

  static std::string error_of(const std::function<void()>& call, ExitCode code = ExitCode::plugin) {
    try {
      call();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), code);
      return error.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return "";
  }
};

TEST_F(RegistryTest, LoadsTheGoodOnesAndNamesTheOthers) {
  const auto registry = open({folder_with({"crashes_at_load", "exits", "good", "no_entry", "noisy", "other_sdk_major",
                                           "other_torch", "throws_in_describe", "undefined_symbol", "wrong_magic"})});

  EXPECT_THAT(registry->names(Kind::schedule), ElementsAre("good", "noisy"));
  EXPECT_THAT(registry->names(Kind::backbone), IsEmpty());
  EXPECT_THAT(registry->names(Kind::dataset), IsEmpty());
  std::vector<std::string> refused;
  for (const Refused& one : registry->refused()) {
    refused.push_back(one.path.stem());
    EXPECT_FALSE(one.reason.empty());
  }
  EXPECT_THAT(refused, ElementsAre("crashes_at_load", "exits", "no_entry", "other_sdk_major", "other_torch",
                                   "throws_in_describe", "undefined_symbol", "wrong_magic"));
  EXPECT_EQ(registry->provider(Kind::schedule, "good").id, "org.pgt.test.good");
}

TEST_F(RegistryTest, SlowStopsALibraryThatNeverReturns) {
  const auto registry = open({folder_with({"good", "never_returns"})});
  EXPECT_THAT(registry->names(Kind::schedule), ElementsAre("good"));
  ASSERT_EQ(registry->refused().size(), 1U);
  EXPECT_THAT(registry->refused()[0].reason, StartsWith("was still not loaded after 30 s"));
}

TEST_F(RegistryTest, TakesTheFirstOfTwoWithOneName) {
  const fs::path second = folder_with({"duplicate_name"}, "a_second");
  const fs::path first = folder_with({"good"}, "b_first");
  const auto registry = open({first, second});
  EXPECT_EQ(registry->provider(Kind::schedule, "good").id, "org.pgt.test.good");
  ASSERT_EQ(registry->refused().size(), 1U);
  EXPECT_EQ(registry->refused()[0].path, second / "duplicate_name.so");
  EXPECT_THAT(registry->refused()[0].reason, AllOf(HasSubstr("its schedule \"good\" is already provided by"),
                                                   HasSubstr((first / "good.so").string())));
}

TEST_F(RegistryTest, TakesALibraryInPlaceOfAFolder) {
  const fs::path folder = folder_with({"good", "noisy"});
  const auto registry = open({folder / "noisy.so"});
  EXPECT_THAT(registry->names(Kind::schedule), ElementsAre("noisy"));
  EXPECT_THAT(open({folder / "noisy.so", folder})->names(Kind::schedule), ElementsAre("good", "noisy"));
}

TEST_F(RegistryTest, TakesTheFirstOfTwoWithOneId) {
  const fs::path folder = folder_with({"good"});
  fs::copy_file(faulty("good"), folder / "later.so");
  const auto registry = open({folder});
  ASSERT_EQ(registry->refused().size(), 1U);
  EXPECT_THAT(registry->refused()[0].reason,
              AllOf(HasSubstr("its id \"org.pgt.test.good\""), HasSubstr((folder / "good.so").string())));
}

TEST_F(RegistryTest, CountsAFileOnce) {
  const fs::path folder = folder_with({"good"});
  fs::create_symlink(folder / "good.so", folder / "link.so");
  const auto registry = open({folder, folder, folder / "../plugins"});
  EXPECT_EQ(registry->plugins().size(), 1U);
  EXPECT_THAT(registry->refused(), IsEmpty());
}

TEST_F(RegistryTest, PassesOverOtherFiles) {
  const fs::path folder = folder_with({"good"});
  std::ofstream(folder / "README.md") << "text";
  fs::create_directory(folder / "folder.so");
  EXPECT_THAT(open({folder})->refused(), IsEmpty());
}

TEST_F(RegistryTest, NamesWhatCannotBeOpened) {
  const fs::path folder = folder_with({"good"});
  fs::create_symlink("loop.so", folder / "loop.so");
  fs::create_symlink("nowhere", folder / "nowhere.so");
  ASSERT_EQ(mkfifo((folder / "pipe.so").c_str(), 0600), 0);
  const auto registry = open({folder});
  EXPECT_THAT(registry->names(Kind::schedule), ElementsAre("good"));
  std::vector<std::string> refused;
  for (const Refused& one : registry->refused()) refused.push_back(one.path.stem().string() + ": " + one.reason);
  EXPECT_THAT(refused,
              ElementsAre("loop: it cannot be opened: Too many levels of symbolic links",
                          "nowhere: it cannot be opened: No such file or directory", "pipe: it is not a regular file"));
}

TEST_F(RegistryTest, WarnsOfWhatOthersMayWrite) {
  const fs::path folder = folder_with({"good"});
  EXPECT_THAT(open({folder})->warnings(), IsEmpty());
  fs::permissions(folder / "good.so", fs::perms::others_write, fs::perm_options::add);
  EXPECT_THAT(open({folder})->warnings(),
              ElementsAre(StartsWith("everybody may write to " + (folder / "good.so").string() + ",")));
  fs::permissions(folder, fs::perms::others_write, fs::perm_options::add);
  EXPECT_THAT(open({folder})->warnings(), ElementsAre(StartsWith("everybody may write to " + folder.string() + ",")));
}

TEST_F(RegistryTest, RefusesAFolderThatIsNotThere) {
  EXPECT_THAT(error_of([&] { open({folder_ / "nowhere"}); }, ExitCode::usage),
              HasSubstr((folder_ / "nowhere").string()));
}

TEST_F(RegistryTest, AsksTheCacheTheSecondTime) {
  const fs::path folder = folder_with({"good", "other_torch"});
  open({folder});
  // An examiner that cannot be started shows that nobody was examined.
  const std::vector<fs::path> folders{folder};
  const Registry registry(folders, folder_ / "no-such-program");
  EXPECT_THAT(registry.names(Kind::schedule), ElementsAre("good"));
  ASSERT_EQ(registry.refused().size(), 1U);
  EXPECT_THAT(registry.refused()[0].reason, HasSubstr("LibTorch version differs"));
}

TEST_F(RegistryTest, MakesObjects) {
  const auto registry = open({folder_with({"good"})});
  ASSERT_NE(registry->find(Kind::schedule, "good"), nullptr);
  EXPECT_EQ(registry->find(Kind::dataset, "good"), nullptr);
  EXPECT_EQ(registry->find(Kind::schedule, "bad"), nullptr);

  const auto options = registry->options(Kind::schedule, "good");
  options->fields().all().at(0)->assign(std::int64_t{16});
  const auto schedule = registry->make_schedule("good", *options, {});
  EXPECT_EQ(schedule->plan({}).clip.frames, 16);
}

TEST_F(RegistryTest, NamesPluginAndCallOfWhatAnObjectThrows) {
  const auto registry = open({folder_with({"throws_in_factory", "throws_later"})});
  const auto options = registry->options(Kind::schedule, "throws_in_factory");
  EXPECT_EQ(error_of([&] { registry->make_schedule("throws_in_factory", *options, {}); }),
            "plugin org.pgt.test.throws_in_factory, Schedule::Schedule: out of order");

  const auto schedule = registry->make_schedule("throws_later", *registry->options(Kind::schedule, "throws_later"), {});
  EXPECT_EQ(error_of([&] { schedule->plan({}); }),
            "plugin org.pgt.test.throws_later, Schedule::plan: threw something that is not a std::exception");

  const auto dataset = registry->make_dataset("throws_later", *registry->options(Kind::dataset, "throws_later"), {});
  EXPECT_EQ(dataset->size(sdk::Split::val), 2U);
  EXPECT_EQ(error_of([&] { dataset->sample(sdk::Split::train, 1); }),
            "plugin org.pgt.test.throws_later, Dataset::sample: no video 1");
  EXPECT_THAT(dataset->target(sdk::Split::train, 0, {}).classes, ElementsAre(0, 1));
  EXPECT_EQ(
      error_of([&] { dataset->target(sdk::Split::train, 1, {}); }),
      "plugin org.pgt.test.throws_later, Dataset::target: sample 1 of train: class 2 of 2, which are numbered from 0; "
      "numbers in files often begin at 1 (rule dataset.class-range)");
}

TEST_F(RegistryTest, SaysThatNobodyProvidesAName) {
  const auto registry = open({folder_with({"good"})});
  EXPECT_THAT(error_of([&] { registry->options(Kind::backbone, "good"); }),
              StartsWith("no plugin provides the backbone \"good\""));
}

TEST_F(RegistryTest, RefusesALibraryThatIsReplacedWhileItIsExamined) {
  const std::vector<fs::path> folders{folder_with({"good"})};
  const fs::path examiner =
      write("examiner", "#!/bin/sh\ncp '" + faulty("noisy").string() + "' \"$2\"\nexec '" PGT_HOST "' \"$@\"\n");
  fs::permissions(examiner, fs::perms::owner_all);
  const Registry registry(folders, examiner);
  EXPECT_THAT(registry.plugins(), IsEmpty());
  ASSERT_EQ(registry.refused().size(), 1U);
  EXPECT_EQ(registry.refused()[0].reason, "it was replaced while it was examined; start again");
}

TEST_F(RegistryTest, OpensNoOtherFileThanTheOneThatWasExamined) {
  const fs::path folder = folder_with({"duplicate_name"});
  const auto registry = open({folder});
  fs::copy_file(faulty("good"), folder / "new.so");
  fs::rename(folder / "new.so", folder / "duplicate_name.so");
  EXPECT_THAT(error_of([&] { registry->options(Kind::schedule, "good"); }),
              HasSubstr("it was replaced after it had been examined; start again"));
}

TEST_F(RegistryTest, SaysThatAFileWasReplacedAfterTheStart) {
  const fs::path folder = folder_with({"good"});
  const auto registry = open({folder});
  fs::remove(folder / "good.so");
  EXPECT_THAT(error_of([&] { registry->options(Kind::schedule, "good"); }),
              StartsWith("plugin org.pgt.test.good: cannot load " + (folder / "good.so").string()));
}

}  // namespace
}  // namespace pgt::plugin
