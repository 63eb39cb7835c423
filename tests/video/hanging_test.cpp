// Files that a reader could wait for without end.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstring>
#include <fstream>
#include <string>
#include <vector>

#include "video/ffmpeg.hpp"
#include "video/make_video.hpp"
#include "video/reader.hpp"

namespace pgt::video {
namespace {

using testing::HasSubstr;

TEST(HangingFiles, APipeIsRefused) {
  const ScratchFolder folder;
  ASSERT_EQ(mkfifo((folder / "pipe.mp4").c_str(), 0600), 0);
  try {
    index_video(folder / "pipe.mp4");
    FAIL();
  } catch (const VideoError& error) {
    EXPECT_EQ(error.reason(), "is not a regular file");
  }
}

/// VP8 may have pictures that are never shown: a shown one, `hidden` that are not, and a shown one.
class HiddenPictures : public testing::Test {
 protected:
  void SetUp() override {
    if (avcodec_find_encoder_by_name("libvpx") == nullptr) GTEST_SKIP() << "no VP8 encoder";
    make_video(folder / "made.ivf", {.codec = "libvpx", .frames = 2, .gop = 10, .b_frames = 0});
    std::ifstream in(folder / "made.ivf", std::ios::binary);
    const std::string made(std::istreambuf_iterator<char>(in), {});
    head = made.substr(0, 32);
    for (std::size_t at = 32; at < made.size(); at += 12 + packets.back().size()) {
      std::uint32_t bytes = 0;
      std::memcpy(&bytes, made.data() + at, 4);
      packets.push_back(made.substr(at + 12, bytes));
    }
    ASSERT_EQ(packets.size(), 2U);
  }

  std::shared_ptr<const VideoIndex> video(int hidden) {
    std::ofstream out(folder / "hidden.ivf", std::ios::binary);
    std::uint64_t time = 0;
    const auto write = [&](const std::string& packet) {
      const auto bytes = static_cast<std::uint32_t>(packet.size());
      out.write(reinterpret_cast<const char*>(&bytes), 4).write(reinterpret_cast<const char*>(&time), 8) << packet;
      ++time;
    };
    out << head;
    write(packets[0]);
    std::string not_shown = packets[1];
    not_shown[0] = static_cast<char>(not_shown[0] & ~0x10);
    for (int i = 0; i < hidden; ++i) write(not_shown);
    write(packets[1]);
    out.close();
    return index_video(folder / "hidden.ivf");
  }

  ScratchFolder folder;
  std::string head;
  std::vector<std::string> packets;
};

TEST_F(HiddenPictures, ArePassedBy) {
  const auto index = video(900);
  ASSERT_EQ(index->frames(), 2);
  EXPECT_FALSE(Reader(index).read_stored(1).planes.empty());
}

TEST_F(HiddenPictures, WithoutEndAreGivenUp) {
  const auto index = video(1500);
  ASSERT_EQ(index->frames(), 2);
  Reader reader(index);
  EXPECT_FALSE(reader.read_stored(0).planes.empty());
  try {
    reader.read_stored(1);
    FAIL();
  } catch (const VideoError& error) {
    EXPECT_THAT(error.reason(), HasSubstr("no picture comes from 1000 packets"));
  }
}

}  // namespace
}  // namespace pgt::video
