#include "plugin/cache.hpp"

#include <gtest/gtest.h>

#include <pgt/sdk/entry.hpp>

#include "support.hpp"

namespace pgt::plugin {
namespace {

class CacheTest : public PluginTest {
 protected:
  CacheTest() : cache_(folder_ / "cache"), library_(write("some.so", "content")) {}

  fs::path only_file() const { return *fs::directory_iterator(folder_ / "cache" / "plugins"); }

  Cache cache_;
  fs::path library_;
};

TEST_F(CacheTest, FindsWhatWasStored) {
  EXPECT_FALSE(cache_.find(library_));
  cache_.store(library_, {Manifest{library_, "org.example", "1", "", {{Kind::dataset, "name", "text", {}}}}, "", true});
  const std::optional<Examination> found = cache_.find(library_);
  ASSERT_TRUE(found);
  ASSERT_TRUE(found->manifest);
  EXPECT_EQ(found->manifest->id, "org.example");
  EXPECT_EQ(found->manifest->provides.at(0).name, "name");
}

TEST_F(CacheTest, KeepsALastingRefusalAndNoOther) {
  cache_.store(library_, {std::nullopt, "it was late", false});
  EXPECT_FALSE(cache_.find(library_));
  cache_.store(library_, {std::nullopt, "it does not fit", true});
  ASSERT_TRUE(cache_.find(library_));
  EXPECT_EQ(cache_.find(library_)->reason, "it does not fit");
  EXPECT_FALSE(cache_.find(library_)->manifest);
}

TEST_F(CacheTest, ForgetsAFileThatChanged) {
  cache_.store(library_, {std::nullopt, "it does not fit", true});
  fs::last_write_time(library_, fs::last_write_time(library_) + std::chrono::seconds(1));
  EXPECT_FALSE(cache_.find(library_));
  cache_.store(library_, {std::nullopt, "it does not fit", true});
  write("some.so", "other content");
  EXPECT_FALSE(cache_.find(library_));
}

TEST_F(CacheTest, DoesNotMixUpTwoFiles) {
  cache_.store(library_, {std::nullopt, "it does not fit", true});
  EXPECT_FALSE(cache_.find(write("other.so", "content")));
}

TEST_F(CacheTest, ForgetsWhatAnotherHostFound) {
  cache_.store(library_, {std::nullopt, "it does not fit", true});
  std::string text = text_of(only_file());
  const std::string compiler = PGT_SDK_COMPILER;
  ASSERT_NE(text.find(compiler), std::string::npos);
  text.replace(text.find(compiler), compiler.size(), "other 1");
  std::ofstream(only_file()) << text;
  EXPECT_FALSE(cache_.find(library_));
}

TEST_F(CacheTest, IgnoresADamagedFile) {
  cache_.store(library_, {std::nullopt, "it does not fit", true});
  for (const std::string damaged : {"", "{", "[1, 2]", "{\"key\": 3}"}) {
    std::ofstream(only_file()) << damaged;
    EXPECT_FALSE(cache_.find(library_)) << damaged;
  }
  cache_.store(library_, {std::nullopt, "it does not fit", true});
  EXPECT_TRUE(cache_.find(library_));
}

TEST_F(CacheTest, DoesWithoutAFolder) {
  write("file", "");
  for (const Cache& cache : {Cache({}), Cache(folder_ / "file")}) {
    cache.store(library_, {std::nullopt, "it does not fit", true});
    EXPECT_FALSE(cache.find(library_));
  }
}

}  // namespace
}  // namespace pgt::plugin
