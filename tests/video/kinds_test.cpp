// Every kind of video, against plain decoding in order.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "base/file.hpp"
#include "video/ffmpeg.hpp"
#include "video/make_video.hpp"
#include "video/plain_decode.hpp"
#include "video/read_pictures.hpp"
#include "video/reader.hpp"

namespace pgt::video {
namespace {

struct Case {
  const char* name;
  const char* file;
  Recipe recipe;
};

class EveryKindOfVideo : public testing::TestWithParam<Case> {
 protected:
  void SetUp() override {
    const Recipe& recipe = GetParam().recipe;
    if (avcodec_find_encoder_by_name(recipe.codec.c_str()) == nullptr) GTEST_SKIP() << "no " << recipe.codec;
    make_video(folder / GetParam().file, recipe);
    plain = plain_decode(folder / GetParam().file);
    index = index_video(folder / GetParam().file);
    ASSERT_EQ(index->frames(), std::ssize(plain));
    frames.resize(static_cast<std::size_t>(index->frames()));
    std::iota(frames.begin(), frames.end(), 0);
  }

  int number_of(std::int64_t frame, Reader& reader) const {
    const std::string planes = reader.read_stored(frame).planes;
    if (GetParam().recipe.format == "yuv420p10") {  // two bytes a pixel: the number is read off the picture as shown
      std::vector<std::uint8_t> rgb(48 * 48 * 3);
      Transform left{index->width, index->height, 0, 0, 48, 48, false};
      Transform right = left;
      right.x = 32;
      reader.read({&frame, 1}, left, rgb.data());
      std::vector<std::uint8_t> both(80 * 48);
      const auto copy = [&](int x) {
        for (int i = 0; i < 48 * 48; ++i)
          both[static_cast<std::size_t>(i / 48 * 80 + x + i % 48)] = rgb[static_cast<std::size_t>(3 * i)];
      };
      copy(0);
      reader.read({&frame, 1}, right, rgb.data());
      copy(32);
      return spelled_number(both.data(), 80);
    }
    return spelled_number(reinterpret_cast<const std::uint8_t*>(planes.data()), GetParam().recipe.width);
  }

  void expect_exact(int threads) const {
    Reader reader(index, threads);
    for (const std::int64_t frame : frames) {
      ASSERT_EQ(md5(reader.read_stored(frame).planes), plain[static_cast<std::size_t>(frame)].md5) << "frame " << frame;
    }
  }

  ScratchFolder folder;
  std::vector<PlainPicture> plain;
  std::shared_ptr<const VideoIndex> index;
  std::vector<std::int64_t> frames;
};

TEST_P(EveryKindOfVideo, HasTheFramesAndTimesOfPlainDecoding) {
  Reader reader(index);
  EXPECT_GE(index->frames(), GetParam().recipe.frames * 4 / 7);  // an edit list hides the others
  int last = -1;
  for (std::int64_t i = 0; i < index->frames(); ++i) {
    const int number = number_of(i, reader);
    ASSERT_GT(number, last);
    last = number;
    const std::int64_t pts = plain[static_cast<std::size_t>(i)].pts;
    if (pts != AV_NOPTS_VALUE) {
      ASSERT_EQ(index->pts[static_cast<std::size_t>(i)], pts);
    }
  }
}

TEST_P(EveryKindOfVideo, IsExactForwardsBackwardsAndAtRandom) {
  expect_exact(1);
  std::reverse(frames.begin(), frames.end());
  expect_exact(1);
  std::mt19937 random(5);
  std::shuffle(frames.begin(), frames.end(), random);
  expect_exact(1);
  expect_exact(4);
}

TEST_P(EveryKindOfVideo, IsExactInStrides) {
  for (const std::size_t stride : {2u, 5u, 13u}) {
    std::vector<std::int64_t> strided;
    for (std::size_t i = 0; i < frames.size(); i += stride) strided.push_back(frames[i]);
    const std::vector<std::int64_t> all = std::exchange(frames, strided);
    expect_exact(1);
    frames = all;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, EveryKindOfVideo,
    testing::Values(
        Case{"h264", "a.mp4", {}}, Case{"h264_every_frame_a_key", "a.mp4", {.gop = 1, .b_frames = 0}},
        Case{"h264_one_key", "a.mp4", {.gop = 250, .b_frames = 3}},
        Case{"h264_open_group", "a.mp4", {.options = "x264-params=open-gop=1", .frames = 70, .gop = 10, .b_frames = 3}},
        Case{"h264_open_group_mkv", "a.mkv", {.options = "x264-params=open-gop=1", .frames = 70, .gop = 10}},
        Case{"h264_intra_refresh", "a.mp4", {.options = "intra-refresh=1", .frames = 60, .gop = 15}},
        Case{"h264_transport_stream", "a.ts", {.frames = 60}},
        Case{"h264_transport_stream_open", "a.ts", {.options = "x264-params=open-gop=1", .frames = 60}},
        Case{"h264_avi", "a.avi", {.frames = 40}}, Case{"h264_avi_no_b", "a.avi", {.frames = 40, .b_frames = 0}},
        Case{"h264_matroska", "a.mkv", {.rate_num = 30000, .rate_den = 1001}},
        Case{"h264_odd_size", "a.mp4", {.width = 81, .height = 47, .format = "yuv444p"}},
        Case{"h264_uneven", "a.mp4", {.rate_num = 100, .time = [](int i) { return std::int64_t{4} * i + i * i % 4; }}},
        Case{"h264_late_start", "a.mp4", {.time = [](int i) { return std::int64_t{i} + 208; }}},
        Case{"h264_edit_list", "a.mp4", {.frames = 60, .gop = 10, .time = [](int i) { return std::int64_t{i} - 5; }}},
        Case{"h264_edit_list_long",
             "a.mp4",
             {.frames = 60, .gop = 10, .time = [](int i) { return std::int64_t{i} - 25; }}},
        Case{"hevc", "a.mp4", {.codec = "libx265", .options = "x265-params=log-level=0", .gop = 8}},
        Case{"hevc_open_group",
             "a.mkv",
             {.codec = "libx265", .options = "x265-params=open-gop=1\\:log-level=0", .frames = 50, .gop = 4}},
        Case{"vp9", "a.webm", {.codec = "libvpx-vp9", .options = "cpu-used=8:deadline=realtime"}},
        Case{"vp8_hidden_references",
             "a.webm",
             {.codec = "libvpx", .options = "auto-alt-ref=1:lag-in-frames=16:cpu-used=8", .frames = 60}},
        Case{"mpeg4_avi", "a.avi", {.codec = "mpeg4"}},
        Case{"mpeg4_avi_one_key", "a.avi", {.codec = "mpeg4", .frames = 70, .gop = 250}},
        Case{"mpeg4_avi_odd_size", "a.avi", {.codec = "mpeg4", .width = 81, .height = 47}},
        Case{"mpeg4_mp4", "a.mp4", {.codec = "mpeg4"}},
        Case{"mjpeg_avi", "a.avi", {.codec = "mjpeg", .b_frames = 0, .format = "yuvj420p"}},
        Case{"mpeg2_transport_stream", "a.ts", {.codec = "mpeg2video"}},
        Case{"h264_10_bit", "a.mp4", {.format = "yuv420p10"}},
        Case{"hevc_10_bit",
             "a.mp4",
             {.codec = "libx265", .options = "x265-params=log-level=0", .gop = 8, .format = "yuv420p10"}},
        Case{"h264_422", "a.mkv", {.format = "yuv422p"}}, Case{"h264_rotated", "a.mp4", {.rotation = 270}},
        Case{"vp9_444",
             "a.webm",
             {.codec = "libvpx-vp9", .options = "cpu-used=8:deadline=realtime", .format = "yuv444p"}},
        Case{"xvid_packed", "a.avi", {.codec = "libxvid", .frames = 61}},
        Case{"mpeg4_matroska", "a.mkv", {.codec = "mpeg4"}},
        Case{"vp9_hidden_references",
             "a.webm",
             {.codec = "libvpx-vp9", .options = "auto-alt-ref=1:lag-in-frames=16:cpu-used=8", .frames = 60}},
        Case{"av1_hidden_references",
             "a.mp4",
             {.codec = "libaom-av1", .options = "cpu-used=8:lag-in-frames=19", .frames = 45, .gop = 30}},
        Case{"h264_raw", "a.h264", {.frames = 30}}, Case{"mpeg4_raw", "a.m4v", {.codec = "mpeg4", .frames = 30}},
        Case{"hevc_raw", "a.hevc", {.codec = "libx265", .options = "x265-params=log-level=0", .frames = 30}},
        Case{"hevc_transport_stream",
             "a.ts",
             {.codec = "libx265", .options = "x265-params=open-gop=1\\:log-level=0", .frames = 50, .gop = 10}},
        Case{"h264_late_matroska", "a.mkv", {.time = [](int i) { return std::int64_t{i} + 208; }}},
        Case{"h264_late_transport_stream", "a.ts", {.time = [](int i) { return std::int64_t{i} + 242; }}},
        Case{"h264_uneven_matroska",
             "a.mkv",
             {.rate_num = 100, .time = [](int i) { return std::int64_t{5} * i + i * i % 5; }}},
        Case{"h264_fragments", "a.mp4", {.container = "movflags=frag_keyframe+empty_moov"}},
        Case{"h264_negative_offsets", "a.mp4", {.container = "movflags=negative_cts_offsets"}},
        Case{"h264_interlaced", "a.mkv", {.options = "flags=+ildct+ilme", .height = 64}},
        Case{"mpeg2_interlaced", "a.mpg", {.codec = "mpeg2video", .options = "flags=+ildct+ilme", .height = 64}},
        Case{"h264_anamorphic", "a.mp4", {.options = "aspect=4/3"}},
        Case{"av1", "a.mkv", {.codec = "libaom-av1", .options = "cpu-used=8:usage=realtime", .b_frames = 0}},
        Case{"flv", "a.flv", {}}, Case{"mov", "a.mov", {.b_frames = 3}},
        Case{"mpeg1_program_stream", "a.mpg", {.codec = "mpeg1video"}}, Case{"one_frame", "a.mp4", {.frames = 1}},
        Case{"two_frames", "a.mp4", {.frames = 2}}),
    [](const auto& kind) { return std::string(kind.param.name); });

/// Pictures that nobody wants are not decoded where the codec lets us know that no other needs them.
TEST_P(EveryKindOfVideo, HasTheSameBitsWhenFramesBetweenAreNotWanted) {
  const Transform transform{61, 37, 3, 2, 33, 33, false};
  const std::size_t bytes = 33 * 33 * 3;
  Reader reader(index);
  const auto all = read(reader, frames, transform);
  for (const std::int64_t step : {2, 3, 7}) {
    std::vector<std::int64_t> some;
    for (std::int64_t frame = step / 2; frame < index->frames(); frame += step) some.push_back(frame);
    const auto pixels = read(reader, some, transform);
    for (std::size_t i = 0; i < some.size(); ++i) {
      const auto* expected = all.data() + static_cast<std::size_t>(some[i]) * bytes;
      ASSERT_TRUE(std::equal(expected, expected + bytes, pixels.data() + i * bytes)) << "frame " << some[i];
    }
  }
}

std::vector<std::string> stored_pictures(const VideoIndex& index, const std::vector<std::int64_t>& frames) {
  Reader reader(std::make_shared<VideoIndex>(index));
  std::vector<std::string> sums(static_cast<std::size_t>(index.frames()));
  for (const std::int64_t frame : frames) sums[static_cast<std::size_t>(frame)] = md5(reader.read_stored(frame).planes);
  return sums;
}

/// Of a file with something done to it: forwards, and in an order that goes back and forth.
void expect_as_plain(const std::filesystem::path& file, std::int64_t expected_frames) {
  const std::vector<PlainPicture> plain = plain_decode(file);
  const auto index = index_video(file);
  ASSERT_EQ(std::ssize(plain), expected_frames);
  ASSERT_EQ(index->frames(), expected_frames);
  for (std::size_t i = 1; i < plain.size(); ++i) ASSERT_LT(index->pts[i - 1], index->pts[i]);
  std::vector<std::int64_t> frames(plain.size());
  std::iota(frames.begin(), frames.end(), 0);
  std::vector<std::string> expected;
  for (const PlainPicture& picture : plain) expected.push_back(picture.md5);
  EXPECT_EQ(stored_pictures(*index, frames), expected);
  std::shuffle(frames.begin(), frames.end(), std::mt19937(4));
  EXPECT_EQ(stored_pictures(*index, frames), expected);
}

void append(const std::filesystem::path& file, const std::filesystem::path& to) {
  std::ofstream(to, std::ios::binary | std::ios::app) << std::ifstream(file, std::ios::binary).rdbuf();
}

/// As `cat` makes them: the times start again, and so may the size.
TEST(OddVideo, OfRecordingsJoinedEndToEnd) {
  const ScratchFolder folder;
  make_video(folder / "a.ts", {.frames = 30});
  make_video(folder / "b.ts", {.width = 128, .height = 96, .frames = 25, .rate_num = 30, .first_number = 30});
  for (const char* part : {"a.ts", "b.ts", "a.ts"}) append(folder / part, folder / "joined.ts");
  expect_as_plain(folder / "joined.ts", 85);
}

TEST(OddVideo, WithoutItsBeginning) {
  const ScratchFolder folder;
  make_video(folder / "a.ts", {.frames = 60});
  const std::string bytes = read_file(folder / "a.ts");
  const std::size_t packets = bytes.size() / 188;
  std::ofstream(folder / "cut.ts", std::ios::binary) << bytes.substr(packets / 4 * 188);
  const auto index = index_video(folder / "cut.ts");
  expect_as_plain(folder / "cut.ts", index->frames());
  EXPECT_GE(index->frames(), 36);
}

TEST(OddVideo, BesideACover) {
  const ScratchFolder folder;
  make_video(folder / "cover.jpg",
             {.codec = "mjpeg", .width = 320, .height = 240, .frames = 1, .b_frames = 0, .format = "yuvj420p"});
  make_video(folder / "a.mp4", {.frames = 30});
  for (const char* name : {"both.mp4", "both.mkv"}) {
    combine({folder / "cover.jpg", folder / "a.mp4"}, folder / name, true);
    EXPECT_EQ(index_video(folder / name)->width, 80) << name;
    expect_as_plain(folder / name, 30);
  }
  combine({folder / "cover.jpg"}, folder / "music.mp4", true);
  EXPECT_THROW(index_video(folder / "music.mp4"), VideoError);
}

/// Adds to a big-endian number of four bytes.
void add(std::string& bytes, std::size_t at, std::uint32_t more) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8 | static_cast<unsigned char>(bytes[at + i]);
  number += more;
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(number >> (24 - 8 * i));
}

/// An edit list of one entry becomes one of two: `first` units from the beginning, then from `media` on. The movie's
/// box is at the end of the file, so that nothing else moves.
std::string with_two_edits(std::string bytes, std::uint32_t shorter, std::uint32_t media) {
  const std::size_t list = bytes.find("elst");
  const std::size_t entry = list + 12;
  std::string second = bytes.substr(entry, 12);
  add(bytes, entry, 0 - shorter);
  add(second, 4, media);
  add(second, 0, 0 - shorter);
  bytes.insert(entry + 12, second);
  add(bytes, list + 8, 1);
  for (const char* box : {"elst", "edts", "trak", "moov"}) add(bytes, bytes.find(box) - 4, 12);
  return bytes;
}

TEST(OddVideo, WithEditsInItsMiddleAndAtItsEnd) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 60, .gop = 10});
  const std::string bytes = read_file(folder / "a.mp4");
  std::string shorter = bytes;
  add(shorter, bytes.find("elst") + 12, static_cast<std::uint32_t>(-400));  // of 2400 ms
  std::ofstream(folder / "end.mp4", std::ios::binary) << shorter;
  const auto frames = std::ssize(plain_decode(folder / "end.mp4"));
  EXPECT_LT(frames, 60);
  expect_as_plain(folder / "end.mp4", frames);
  // The first 1200 ms, then another 1200 ms from 1800 ms on: what is between them is hidden.
  std::ofstream(folder / "middle.mp4", std::ios::binary) << with_two_edits(bytes, 1200, 23040);
  const auto kept = std::ssize(plain_decode(folder / "middle.mp4"));
  EXPECT_LT(kept, 60);
  EXPECT_GT(kept, 30);
  expect_as_plain(folder / "middle.mp4", kept);
}

}  // namespace
}  // namespace pgt::video
