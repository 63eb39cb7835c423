// Damaged files: what is left of them is exact, and what is not is named.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/file.hpp"
#include "video/make_video.hpp"
#include "video/plain_decode.hpp"
#include "video/reader.hpp"

namespace pgt::video {
namespace {

using testing::HasSubstr;

struct Kind {
  const char* name;
  const char* file;
  Recipe recipe;
};

const std::vector<Kind>& kinds() {
  static const std::vector<Kind> all{
      {"mkv", "a.mkv", {.frames = 60, .gop = 6}},
      {"mkv_open", "a.mkv", {.options = "x264-params=open-gop=1", .frames = 60, .gop = 5, .b_frames = 3}},
      {"ts", "a.ts", {.frames = 60, .gop = 6}},
      {"avi", "a.avi", {.codec = "mpeg4", .frames = 60, .gop = 6}},
      {"mp4_table_at_the_end", "a.mp4", {.frames = 60, .gop = 6}},
      {"mp4_table_in_front", "a.mp4", {.frames = 60, .gop = 6, .container = "movflags=faststart"}},
      {"mpeg2", "a.ts", {.codec = "mpeg2video", .frames = 60, .gop = 6}},
      {"webm", "a.webm", {.codec = "libvpx-vp9", .options = "cpu-used=8:deadline=realtime", .frames = 60, .gop = 6}},
  };
  return all;
}

class DamagedVideo : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    make_video(folder_ / GetParam().file, GetParam().recipe);
    bytes_ = read_file(folder_ / GetParam().file);
    for (const PlainPicture& picture : plain_decode(folder_ / GetParam().file)) sound_.push_back(picture.md5);
  }

  std::filesystem::path write(const std::string& bytes) const {
    const std::filesystem::path file = folder_ / (std::string("damaged-") + GetParam().file);
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
  }

  ScratchFolder folder_;
  std::string bytes_;
  std::vector<std::string> sound_;  ///< fingerprints of the pictures before the damage
};

/// Nothing where the file is refused.
std::shared_ptr<const VideoIndex> index_of(const std::filesystem::path& file) {
  try {
    return index_video(file);
  } catch (const VideoError& error) {
    EXPECT_FALSE(error.reason().empty());
    return nullptr;
  }
}

/// The picture's fingerprint, nothing where the frame is refused.
std::optional<std::string> picture_of(Reader& reader, std::int64_t frame) {
  try {
    return md5(reader.read_stored(frame).planes);
  } catch (const VideoError& error) {
    EXPECT_THAT(error.reason(), HasSubstr("frame " + std::to_string(frame) + " cannot be decoded: "));
    return std::nullopt;
  }
}

/// Cut at twenty places: what is left is refused, or it is the beginning, exact.
TEST_P(DamagedVideo, IsExactUpToWhereItIsCut) {
  std::int64_t most = 0;
  for (std::size_t part = 0; part < 20; ++part) {
    const auto file = write(bytes_.substr(0, bytes_.size() * part / 20 + part));
    const auto index = index_of(file);
    if (!index) continue;
    ASSERT_LE(index->frames(), std::ssize(sound_));
    ASSERT_GE(index->frames(), std::ssize(plain_decode(file)) - 1) << "the half picture at the end may be missing";
    Reader reader(index);
    std::int64_t good = 0;
    for (std::int64_t i = 0; i < index->frames(); ++i) {
      const auto picture = picture_of(reader, i);
      if (!picture) continue;
      // Among the last frames some that come after others in the file, but are shown before them, may be missing.
      const auto last = sound_.begin() + std::min<std::int64_t>(i + 4, std::ssize(sound_));
      EXPECT_NE(std::find(sound_.begin() + i, last, *picture), last) << "part " << part << ", frame " << i;
      ++good;
    }
    EXPECT_GE(good, index->frames() - 3) << "part " << part;
    most = std::max(most, good);
  }
  if (GetParam().name == std::string("mp4_table_at_the_end")) {
    EXPECT_EQ(most, 0);
  } else {
    EXPECT_GT(most, 40);
  }
}

/// Bytes of which something is wrong, two hundred times: refused with a reason or read, and no more frames than before.
TEST_P(DamagedVideo, SurvivesFlippedBytes) {
  std::mt19937 random(11);
  const Transform transform{24, 16, 3, 1, 12, 12, true};
  std::vector<std::uint8_t> rgb(5 * 12 * 12 * 3);
  std::int64_t readable = 0, good = 0, refused = 0;
  for (int round = 0; round < 200; ++round) {
    std::string flipped = bytes_;
    for (int i = 0; i < 1 + round % 8; ++i) flipped[random() % flipped.size()] ^= static_cast<char>(1 + random() % 255);
    const auto index = index_of(write(flipped));
    if (!index) continue;
    ++readable;
    ASSERT_LE(index->frames(), std::ssize(sound_) + 8);
    Reader reader(index);
    for (std::int64_t frame = static_cast<std::int64_t>(random() % 5); frame < index->frames(); frame += 9) {
      (picture_of(reader, frame) ? good : refused) += 1;
      std::vector<std::int64_t> frames;
      for (std::int64_t i = frame; i < std::min(index->frames(), frame + 9); i += 2) frames.push_back(i);
      try {
        reader.read(frames, transform, rgb.data());
      } catch (const VideoError& error) {
        EXPECT_FALSE(error.reason().empty());
      }
    }
  }
  EXPECT_GT(readable, 120);
  EXPECT_GT(good, 600);
  EXPECT_GT(refused, 0);
}

INSTANTIATE_TEST_SUITE_P(Kinds, DamagedVideo, testing::ValuesIn(kinds()),
                         [](const auto& kind) { return std::string(kind.param.name); });

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

TEST(Damage, NamesDamagedFramesAndReadsTheOthers) {
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

/// One bit is flipped in the coded pictures, sixty times. Much of that is a sound video of other pictures, which nobody
/// can tell; where the decoder cannot continue it says so in its log alone, and gives what it has filled the gap with.
TEST(Damage, IsFoundWhereADecoderOnlyLogsIt) {
  const ScratchFolder folder;
  struct Case {
    const char* file;
    Recipe recipe;
    int least;  ///< of sixty; without the log it would be 17 of H.264 and 2 of MJPEG
  };
  for (const auto& [name, recipe, least] :
       {Case{"a.mp4", {.width = 160, .height = 128, .frames = 40, .gop = 20}, 30},
        Case{"a.avi", {.codec = "mjpeg", .frames = 40, .b_frames = 0, .format = "yuvj420p"}, 6}}) {
    const std::filesystem::path file = folder / name;
    make_video(file, recipe);
    const std::string bytes = read_file(file);
    std::vector<std::string> sound;
    for (const PlainPicture& picture : plain_decode(file)) sound.push_back(picture.md5);
    std::mt19937 random(5);
    int found = 0;
    for (int round = 0; round < 60; ++round) {
      std::string flipped = bytes;
      flipped[bytes.size() / 10 + random() % (bytes.size() * 8 / 10)] ^= static_cast<char>(1 << random() % 8);
      std::ofstream(file, std::ios::binary) << flipped;
      Reader reader(index_video(file));
      std::int64_t refused = 0, wrong = 0;
      for (std::int64_t i = 0; i < std::ssize(sound); ++i) {
        const auto picture = picture_of(reader, i);
        if (!picture) ++refused;
        if (picture && std::ranges::find(sound, *picture) == sound.end()) ++wrong;
      }
      if (refused > 0) {
        EXPECT_EQ(wrong, 0) << name << " " << round;
      }
      found += refused > 0 ? 1 : 0;
    }
    EXPECT_GE(found, least) << name;
  }
}

/// What plain decoding still gives right is given, but for pictures that wait inside the decoder when it meets the
/// damage; what it gives wrong, patched up, is refused.
TEST(Damage, CostsHardlyAPictureThatIsStillRight) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.width = 160, .height = 128, .frames = 300, .gop = 30});
  std::vector<std::string> sound;
  for (const PlainPicture& picture : plain_decode(folder / "a.mp4")) sound.push_back(picture.md5);
  std::string bytes = read_file(folder / "a.mp4");
  for (std::size_t at = bytes.size() / 2; at < bytes.size() / 2 + 2000; ++at) bytes[at] = static_cast<char>(at * 151);
  std::ofstream(folder / "a.mp4", std::ios::binary) << bytes;
  std::set<std::string> still_right;
  for (const PlainPicture& picture : plain_decode(folder / "a.mp4")) {
    if (std::ranges::find(sound, picture.md5) != sound.end()) still_right.insert(picture.md5);
  }
  Reader reader(index_video(folder / "a.mp4"));
  std::set<std::string> given;
  for (std::size_t i = 0; i < sound.size(); ++i) {
    const auto picture = picture_of(reader, static_cast<std::int64_t>(i));
    if (!picture) continue;
    EXPECT_EQ(*picture, sound[i]) << "frame " << i;
    given.insert(*picture);
  }
  EXPECT_LT(given.size(), 300u);
  EXPECT_GE(given.size(), 265u);
  EXPECT_GE(given.size() + 2, still_right.size());
}

}  // namespace
}  // namespace pgt::video
