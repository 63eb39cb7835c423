#include "plugin/cache.hpp"

#include <gtest/gtest.h>

#include <pgt/sdk/entry.hpp>

#include "support.hpp"

namespace pgt::plugin {
namespace {

class CacheTest : public PluginTest {
 protected:
  CacheTest() : cache_(folder_ / "cache"), library_(write("some.so", "content")) {}

  std::optional<Examination> find() const { return cache_.find(library_, identity_of(library_)); }
  void store(const Examination& examination) const { cache_.store(library_, identity_of(library_), examination); }
  fs::path only_file() const { return *fs::directory_iterator(folder_ / "cache" / "plugins"); }

  Cache cache_;
  fs::path library_;
};

TEST_F(CacheTest, FindsWhatWasStored) {
  EXPECT_FALSE(find());
  store({Manifest{library_, "org.example", "1", "", {{Kind::dataset, "name", "text", {}}}}, "", true});
  const std::optional<Examination> found = find();
  ASSERT_TRUE(found);
  ASSERT_TRUE(found->manifest);
  EXPECT_EQ(found->manifest->id, "org.example");
  EXPECT_EQ(found->manifest->provides.at(0).name, "name");
}

TEST_F(CacheTest, KeepsALastingRefusalAndNoOther) {
  store({std::nullopt, "it was late", false});
  EXPECT_FALSE(find());
  store({std::nullopt, "it does not fit", true});
  ASSERT_TRUE(find());
  EXPECT_EQ(find()->reason, "it does not fit");
  EXPECT_FALSE(find()->manifest);
}

TEST_F(CacheTest, ForgetsAFileThatChanged) {
  store({std::nullopt, "it does not fit", true});
  fs::last_write_time(library_, fs::last_write_time(library_) + std::chrono::seconds(1));
  EXPECT_FALSE(find());
  store({std::nullopt, "it does not fit", true});
  write("some.so", "other content");
  EXPECT_FALSE(find());
}

TEST_F(CacheTest, ForgetsAFileThatWasChangedBackInTime) {
  store({std::nullopt, "it does not fit", true});
  const fs::file_time_type time = fs::last_write_time(library_);
  write("some.so", "CONTENT");
  fs::last_write_time(library_, time);
  EXPECT_FALSE(find());
}

TEST_F(CacheTest, DoesNotBelieveAPath) {
  store({Manifest{folder_ / "other.so", "org.example", "1", "", {}}, "", true});
  ASSERT_TRUE(find());
  EXPECT_EQ(find()->manifest->path, library_);
}

TEST_F(CacheTest, DoesNotReadWhatOthersMayWrite) {
  store({std::nullopt, "it does not fit", true});
  fs::permissions(only_file(), fs::perms::others_write, fs::perm_options::add);
  EXPECT_FALSE(find());
}

TEST_F(CacheTest, DoesNotMixUpTwoFiles) {
  store({std::nullopt, "it does not fit", true});
  const fs::path other = write("other.so", "content");
  EXPECT_FALSE(cache_.find(other, identity_of(other)));
}

TEST_F(CacheTest, ForgetsWhatAnotherHostFound) {
  store({std::nullopt, "it does not fit", true});
  std::string text = text_of(only_file());
  const std::string compiler = PGT_SDK_COMPILER;
  ASSERT_NE(text.find(compiler), std::string::npos);
  text.replace(text.find(compiler), compiler.size(), "other 1");
  std::ofstream(only_file()) << text;
  EXPECT_FALSE(find());
}

TEST_F(CacheTest, IgnoresADamagedFile) {
  store({std::nullopt, "it does not fit", true});
  for (const std::string damaged : {"", "{", "[1, 2]", "{\"key\": 3}"}) {
    std::ofstream(only_file()) << damaged;
    EXPECT_FALSE(find()) << damaged;
  }
  store({std::nullopt, "it does not fit", true});
  EXPECT_TRUE(find());
}

TEST_F(CacheTest, DoesWithoutAFolder) {
  write("file", "");
  for (const Cache& cache : {Cache({}), Cache(folder_ / "file")}) {
    cache.store(library_, identity_of(library_), {std::nullopt, "it does not fit", true});
    EXPECT_FALSE(cache.find(library_, identity_of(library_)));
  }
}

}  // namespace
}  // namespace pgt::plugin
