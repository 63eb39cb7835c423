#include "video/png.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "video/make_video.hpp"
#include "video/reader.hpp"

namespace pgt::video {
namespace {

TEST(Png, ReadsBackAsItWas) {
  constexpr int across = 31, down = 17;
  std::vector<std::uint8_t> rgb;
  for (int i = 0; i < 3 * across * down; ++i) rgb.push_back(static_cast<std::uint8_t>(i * 7 % 256));
  const ScratchFolder folder;
  std::filesystem::create_directory(folder / "frames");
  std::ofstream(folder / "frames/000001.png", std::ios::binary) << png(rgb, across, down);
  const StoredPicture picture = Reader(index_video(folder / "frames")).read_stored(0);
  EXPECT_EQ(picture.width, across);
  EXPECT_EQ(picture.height, down);
  EXPECT_EQ(picture.planes, std::string(rgb.begin(), rgb.end()));
}

}  // namespace
}  // namespace pgt::video
