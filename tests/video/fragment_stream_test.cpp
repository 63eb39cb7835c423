#include "video/fragment_stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <future>
#include <stdexcept>

#include "video/stream_fixture.hpp"

namespace pgt::video {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(Stream, GivesWhatAReaderGives) {
  const std::vector<ClipRequest> requests = rows();
  FragmentStream stream(loader(2), requests, fragments(5));
  for (std::int64_t k = 0; k < 5; ++k) {
    const Frames frames = stream.next();
    EXPECT_EQ(frames.length, length);
    EXPECT_EQ(frames.width, 32);
    EXPECT_EQ(frames.height, 32);
    ASSERT_EQ(frames.rgb.size(), frames.rows.size() * length * frame_bytes);
    const std::uint8_t* rgb = frames.rgb.data();
    for (const std::size_t row : frames.rows) {
      const ClipRequest& clip = requests[row];
      std::vector<std::int64_t> wanted;
      for (std::int64_t i = k * length; i < (k + 1) * length; ++i) {
        wanted.push_back(clip.frames.at(*clip.index, i).frame);
      }
      std::vector<std::uint8_t> expected(length * frame_bytes);
      Reader(clip.index).read(wanted, clip.transform, expected.data());
      EXPECT_TRUE(std::equal(expected.begin(), expected.end(), rgb)) << "row " << row << " fragment " << k;
      rgb += expected.size();
    }
  }
  EXPECT_THAT(stream.next().rows, IsEmpty());
  EXPECT_THAT(stream.next().rows, IsEmpty());
}

TEST_F(Stream, ChangesEveryPictureOfAClipAlike) {
  const std::vector<ClipRequest> requests = augmented_rows();
  FragmentStream plain(loader(2), rows(), fragments(5));
  std::vector<Frames> expected = all_of(plain);
  for (Frames& frames : expected) {
    std::uint8_t* rgb = frames.rgb.data();
    for (const std::size_t row : frames.rows) {
      for (std::int64_t i = 0; i < length; ++i, rgb += frame_bytes) {
        const std::vector<std::uint8_t> before(rgb, rgb + frame_bytes);
        requests[row].augmentation.apply({rgb, frame_bytes}, 32, 32);
        EXPECT_EQ(std::equal(before.begin(), before.end(), rgb), row % 2 == 1);
      }
    }
  }
  for (const int threads : {1, 2, 8}) {
    FragmentStream augmented(loader(threads), requests, fragments(5));
    expect_same(expected, all_of(augmented));
  }
  FragmentStream resumed(loader(2), requests, fragments(5), 3, expected[3].rows);
  expect_same(expected, all_of(resumed), 3);
}

TEST_F(Stream, RowsLeaveWhenTheirClipEnds) {
  FragmentStream stream(loader(2), rows(), fragments(100));  // clips of 20, 20, 14 and 9 frames
  EXPECT_THAT(stream.next().rows, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(stream.next().rows, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(stream.next().rows, ElementsAre(0, 1, 2, 3));  // row 3 has one frame here, and holds it
  EXPECT_THAT(stream.next().rows, ElementsAre(0, 1, 2));
  EXPECT_THAT(stream.next().rows, ElementsAre(0, 1));
  EXPECT_THAT(stream.next().rows, IsEmpty());
}

TEST_F(Stream, HoldsTheLastFrame) {
  const auto index = video("e.mp4", {.frames = 6});
  FragmentStream stream(loader(2), {clip(index, 6), clip(index, 20)}, fragments(2));
  stream.next();
  const Frames frames = stream.next();
  ASSERT_THAT(frames.rows, ElementsAre(0, 1));  // one clip ends after two frames, the other's video does
  for (std::size_t row = 0; row < 2; ++row) {
    const auto* rgb = frames.rgb.data() + row * length * frame_bytes;
    EXPECT_TRUE(std::equal(rgb + frame_bytes, rgb + 2 * frame_bytes, rgb + 2 * frame_bytes));
    EXPECT_TRUE(std::equal(rgb + frame_bytes, rgb + 2 * frame_bytes, rgb + 3 * frame_bytes));
    EXPECT_FALSE(std::equal(rgb, rgb + frame_bytes, rgb + frame_bytes));
  }
}

TEST_F(Stream, GoesBackWhereAClipStartsOver) {
  const auto index = video("e.mp4", {.frames = 6});
  ClipRequest over = clip(index, 12);
  over.frames.period = 6;
  FragmentStream stream(loader(2), {over}, fragments(3));
  std::vector<std::uint8_t> rgb;
  for (int i = 0; i < 3; ++i) {
    const Frames frames = stream.next();
    rgb.insert(rgb.end(), frames.rgb.begin(), frames.rgb.end());
  }
  ASSERT_EQ(rgb.size(), 12 * frame_bytes);
  EXPECT_TRUE(std::equal(rgb.begin(), rgb.begin() + 6 * frame_bytes, rgb.begin() + 6 * frame_bytes));
  EXPECT_FALSE(std::equal(rgb.begin(), rgb.begin() + frame_bytes, rgb.begin() + frame_bytes));
}

TEST_F(Stream, GivesTheSameBytesWithAnyNumberOfThreads) {
  FragmentStream one(loader(1), rows(), fragments(6));
  const std::vector<Frames> expected = all_of(one);
  EXPECT_EQ(expected.size(), 6u);
  for (const int threads : {0, 2, 8}) {
    FragmentStream many(loader(threads), rows(), fragments(6));
    expect_same(expected, all_of(many));
  }
}

TEST_F(Stream, DecodesALongVideoOfLargePicturesWithAllThreadsToTheSameBytes) {
  const auto index = video("large.mp4", {.codec = "mpeg4", .width = 832, .height = 496, .frames = 260, .gop = 100});
  const std::vector<ClipRequest> rows{clip(index, 260)};
  FragmentStream one(loader(1), rows, fragments(65));
  const std::vector<Frames> expected = all_of(one);
  ASSERT_EQ(expected.size(), 66U);
  const auto shared = std::make_shared<Loader>(4, megabyte, true);
  {
    FragmentStream many(shared, rows, fragments(65));
    expect_same(expected, all_of(many));
  }
  EXPECT_EQ(shared->readers.take(index, 0, 4, {}).position(), 259) << "the reader that was left has four threads";
}

TEST_F(Stream, GoesOnFromTheMiddle) {
  FragmentStream whole(loader(2), rows(), fragments(6));
  const std::vector<Frames> expected = all_of(whole);
  for (std::int64_t first = 0; first < 5; ++first) {
    const auto skipped = static_cast<std::size_t>(first);
    FragmentStream later(loader(2), rows(), fragments(6), first, expected[skipped].rows);
    expect_same(expected, all_of(later), skipped);
  }
}

TEST_F(Stream, TakesOnlyTheRowsThatAreAlive) {
  FragmentStream stream(loader(2), rows(), fragments(2), 0, {1, 3});
  EXPECT_THAT(stream.next().rows, ElementsAre(1, 3));
  EXPECT_THAT(stream.next().rows, ElementsAre(1, 3));
}

TEST_F(Stream, ARowWhoseVideoFailsLeavesAndTheOthersStay) {
  std::vector<ClipRequest> requests = rows();
  const auto damaged = video("bad.mp4", {.frames = 100, .gop = 10});
  {
    std::fstream file(folder / "bad.mp4", std::ios::binary | std::ios::in | std::ios::out);
    const auto bytes = static_cast<std::streamoff>(std::filesystem::file_size(folder / "bad.mp4"));
    file.seekp(bytes * 15 / 100);
    file << std::string(static_cast<std::size_t>(bytes) * 20 / 100, '\x55');
  }
  const auto gone = video("gone.mp4", {.frames = 10});
  std::filesystem::remove(folder / "gone.mp4");
  FragmentStream sound(loader(2), requests, fragments(5));
  const std::vector<Frames> expected = all_of(sound);

  requests.insert(requests.begin() + 1, clip(damaged, 80));
  requests.push_back(clip(gone, 10));
  FragmentStream stream(loader(2), requests, fragments(20));
  std::size_t failed_at = 0, place = 0;
  for (const Frames& frames : all_of(stream)) {
    for (const FailedRow& failed : frames.failed) {
      if (failed.row == 5) {
        EXPECT_EQ(place, 0u);
        EXPECT_THAT(failed.reason, HasSubstr("no such file"));
      } else {
        EXPECT_EQ(failed.row, 1u);
        EXPECT_THAT(failed.reason, HasSubstr("cannot be decoded"));
        failed_at = place;
      }
    }
    if (failed_at > 0 && place < 5) {  // from here on nothing but the sound rows
      EXPECT_EQ(frames.rgb, expected[place].rgb) << place;
      EXPECT_EQ(frames.rows.size(), expected[place].rows.size());
    }
    ++place;
  }
  EXPECT_GT(failed_at, 0u);
}

TEST_F(Stream, EndsWhenEveryRowHasFailed) {
  const auto gone = video("gone.mp4", {.frames = 10});
  std::filesystem::remove(folder / "gone.mp4");
  FragmentStream stream(loader(2), {clip(gone, 10), clip(gone, 10)}, fragments(3));
  const Frames frames = stream.next();
  EXPECT_THAT(frames.rows, IsEmpty());
  EXPECT_THAT(frames.rgb, IsEmpty());
  EXPECT_EQ(frames.failed.size(), 2u);
  EXPECT_THAT(stream.next().failed, IsEmpty());
}

TEST_F(Stream, HasNothingToGiveWithoutRows) {
  FragmentStream stream(loader(2), {}, fragments(3));
  EXPECT_THAT(stream.next().rows, IsEmpty());
}

TEST_F(Stream, LetsOtherErrorsOut) {
  const auto index = video("a.mp4", {.frames = 10});
  const auto positions = [](std::int64_t fragment) -> std::vector<std::int64_t> {
    if (fragment == 1) throw std::logic_error("no plan");
    return {0, 1};
  };
  FragmentStream stream(loader(2), {clip(index, 10)}, positions);
  EXPECT_THAT(stream.next().rows, ElementsAre(0));
  EXPECT_THROW(stream.next(), std::logic_error);
  EXPECT_THAT(stream.next().rows, IsEmpty());
}

TEST_F(Stream, DecodesOnceWhatRowsCutOutOfTheSameFrames) {
  std::vector<ClipRequest> requests = rows();
  std::vector<ClipRequest> crops{requests[0], requests[0], requests[2], requests[0]};
  crops[1].transform.x = 20;
  crops[3].transform = {100, 60, 60, 20, 32, 32, true};
  const auto shared = std::make_shared<Loader>(2, megabyte, true);
  FragmentStream stream(shared, crops, fragments(5));
  const std::vector<Frames> all = all_of(stream);
  for (std::size_t row = 0; row < crops.size(); ++row) {
    FragmentStream alone(loader(1), {crops[row]}, fragments(5));
    for (std::size_t k = 0; const Frames& frames : all_of(alone)) {
      const auto place = std::ranges::find(all[k].rows, row) - all[k].rows.begin();
      ASSERT_EQ(frames.rows.empty(), place == std::ssize(all[k].rows));
      const auto bytes = static_cast<std::ptrdiff_t>(frames.rgb.size());
      EXPECT_TRUE(std::equal(frames.rgb.begin(), frames.rgb.end(), all[k].rgb.begin() + place * bytes)) << row;
      ++k;
    }
  }
  EXPECT_EQ(shared->readers.size(), 2U) << "one for the rows that show the same frames, and one for the other";
}

}  // namespace
}  // namespace pgt::video
