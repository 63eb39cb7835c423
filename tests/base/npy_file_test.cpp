#include "base/npy_file.hpp"

#include <gmock/gmock.h>

#include <array>

#include "base/file.hpp"
#include "base/npy.hpp"

namespace pgt {
namespace {

namespace fs = std::filesystem;

class NpyFileTest : public testing::Test {
 protected:
  NpyFileTest() : folder_(fs::path(testing::TempDir()) / ("npy_file_" + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~NpyFileTest() override { fs::remove_all(folder_); }

  fs::path folder_;
};

TEST_F(NpyFileTest, IsTheArrayOfAllItsRows) {
  const fs::path path = folder_ / "a.npy";
  std::vector<float> all;
  NpyFile<float> file(path, {3});
  for (int row = 0; row < 1000; ++row) {
    const std::array<float, 3> values{static_cast<float>(row), 0.5F, -1};
    file.append(values);
    all.insert(all.end(), values.begin(), values.end());
  }
  EXPECT_FALSE(fs::exists(path));
  file.finish();
  EXPECT_EQ(read_file(path), npy(all, {1000, 3}));
}

TEST_F(NpyFileTest, MayHaveNumbersForRowsOrNone) {
  NpyFile<double> file(folder_ / "a.npy", {});
  file.append(std::vector<double>{1, 2});
  file.finish();
  EXPECT_EQ(read_file(folder_ / "a.npy"), npy(std::vector<double>{1, 2}, {2}));
  NpyFile<double>(folder_ / "b.npy", {4}).finish();
  EXPECT_EQ(read_file(folder_ / "b.npy"), npy(std::vector<double>{}, {0, 4}));
}

TEST_F(NpyFileTest, LeavesNothingBehindWhereItIsNotFinished) {
  { NpyFile<float>(folder_ / "a.npy", {}).append(std::vector<float>{1}); }
  EXPECT_TRUE(fs::is_empty(folder_));
  EXPECT_THROW(NpyFile<float>(folder_ / "no such folder" / "a.npy", {}), Error);
}

}  // namespace
}  // namespace pgt
