#include "video/film_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/error.hpp"
#include "base/file.hpp"
#include "video/make_video.hpp"
#include "video/mp4_file.hpp"
#include "video/packet_source.hpp"
#include "video/reader.hpp"

namespace pgt::video {
namespace {

using testing::HasSubstr;

constexpr int width = 96, height = 64;

/// A grey picture that grows lighter.
std::vector<std::uint8_t> grey(std::int64_t frame) {
  return std::vector<std::uint8_t>(3 * width * height, static_cast<std::uint8_t>(40 + 4 * frame));
}

/// Writes a film like the video, frame by frame; returns why it has no sound.
std::string film_like(const VideoIndex& index, const std::filesystem::path& file) {
  FilmWriter film(file, width, height, index);
  for (std::int64_t i = 0; i < index.frames(); ++i) film.write(index.seconds(i), grey(i));
  film.finish();
  return film.silence();
}

/// Packets of the sound of a file.
std::int64_t sound_packets(const std::filesystem::path& file) {
  PacketSource source(file, {}, {});
  if (!source.turn_to_sound()) return 0;
  const PacketPtr packet = new_packet();
  std::int64_t packets = 0;
  while (source.next(*packet)) ++packets;
  return packets;
}

TEST(FilmWriter, ShowsItsPicturesWhenTheVideoDoes) {
  const ScratchFolder folder;
  const auto uneven = [](int frame) { return std::int64_t{frame} + frame / 3 * 2; };
  make_video(folder / "a.mkv", {.frames = 20, .b_frames = 0, .rate_num = 30, .time = uneven});
  const auto index = index_video(folder / "a.mkv");
  EXPECT_EQ(film_like(*index, folder / "film.mp4"), "");
  const auto film = index_video(folder / "film.mp4");
  ASSERT_EQ(film->frames(), index->frames());
  Reader reader(film);
  std::vector<std::uint8_t> rgb(3 * width * height);
  for (std::int64_t i = 0; i < film->frames(); ++i) {
    EXPECT_NEAR(film->seconds(i), index->seconds(i), 1e-4);
    reader.read({&i, 1}, {width, height, 0, 0, width, height}, rgb.data());
    for (const std::size_t pixel : {0, 3 * width * height / 2, 3 * width * height - 1}) {
      EXPECT_NEAR(rgb[pixel], grey(i)[pixel], 4) << i;
    }
  }
}

TEST(FilmWriter, CopiesTheSoundThatMp4CanHold) {
  const ScratchFolder folder;
  if (std::system("ffmpeg -version > /dev/null 2>&1") != 0) GTEST_SKIP() << "no ffmpeg";
  const auto make = [&](const std::string& name, const std::string& sound) {
    const std::string file = (folder / name).string();
    const std::string command =
        "ffmpeg -v error -f lavfi -i testsrc=size=64x48:rate=25:duration=1 -f lavfi -i "
        "sine=duration=1 -c:a " +
        sound + " " + file;
    EXPECT_EQ(std::system(command.c_str()), 0);
    return index_video(file);
  };
  const auto with_sound = make("aac.mp4", "aac");
  EXPECT_EQ(film_like(*with_sound, folder / "film.mp4"), "");
  const std::int64_t packets = sound_packets(folder / "aac.mp4");
  EXPECT_GT(packets, 40);
  EXPECT_GE(sound_packets(folder / "film.mp4"), packets - 1);  // what is before the first picture has no place
  EXPECT_EQ(index_video(folder / "film.mp4")->frames(), 25);
  // A stream of television has its sound in another form, and begins at any time.
  const auto ts = make("aac.ts", "aac -output_ts_offset 7000");
  EXPECT_EQ(film_like(*ts, folder / "ts.mp4"), "");
  EXPECT_GT(sound_packets(folder / "ts.mp4"), 40);
  const auto unusual = make("pcm.mkv", "pcm_s16le");
  EXPECT_EQ(film_like(*unusual, folder / "silent.mp4"), "MP4 cannot hold its sound, which is pcm_s16le");
  EXPECT_EQ(sound_packets(folder / "silent.mp4"), 0);
}

TEST(FilmWriter, LeavesNothingWhereItIsNotFinished) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 5});
  const auto index = index_video(folder / "a.mp4");
  std::filesystem::create_directories(folder / "out");
  {
    FilmWriter film(folder / "out/film.mp4", width, height, *index);
    film.write(0, grey(0));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder / "out"));
  try {
    FilmWriter film(folder / "nowhere/film.mp4", width, height, *index);
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::io);
    EXPECT_THAT(error.what(), HasSubstr("nowhere/film.mp4"));
  }
}

/// What is written where FFmpeg has no libx264.
TEST(Mp4File, EncodesMpeg4Too) {
  const ScratchFolder folder;
  Mp4File file(folder / "a.mp4", {.codec = "mpeg4", .width = 64, .height = 48, .time_base = {1, 60'000}});
  for (int i = 0; i < 10; ++i) {
    AVFrame& picture = file.picture();
    for (int plane = 0; plane < 3; ++plane) {
      std::fill_n(picture.data[plane], picture.linesize[plane] * (plane == 0 ? 48 : 24), std::uint8_t{128});
    }
    file.write(2400 * i);
  }
  file.finish();
  EXPECT_EQ(index_video(folder / "a.mp4")->frames(), 10);
  EXPECT_NEAR(index_video(folder / "a.mp4")->fps, 25, 1e-9);
}

}  // namespace
}  // namespace pgt::video
