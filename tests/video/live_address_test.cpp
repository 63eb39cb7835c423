#include "video/live_address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.hpp"
#include "video/make_video.hpp"

namespace pgt::video {
namespace {

using Kind = LiveAddress::Kind;

TEST(LiveAddress, IsToldFromAPath) {
  EXPECT_EQ(live_address("-")->kind, Kind::pipe);
  for (const char* bytes : {"tcp://127.0.0.1:5000", "udp://@:5000", "http://host/a.ts", "https://host/a.ts"}) {
    EXPECT_EQ(live_address(bytes)->kind, Kind::bytes) << bytes;
    EXPECT_EQ(live_address(bytes)->text, bytes);
  }
  EXPECT_EQ(live_address("rtsp://camera/live")->kind, Kind::rtsp);
  EXPECT_EQ(live_address("RTSP://Camera/Live")->text, "rtsp://Camera/Live");
  EXPECT_EQ(live_address("/dev/video99")->kind, Kind::camera);
  for (const char* path : {"a.mp4", "./-", "/dev/null", "concat:a.ts|b.ts", "://a", "a b://c", ""}) {
    EXPECT_FALSE(live_address(path)) << path;
  }
}

TEST(LiveAddress, OfAnotherProtocolIsRefused) {
  for (const char* other : {"file:///etc/passwd", "ftp://host/a.ts", "srt://host:1", "rtmp://host/a", "data://x"}) {
    try {
      live_address(other);
      ADD_FAILURE() << other;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ExitCode::usage);
      EXPECT_THAT(error.what(), testing::HasSubstr("rtsp://")) << other;
    }
  }
  try {
    live_address("rtmp://me:secret@host/a");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), testing::StartsWith("rtmp://me:***@host/a: "));
  }
}

TEST(LiveAddress, IsShownWithoutItsPassword) {
  EXPECT_EQ(live_address("rtsp://me:secret@camera:554/live")->shown(), "rtsp://me:***@camera:554/live");
  EXPECT_EQ(live_address("rtsp://me:s@crt@camera/live")->shown(), "rtsp://me:***@camera/live");
  EXPECT_EQ(live_address("rtsp://me:s/cret@camera/live")->shown(), "rtsp://me:***@camera/live");
  EXPECT_EQ(live_address("rtsp://me:s@c/r@t@camera:554/live")->shown(), "rtsp://me:***@camera:554/live");
  EXPECT_EQ(live_address("rtsp://me:5ecret@camera")->shown(), "rtsp://me:***@camera");
  EXPECT_EQ(live_address("rtsp://me:54321@camera")->shown(), "rtsp://me:***@camera");
  EXPECT_EQ(live_address("http://:secret@host/a")->shown(), "http://:***@host/a");
  EXPECT_EQ(live_address("http://[::1]:80/a@b")->shown(), "http://[::1]:80/a@b");
  EXPECT_EQ(live_address("udp://@:5000")->shown(), "udp://@:5000");
  EXPECT_EQ(live_address("rtsp://me@camera:554/live")->shown(), "rtsp://me@camera:554/live");
  EXPECT_EQ(live_address("http://host:80/a@b:c")->shown(), "http://host:80/a@b:c");
  EXPECT_EQ(live_address("-")->shown(), "standard input");
}

}  // namespace
}  // namespace pgt::video
