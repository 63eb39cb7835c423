#include "video/reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <numeric>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "video/ffmpeg.hpp"
#include "video/make_video.hpp"

namespace pgt::video {
namespace {

using testing::HasSubstr;

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
    index = index_video(folder / GetParam().file);
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
    const int hidden = GetParam().recipe.frames - static_cast<int>(index->frames());
    Reader in_order(index), reader(index, threads);
    std::vector<std::string> expected;
    for (std::int64_t i = 0; i < index->frames(); ++i) {
      ASSERT_EQ(number_of(i, in_order), hidden + static_cast<int>(i));
      expected.push_back(md5(in_order.read_stored(i).planes));
    }
    for (const std::int64_t frame : frames) {
      ASSERT_EQ(md5(reader.read_stored(frame).planes), expected[static_cast<std::size_t>(frame)]) << "frame " << frame;
    }
  }

  ScratchFolder folder;
  std::shared_ptr<const VideoIndex> index;
  std::vector<std::int64_t> frames;
};

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
        Case{"av1", "a.mkv", {.codec = "libaom-av1", .options = "cpu-used=8:usage=realtime", .b_frames = 0}},
        Case{"flv", "a.flv", {}}, Case{"mov", "a.mov", {.b_frames = 3}},
        Case{"mpeg1_program_stream", "a.mpg", {.codec = "mpeg1video"}}, Case{"one_frame", "a.mp4", {.frames = 1}},
        Case{"two_frames", "a.mp4", {.frames = 2}}),
    [](const auto& kind) { return std::string(kind.param.name); });

/// The whole picture at its stored size.
Transform whole(int width, int height) {
  Transform transform;
  transform.scaled_width = width;
  transform.scaled_height = height;
  transform.width = transform.height = std::min(width, height);
  return transform;
}

std::vector<std::uint8_t> read(Reader& reader, std::vector<std::int64_t> frames, const Transform& transform) {
  const std::size_t bytes = static_cast<std::size_t>(transform.width * transform.height * 3);
  std::vector<std::uint8_t> out(frames.size() * bytes + 1, 0xAB);
  reader.read(frames, transform, out.data());
  EXPECT_EQ(out.back(), 0xAB);
  out.pop_back();
  return out;
}

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

TEST(Reader, GivesTheFramesAskedForInOneCall) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.width = 64, .height = 64});
  const auto index = index_video(folder / "a.mp4");
  Reader reader(index);
  const std::vector<std::int64_t> frames{0, 0, 3, 4, 4, 4, 20, 39, 39};
  const auto pixels = read(reader, frames, whole(64, 64));
  const std::size_t bytes = 64 * 64 * 3;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(spelled_number(pixels.data() + i * bytes, 64 * 3, 3), frames[i]);
  }
  EXPECT_TRUE(std::equal(pixels.begin(), pixels.begin() + 64 * 64 * 3, pixels.begin() + 64 * 64 * 3));
}

TEST(Reader, GivesTheSameAgainAndAfterBeingMoved) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {});
  const auto index = index_video(folder / "a.mp4");
  Reader reader(index);
  const auto first = read(reader, {7, 8}, whole(80, 48));
  EXPECT_EQ(read(reader, {7, 8}, whole(80, 48)), first);
  Reader moved = std::move(reader);
  EXPECT_EQ(read(moved, {7, 8}, whole(80, 48)), first);
}

TEST(Reader, CutsAndMirrorsTheScaledPicture) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.width = 320, .height = 128});
  Reader reader(index_video(folder / "a.mp4"));
  for (const int part : {1, 2}) {  // borders that fall on stored pixels are met exactly
    const int width = 320 / part, height = 128 / part;
    const auto left_pixels = read(reader, {5}, whole(width, height));
    Transform cut{width, height, 20, 4, 21, 17, false};
    const auto pixels = read(reader, {5}, cut);
    cut.mirror = true;
    const auto mirrored = read(reader, {5}, cut);
    for (int y = 0; y < 17; ++y) {
      for (int x = 0; x < 21; ++x) {
        const auto at = [](const std::vector<std::uint8_t>& rgb, int side, int row, int column) {
          const auto* pixel = rgb.data() + 3 * (row * side + column);
          return std::tuple(pixel[0], pixel[1], pixel[2]);
        };
        ASSERT_EQ(at(pixels, 21, y, x), at(left_pixels, height, y + 4, x + 20)) << part << " " << y << " " << x;
        ASSERT_EQ(at(mirrored, 21, y, x), at(pixels, 21, y, 20 - x));
      }
    }
  }
}

TEST(Reader, TurnsThePictureAsAPlayerDoes) {
  const ScratchFolder folder;
  make_video(folder / "0.mp4", {.width = 64, .height = 64});
  Reader upright(index_video(folder / "0.mp4"));
  const auto plain = read(upright, {3}, whole(64, 64));
  for (const int rotation : {90, 180, 270}) {
    make_video(folder / "turned.mp4", {.width = 64, .height = 64, .rotation = rotation});
    Reader reader(index_video(folder / "turned.mp4"));
    const auto turned = read(reader, {3}, whole(64, 64));
    Transform corner{64, 64, 5, 11, 40, 30, true};
    const auto cut = read(reader, {3}, corner);
    for (int y = 0; y < 64; ++y) {
      for (int x = 0; x < 64; ++x) {
        // Where the pixel of the turned picture comes from.
        const int from_x = rotation == 90 ? y : rotation == 180 ? 63 - x : 63 - y;
        const int from_y = rotation == 90 ? 63 - x : rotation == 180 ? 63 - y : x;
        for (int c = 0; c < 3; ++c) {
          ASSERT_EQ(turned[static_cast<std::size_t>(3 * (64 * y + x) + c)],
                    plain[static_cast<std::size_t>(3 * (64 * from_y + from_x) + c)])
              << rotation;
        }
      }
    }
    for (int y = 0; y < 30; ++y) {
      for (int x = 0; x < 40; ++x) {
        ASSERT_EQ(cut[static_cast<std::size_t>(3 * (40 * y + x))],
                  turned[static_cast<std::size_t>(3 * (64 * (y + 11) + 5 + 39 - x))]);
      }
    }
  }
}

TEST(Reader, FollowsAChangeOfSizeInTheMiddle) {
  const ScratchFolder folder;
  make_video(folder / "a.ts", {.width = 80, .height = 64, .frames = 20, .b_frames = 0});
  make_video(folder / "b.ts", {.width = 128,
                               .height = 96,
                               .frames = 20,
                               .b_frames = 0,
                               .time = [](int i) { return std::int64_t{i} + 20; },
                               .first_number = 20});
  std::ofstream both(folder / "both.ts", std::ios::binary);
  both << std::ifstream(folder / "a.ts", std::ios::binary).rdbuf()
       << std::ifstream(folder / "b.ts", std::ios::binary).rdbuf();
  both.close();
  const auto index = index_video(folder / "both.ts");
  ASSERT_EQ(index->frames(), 40);
  Reader reader(index);
  for (const std::int64_t frame : {0, 5, 19, 20, 39, 3, 25}) {
    const auto pixels = read(reader, {frame}, whole(128, 96));
    if (frame >= 20) {
      EXPECT_EQ(spelled_number(pixels.data(), 96 * 3, 3), frame);
    }
    const std::string stored = reader.read_stored(frame).planes;
    EXPECT_EQ(stored.size(), frame < 20 ? 80u * 64u * 3u / 2u : 128u * 96u * 3u / 2u);
    EXPECT_EQ(spelled_number(reinterpret_cast<const std::uint8_t*>(stored.data()), frame < 20 ? 80 : 128), frame);
  }
}

TEST(Reader, RefusesFramesThatTheVideoDoesNotHave) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 5});
  Reader reader(index_video(folder / "a.mp4"));
  EXPECT_THROW(reader.read_stored(5), VideoError);
  EXPECT_THROW(reader.read_stored(-1), VideoError);
  EXPECT_FALSE(reader.read_stored(4).planes.empty());
}

TEST(Reader, NamesAFileThatHasGone) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 5});
  const auto index = index_video(folder / "a.mp4");
  std::filesystem::remove(folder / "a.mp4");
  EXPECT_THROW(Reader{index}, VideoError);
}

TEST(Reader, GivesUpWhenStopped) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 5});
  std::stop_source stop;
  Reader reader(index_video(folder / "a.mp4"), 1, stop.get_token());
  EXPECT_FALSE(reader.read_stored(0).planes.empty());
  stop.request_stop();
  const std::vector<std::int64_t> frames{1};
  std::vector<std::uint8_t> out(48 * 48 * 3);
  EXPECT_THROW(reader.read(frames, whole(80, 48), out.data()), Stopped);
}

/// Overwrites part of the coded pictures.
void damage(const std::filesystem::path& file, double from, double to) {
  const auto bytes = static_cast<double>(std::filesystem::file_size(file));
  std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
  stream.seekp(static_cast<std::streamoff>(bytes * from));
  std::mt19937 random(3);
  for (auto i = static_cast<std::int64_t>(bytes * from); i < static_cast<std::int64_t>(bytes * to); ++i) {
    stream.put(static_cast<char>(random()));
  }
}

TEST(Reader, NamesDamagedFramesAndReadsTheOthers) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.width = 160, .height = 128, .frames = 100, .gop = 20});
  const auto sound_index = index_video(folder / "a.mp4");
  std::vector<std::string> expected;
  Reader sound(sound_index);
  for (std::int64_t i = 0; i < 100; ++i) expected.push_back(sound.read_stored(i).planes);

  damage(folder / "a.mp4", 0.44, 0.47);
  const auto index = index_video(folder / "a.mp4");
  ASSERT_EQ(index->frames(), 100);
  Reader forwards(index), backwards(index);
  std::set<std::int64_t> failed, failed_backwards;
  for (std::int64_t i = 0; i < 100; ++i) {
    try {
      ASSERT_EQ(forwards.read_stored(i).planes, expected[static_cast<std::size_t>(i)]) << i;
    } catch (const VideoError& error) {
      EXPECT_THAT(error.reason(), HasSubstr("frame " + std::to_string(i) + " cannot be decoded: "));
      failed.insert(i);
    }
  }
  for (std::int64_t i = 99; i >= 0; --i) {
    try {
      ASSERT_EQ(backwards.read_stored(i).planes, expected[static_cast<std::size_t>(i)]) << i;
    } catch (const VideoError&) {
      failed_backwards.insert(i);
    }
  }
  EXPECT_FALSE(failed.empty());
  EXPECT_LE(failed.size(), 40u);
  EXPECT_GE(*failed.begin(), 20);
  EXPECT_LT(*failed.rbegin(), 80);
  EXPECT_EQ(failed, failed_backwards);
}

/// Cut at twenty places: what is left is refused, or is exact to near its end, and the count is never over.
TEST(Reader, ReadsWhatIsLeftOfATruncatedFile) {
  const ScratchFolder folder;
  make_video(folder / "a.mkv", {.frames = 60, .gop = 6});
  make_video(folder / "a.ts", {.frames = 60, .gop = 6});
  make_video(folder / "a.avi", {.codec = "mpeg4", .frames = 60, .gop = 6});
  make_video(folder / "a.mp4", {.frames = 60, .gop = 6});
  for (const char* name : {"a.mkv", "a.ts", "a.avi", "a.mp4"}) {
    const auto size = std::filesystem::file_size(folder / name);
    std::int64_t most = 0;
    for (std::uintmax_t part = 0; part < 20; ++part) {
      std::filesystem::copy_file(folder / name, folder / "cut", std::filesystem::copy_options::overwrite_existing);
      std::filesystem::resize_file(folder / "cut", size * part / 20 + part);
      try {
        const auto index = index_video(folder / "cut");
        EXPECT_LE(index->frames(), 60);
        Reader reader(index);
        for (std::int64_t i = 0; i + 8 < index->frames(); ++i) {
          const std::string stored = reader.read_stored(i).planes;
          ASSERT_EQ(spelled_number(reinterpret_cast<const std::uint8_t*>(stored.data()), 80), i) << name << " " << part;
          most = std::max(most, i);
        }
      } catch (const VideoError& error) {
        EXPECT_FALSE(error.reason().empty());
      }
    }
    if (name != std::string("a.mp4")) {  // whose table stands at its end
      EXPECT_GT(most, 30) << name;
    }
  }
}

TEST(Reader, SurvivesFlippedBits) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 30, .gop = 10});
  make_video(folder / "a.avi", {.codec = "mpeg4", .frames = 30, .gop = 10});
  make_video(folder / "a.ts", {.codec = "mpeg2video", .frames = 30, .gop = 4});
  make_video(folder / "a.mkv", {.options = "x264-params=open-gop=1", .frames = 30, .gop = 5, .b_frames = 3});
  const Transform transform{24, 16, 3, 1, 12, 12, true};
  for (const char* name : {"a.mp4", "a.avi", "a.ts", "a.mkv"}) {
    std::ifstream file(folder / name, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    std::mt19937 random(11);
    for (int round = 0; round < 200; ++round) {
      std::string flipped = bytes;
      for (int i = 0; i < 1 + round % 8; ++i)
        flipped[random() % flipped.size()] ^= static_cast<char>(1 << random() % 8);
      std::ofstream(folder / "flipped", std::ios::binary) << flipped;
      try {
        const auto index = index_video(folder / "flipped");
        Reader reader(index);
        for (const std::int64_t frame : {7, 25, 3, 28, 14}) {
          try {
            std::vector<std::int64_t> frames;
            for (std::int64_t i = frame; i < std::min<std::int64_t>(index->frames(), frame + 9); i += 2)
              frames.push_back(i);
            if (!frames.empty()) read(reader, frames, transform);
          } catch (const VideoError& error) {
            EXPECT_FALSE(error.reason().empty());
          }
        }
      } catch (const VideoError& error) {
        EXPECT_FALSE(error.reason().empty());
      }
    }
  }
}

}  // namespace
}  // namespace pgt::video
