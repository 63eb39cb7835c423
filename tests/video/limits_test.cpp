// Files that claim more than anybody wants to read, and machines that cannot read what is sound.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>
#include <string>

#include "base/file.hpp"
#include "run/memory.hpp"
#include "video/index_cache.hpp"
#include "video/make_video.hpp"
#include "video/reader.hpp"
#include "video/tar.hpp"

namespace pgt::video {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

std::string refusal_of(const fs::path& path, const Limits& limits) {
  try {
    index_video(path, default_folder_rate, {}, limits);
    return "it was read";
  } catch (const VideoError& error) {
    return error.reason();
  }
}

TEST(Limits, HoldForThePixelsOfEveryKindOfFile) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 2});
  make_video(folder / "a.ts", {.frames = 2});
  make_video(folder / "a.h264", {.frames = 2});
  make_video(folder / "a.png", {.codec = "png", .frames = 1, .b_frames = 0, .format = "gray"});
  for (const char* name : {"a.mp4", "a.ts", "a.h264", "a.png"}) {
    EXPECT_EQ(refusal_of(folder / name, {.max_pixels = 80 * 48}), "it was read") << name;
    EXPECT_THAT(refusal_of(folder / name, {.max_pixels = 80 * 48 - 1}), HasSubstr("data.max_pixels")) << name;
  }
  // So large that it is not decoded to see how large it is.
  make_video(folder / "large.png",
             {.codec = "png", .width = 3000, .height = 3000, .frames = 1, .b_frames = 0, .format = "gray"});
  EXPECT_THAT(refusal_of(folder / "large.png", {.max_pixels = 80 * 48}), HasSubstr("more pixels than data.max_pixels"));
}

TEST(Limits, HoldWherePicturesGrowInTheMiddle) {
  const ScratchFolder folder;
  make_video(folder / "a.h264", {.frames = 12});
  make_video(folder / "b.h264", {.width = 160, .height = 96, .frames = 12});
  std::ofstream(folder / "ab.h264", std::ios::binary) << read_file(folder / "a.h264") << read_file(folder / "b.h264");
  const auto index = index_video(folder / "ab.h264");
  auto limited = std::make_shared<VideoIndex>(*index);
  limited->limits.max_pixels = 80 * 48;
  Reader reader(limited);
  EXPECT_NO_THROW(reader.read_stored(3));
  EXPECT_THROW(reader.read_stored(20), VideoError);
}

TEST(Limits, HoldForTheNumberOfFrames) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 11});
  make_video(folder / "a.ts", {.frames = 11});
  for (const char* name : {"a.mp4", "a.ts"}) {
    EXPECT_EQ(refusal_of(folder / name, {.max_frames = 11}), "it was read") << name;
    EXPECT_THAT(refusal_of(folder / name, {.max_frames = 10}), HasSubstr("data.max_frames allows 10")) << name;
  }
}

TEST(Limits, HoldForIndexesThatWereKept) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 11});
  IndexCache(folder / "cache").get(folder / "a.mp4");
  EXPECT_THROW(IndexCache(folder / "cache").get(folder / "a.mp4", 25, {}, {.max_frames = 10}), VideoError);
  EXPECT_THROW(IndexCache(folder / "cache").get(folder / "a.mp4", 25, {}, {.max_pixels = 10}), VideoError);
}

/// Samples of one size take no bytes in the table, whatever their number.
TEST(Limits, HoldBeforeMemoryIsTakenForWhatIsClaimed) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 11});
  std::string bytes = read_file(folder / "a.mp4");
  const std::size_t sizes = bytes.find("stsz") + 8;
  bytes.replace(sizes, 8, std::string("\0\0\0\1\2\xfa\xf0\x80", 8));  // 50,000,000 of one byte
  std::ofstream(folder / "many.mp4", std::ios::binary) << bytes;
  const std::int64_t before = run::peak_resident_bytes();
  EXPECT_THAT(refusal_of(folder / "many.mp4", {}), AllOf(HasSubstr("50000000"), HasSubstr("data.max_frames")));
  EXPECT_LT(run::peak_resident_bytes() - before, 100'000'000);
}

/// While it lives, no file can be opened.
class NoDescriptors {
 public:
  NoDescriptors() {
    getrlimit(RLIMIT_NOFILE, &before_);
    const rlimit none{0, before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &none);
  }
  ~NoDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;

 private:
  rlimit before_{};
};

template <class Act>
ExitCode blamed(Act act) {
  const NoDescriptors none;
  try {
    act();
    return ExitCode::ok;
  } catch (const VideoError&) {
    return ExitCode::data;
  } catch (const Error& error) {
    return error.code();
  }
}

TEST(Descriptors, ThatAreUsedUpAreNoVideosFault) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 3});
  fs::create_directory(folder / "frames");
  make_video(folder / "frames/1.jpg", {.codec = "mjpeg", .frames = 1, .b_frames = 0, .format = "yuvj420p"});
  const auto index = index_video(folder / "a.mp4"), frames = index_video(folder / "frames");
  std::ofstream(folder / "a.tar") << std::string(1024, 'x');
  EXPECT_EQ(blamed([&] { index_video(folder / "a.mp4"); }), ExitCode::io);
  EXPECT_EQ(blamed([&] { index_video(folder / "frames"); }), ExitCode::io);
  EXPECT_EQ(blamed([&] { index_video(folder / "a.tar" / "b.mp4"); }), ExitCode::io);
  EXPECT_EQ(blamed([&] { Reader reader(index); }), ExitCode::io);
  Reader reader(frames);
  EXPECT_EQ(blamed([&] { reader.read_stored(0); }), ExitCode::io);
}

}  // namespace
}  // namespace pgt::video
