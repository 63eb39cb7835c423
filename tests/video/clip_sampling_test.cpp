#include "video/clip_sampling.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <vector>

namespace pgt::video {
namespace {

using config::DataOptions;
using config::Sampling;
using config::ShortVideo;
using testing::ElementsAre;
using testing::HasSubstr;

/// A video of that many frames, `num / den` a second, whose time base counts exactly.
VideoIndex constant(std::int64_t frames, std::int64_t num = 25, std::int64_t den = 1) {
  VideoIndex index;
  index.file = "video.mp4";
  index.time_base_num = 1;
  index.time_base_den = num;
  for (std::int64_t i = 0; i < frames; ++i) index.pts.push_back(7 + i * den);
  index.end_pts = 7 + frames * den;
  index.fps = static_cast<double>(num) / static_cast<double>(den);
  return index;
}

/// One whose frames stay for 1 to 9 hundredths of a second.
VideoIndex variable(std::int64_t frames) {
  VideoIndex index;
  index.file = "video.mkv";
  index.time_base_num = 1;
  index.time_base_den = 100;
  std::int64_t time = 3;
  for (std::int64_t i = 0; i < frames; ++i) {
    index.pts.push_back(time);
    time += 1 + i * i * 7 % 9;
  }
  index.end_pts = time;
  index.fps = 100.0 * static_cast<double>(frames) / static_cast<double>(time - 3);
  return index;
}

std::vector<std::int64_t> shown(const VideoIndex& index, const ClipFrames& clip, std::int64_t frames) {
  std::vector<std::int64_t> all;
  for (std::int64_t i = 0; i < frames; ++i) all.push_back(clip.at(index, i).frame);
  return all;
}

ClipPlace clip_of(std::int64_t frames, std::int64_t stride = 1) {
  ClipPlace place;
  place.frames = frames;
  place.stride = stride;
  return place;
}

DataOptions options(Sampling sampling, ShortVideo too_short = ShortVideo::hold, double fps = 0) {
  DataOptions data;
  data.sampling = sampling;
  data.too_short = too_short;
  data.fps = fps;
  return data;
}

constexpr ShortVideo all_shorts[] = {ShortVideo::hold, ShortVideo::loop, ShortVideo::mask, ShortVideo::skip};

/// What a clip has at `position` when `there` of its `frames` frames are there, of which `nth` gives one.
template <class Nth>
void expect_clip(const VideoIndex& index, const ClipPlace& place, const DataOptions& data, std::int64_t there,
                 const Nth& nth) {
  if (there < place.frames && data.too_short == ShortVideo::skip) {
    EXPECT_THROW(sample_clip(index, place, data), VideoError);
    return;
  }
  const ClipFrames clip = sample_clip(index, place, data);
  const bool masked = data.too_short == ShortVideo::mask;
  ASSERT_EQ(clip.count, masked ? std::min(there, place.frames) : place.frames);
  for (std::int64_t i = 0; i < place.frames; ++i) {
    std::int64_t expected = 0;
    if (i < there || data.too_short == ShortVideo::hold) {
      expected = nth(i);
    } else {
      expected = masked ? nth(there - 1) : nth(i % there);
    }
    ASSERT_EQ(clip.at(index, i).frame, expected) << "frame " << i;
  }
}

TEST(DenseSampling, EqualsAPlainCountForLengths1To300) {
  for (std::int64_t length = 1; length <= 300; ++length) {
    const VideoIndex index = constant(length, 30000, 1001);
    for (const auto& [frames, stride] : {std::pair{8, 1}, {8, 8}, {32, 2}, {5, 3}, {1, 4}}) {
      SCOPED_TRACE(testing::Message() << length << " frames, clip " << frames << "x" << stride);
      const std::int64_t slack = std::max<std::int64_t>(0, length - ((frames - 1) * stride + 1));
      for (const std::int64_t views : {1, 2, 5}) {
        for (std::int64_t view = 0; view < views; ++view) {
          ClipPlace place = clip_of(frames, stride);
          place.view = view;
          place.views = views;
          const std::int64_t start =
              views == 1 ? slack / 2 : std::llround(static_cast<double>(slack * view) / static_cast<double>(views - 1));
          const std::int64_t there = (length - start + stride - 1) / stride;
          for (const ShortVideo too_short : all_shorts) {
            expect_clip(index, place, options(Sampling::dense, too_short), there,
                        [&](std::int64_t i) { return std::min(start + i * stride, length - 1); });
          }
        }
      }
    }
  }
}

TEST(DenseSampling, DrawsEveryStartThatFitsAndNoOther) {
  const VideoIndex index = constant(40);
  std::set<std::int64_t> starts;
  for (std::uint64_t epoch = 0; epoch < 300; ++epoch) {
    ClipPlace place = clip_of(8, 4);
    place.draw = {1, epoch, 5};
    const ClipFrames clip = sample_clip(index, place, options(Sampling::dense));
    EXPECT_EQ(clip, sample_clip(index, place, options(Sampling::dense)));
    const std::vector<std::int64_t> frames = shown(index, clip, 8);
    for (std::size_t i = 1; i < frames.size(); ++i) EXPECT_EQ(frames[i], frames[i - 1] + 4);
    starts.insert(frames.front());
  }
  std::vector<std::int64_t> fitting(40 - 28);
  std::iota(fitting.begin(), fitting.end(), 0);
  EXPECT_THAT(starts, testing::ElementsAreArray(fitting));
}

TEST(DenseSampling, GoesByTimeWhereFramesStayForDifferentTimes) {
  for (std::int64_t length = 1; length <= 300; ++length) {
    const VideoIndex index = variable(length);
    const auto frame_at = [&](double seconds) {  // the last that starts no later
      std::int64_t frame = 0;
      while (frame + 1 < length && index.seconds(frame + 1) <= seconds + 1e-9) ++frame;
      return frame;
    };
    for (const double fps : {0.0, 10.0, 33.0}) {
      const double step = 2 / (fps > 0 ? fps : index.fps);
      for (std::uint64_t epoch = 0; epoch < 3; ++epoch) {
        ClipPlace place = clip_of(6, 2);
        place.draw = {1, epoch, 0};
        const ClipFrames clip = sample_clip(index, place, options(Sampling::dense, ShortVideo::loop, fps));
        // It starts with a frame; where the whole clip fits, it ends no later than the last one starts.
        const double last = index.seconds(length - 1);
        ASSERT_EQ(index.seconds(frame_at(clip.start)), clip.start);
        if (last >= 5 * step) {
          ASSERT_LE(clip.start + 5 * step, last + 1e-9);
        } else {
          ASSERT_EQ(clip.start, 0);
        }
        std::int64_t there = 0;
        while (there < 6 && clip.start + static_cast<double>(there) * step < index.duration() - 1e-9) ++there;
        for (std::int64_t i = 0; i < 6; ++i) {
          const double seconds = std::min(last, clip.start + static_cast<double>(i % there) * step);
          ASSERT_EQ(clip.at(index, i).frame, frame_at(seconds)) << length << " frames, " << fps << " fps, place " << i;
          ASSERT_NEAR(clip.at(index, i).seconds, seconds, 1e-12);
        }
      }
    }
  }
}

/// Checked with whole numbers: at NTSC's rate frame k starts at k · 1001 / 30000 seconds.
TEST(DenseSampling, OfAWholeVideoHasTheTargetRatesFrames) {
  for (std::int64_t length = 1; length <= 300; ++length) {
    const VideoIndex index = constant(length, 30000, 1001);
    for (const std::int64_t fps : {1, 5, 12, 24, 30, 60}) {
      const ClipFrames clip =
          sample_clip(index, ClipPlace{}, options(Sampling::dense, ShortVideo::hold, static_cast<double>(fps)));
      const std::int64_t ticks = 1001 * length * fps;  // of 1/30000 of a sampled frame
      ASSERT_EQ(clip.count, std::max<std::int64_t>(1, (2 * ticks + 30000) / 60000));
      for (std::int64_t i = 0; i < clip.count; ++i) {
        ASSERT_EQ(clip.at(index, i).frame, std::min(length - 1, i * 30000 / (1001 * fps))) << length << " " << fps;
      }
      EXPECT_EQ(clip.at(index, clip.count + 5).frame, clip.at(index, clip.count - 1).frame) << "held";
    }
  }
}

TEST(DenseSampling, StaysWithinTheSample) {
  const VideoIndex index = constant(100);
  ClipPlace place;
  place.start = 1;
  place.end = 2;
  EXPECT_THAT(shown(index, sample_clip(index, place, options(Sampling::dense)), 30),
              testing::AllOf(testing::SizeIs(30), testing::Each(testing::AllOf(testing::Ge(25), testing::Le(49)))));
  place.frames = 50;
  place.draw = {1, 0, 0};
  EXPECT_THAT(shown(index, sample_clip(index, place, options(Sampling::dense)), 50),
              testing::Each(testing::AllOf(testing::Ge(25), testing::Le(49))));
  place.start = 4;
  EXPECT_THROW(sample_clip(index, place, options(Sampling::dense)), VideoError);
}

TEST(CentredSampling, PutsTheAnchorWhereItBelongs) {
  for (std::int64_t length = 1; length <= 300; ++length) {
    const VideoIndex index = constant(length);
    for (std::int64_t key = 0; key < length; key += 7) {
      ClipPlace place = clip_of(8, 3);
      place.anchor = {(static_cast<double>(key) + 0.5) / 25, 4};
      place.draw = {1, 0, 0};
      for (const ShortVideo too_short : all_shorts) {  // both ends are held, whatever it says
        const ClipFrames clip = sample_clip(index, place, options(Sampling::dense, too_short));
        ASSERT_EQ(clip.count, 8);
        for (std::int64_t i = 0; i < 8; ++i) {
          ASSERT_EQ(clip.at(index, i).frame, std::clamp<std::int64_t>(key + (i - 4) * 3, 0, length - 1));
        }
      }
    }
  }
}

TEST(SegmentSampling, EqualsTheReferenceForLengths1To300) {
  for (std::int64_t length = 1; length <= 300; ++length) {
    const VideoIndex index = constant(length);
    for (std::int64_t frames = 1; frames <= 16; ++frames) {
      SCOPED_TRACE(testing::Message() << length << " frames, " << frames << " segments");
      const auto border = [&](std::int64_t i, std::int64_t segments) {  // numpy.round((length - 1) / segments * i)
        const double exact = static_cast<double>(length - 1) / static_cast<double>(segments) * static_cast<double>(i);
        return static_cast<std::int64_t>(std::nearbyint(exact));
      };
      for (const ShortVideo too_short : all_shorts) {
        const std::int64_t segments = too_short == ShortVideo::hold ? frames : std::min(frames, length);
        expect_clip(index, clip_of(frames), options(Sampling::segment, too_short), length,
                    [&](std::int64_t i) { return (border(i, segments) + border(i + 1, segments)) / 2; });
      }
      ClipPlace place = clip_of(frames);
      for (std::uint64_t epoch = 0; epoch < 2; ++epoch) {
        place.draw = {1, epoch, 3};
        const ClipFrames clip = sample_clip(index, place, options(Sampling::segment));
        for (std::int64_t i = 0; i < frames; ++i) {
          ASSERT_GE(clip.at(index, i).frame, border(i, frames));
          ASSERT_LE(clip.at(index, i).frame, border(i + 1, frames));
        }
      }
    }
  }
}

/// As Python says: [(round(9/4*i) + round(9/4*(i+1))) // 2 for i in range(4)], halves to the even number.
TEST(SegmentSampling, RoundsHalvesAsTheReference) {
  const VideoIndex ten = constant(10), eight = constant(8);
  EXPECT_THAT(shown(ten, sample_clip(ten, clip_of(4), options(Sampling::segment)), 4), ElementsAre(1, 3, 5, 8));
  EXPECT_THAT(shown(eight, sample_clip(eight, clip_of(6), options(Sampling::segment)), 6),
              ElementsAre(0, 1, 3, 4, 5, 6));
}

TEST(SegmentSampling, DrawsEveryFrameOfASegmentAndViewsTakeDifferentOnes) {
  const VideoIndex index = constant(41);
  std::vector<std::set<std::int64_t>> drawn(4);
  for (std::uint64_t epoch = 0; epoch < 400; ++epoch) {
    ClipPlace place = clip_of(4);
    place.draw = {1, epoch, 3};
    const ClipFrames clip = sample_clip(index, place, options(Sampling::segment));
    for (std::size_t i = 0; i < 4; ++i) drawn[i].insert(clip.at(index, static_cast<std::int64_t>(i)).frame);
  }
  for (std::int64_t i = 0; i < 4; ++i) {
    std::vector<std::int64_t> all(11);
    std::iota(all.begin(), all.end(), 10 * i);
    EXPECT_THAT(drawn[static_cast<std::size_t>(i)], testing::ElementsAreArray(all));
  }
  ClipPlace place = clip_of(4);
  place.views = 2;
  EXPECT_THAT(shown(index, sample_clip(index, place, options(Sampling::segment)), 4), ElementsAre(2, 12, 22, 32));
  place.view = 1;
  EXPECT_THAT(shown(index, sample_clip(index, place, options(Sampling::segment)), 4), ElementsAre(7, 17, 27, 37));
}

TEST(UniformSampling, SpreadsFramesFromTheFirstToTheLast) {
  for (std::int64_t length = 1; length <= 300; ++length) {
    const VideoIndex index = constant(length);
    for (std::int64_t frames = 1; frames <= 16; ++frames) {
      SCOPED_TRACE(testing::Message() << length << " frames, of them " << frames);
      for (const ShortVideo too_short : all_shorts) {
        const std::int64_t of = too_short == ShortVideo::hold ? frames : std::min(frames, length);
        ClipPlace place = clip_of(frames);
        place.draw = {1, 0, 0};
        expect_clip(index, place, options(Sampling::uniform, too_short), length,
                    [&](std::int64_t i) { return of == 1 ? (length - 1) / 2 : (length - 1) * i / (of - 1); });
      }
    }
  }
}

TEST(UniformSampling, GoesByTimeWhereFramesStayForDifferentTimes) {
  const VideoIndex index = variable(50);
  const ClipFrames clip = sample_clip(index, clip_of(5), options(Sampling::uniform));
  const double quarter = index.seconds(49) / 4;
  for (std::int64_t i = 0; i < 5; ++i) {
    EXPECT_NEAR(clip.at(index, i).seconds, quarter * static_cast<double>(i), 1e-12);
    EXPECT_EQ(clip.at(index, i).frame, index.frame_at(quarter * static_cast<double>(i)));
  }
  EXPECT_EQ(clip.at(index, 4).frame, 49);
}

TEST(Sampling, TellsTheSecondsOfWhatItShows) {
  const VideoIndex index = constant(10);
  ClipPlace place = clip_of(16);
  for (const Sampling sampling : {Sampling::dense, Sampling::segment, Sampling::uniform}) {
    for (const ShortVideo too_short : {ShortVideo::hold, ShortVideo::loop, ShortVideo::mask}) {
      const ClipFrames clip = sample_clip(index, place, options(sampling, too_short));
      for (std::int64_t i = 0; i < 16; ++i) {
        const ClipFrames::Shown shown = clip.at(index, i);
        EXPECT_EQ(index.frame_at(shown.seconds), shown.frame);
        EXPECT_LE(shown.seconds, 0.36);
      }
    }
  }
}

TEST(Lanes, ShareTheSampleBetweenThem) {
  for (std::int64_t length = 1; length <= 300; ++length) {
    const VideoIndex index = constant(length);
    for (const std::int64_t lanes : {1, 3, 8}) {
      std::vector<std::int64_t> frames;
      for (std::int64_t lane = 0; lane < lanes; ++lane) {
        ClipPlace place;
        place.lane = lane;
        place.lanes = lanes;
        const ClipFrames clip = sample_clip(index, place, options(Sampling::dense));
        const std::vector<std::int64_t> own = shown(index, clip, clip.count);
        EXPECT_LE(std::abs(std::ssize(own) - length / lanes), 1);
        frames.insert(frames.end(), own.begin(), own.end());
      }
      if (length < lanes) continue;  // then lanes share frames
      std::vector<std::int64_t> all(static_cast<std::size_t>(length));
      std::iota(all.begin(), all.end(), 0);
      ASSERT_EQ(frames, all) << length << " frames in " << lanes << " lanes";
    }
  }
}

std::string refusal(const ClipPlace& place, const DataOptions& data) {
  try {
    check_sampling(place, data);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::config);
    return error.what();
  }
  return "";
}

TEST(Sampling, RefusesWhatItCannotServe) {
  EXPECT_EQ(refusal(ClipPlace{}, options(Sampling::dense)), "");
  EXPECT_EQ(refusal(clip_of(8), options(Sampling::segment)), "");
  EXPECT_THAT(refusal(ClipPlace{}, options(Sampling::segment)), HasSubstr("data.sampling = \"segment\""));
  EXPECT_THAT(refusal(ClipPlace{}, options(Sampling::uniform)), HasSubstr("but [schedule] takes all"));
  ClipPlace place = clip_of(8);
  place.views = 3;
  EXPECT_EQ(refusal(place, options(Sampling::segment)), "");
  EXPECT_THAT(refusal(place, options(Sampling::uniform)), HasSubstr("eval.views is 3"));
  place.anchor = {1, 4};
  EXPECT_EQ(refusal(place, options(Sampling::dense)), "");
  EXPECT_THAT(refusal(place, options(Sampling::segment)), HasSubstr("around a key frame"));
  place.lanes = 2;
  EXPECT_THAT(refusal(place, options(Sampling::dense)), HasSubstr("data.lanes = 2"));
  place.lanes = 1;
  place.frames = 0;
  EXPECT_THAT(refusal(place, options(Sampling::dense)), HasSubstr("give steps a number"));
}

TEST(Sampling, SaysHowManyOfTheClipsFramesTheVideoHas) {
  for (const ShortVideo how : {ShortVideo::hold, ShortVideo::loop, ShortVideo::mask}) {
    EXPECT_EQ(sample_clip(constant(5), clip_of(8), options(Sampling::dense, how)).own, 5);
    EXPECT_EQ(sample_clip(constant(5), clip_of(8), options(Sampling::segment, how)).own, 5);
    EXPECT_EQ(sample_clip(constant(5), clip_of(8, 2), options(Sampling::dense, how)).own, 3);
  }
  EXPECT_EQ(sample_clip(constant(50), clip_of(8), options(Sampling::dense)).own, 8);
  EXPECT_EQ(sample_clip(constant(50), ClipPlace{}, options(Sampling::dense)).own, 50);
}

TEST(Sampling, NamesAVideoThatIsTooShortToBeTaken) {
  try {
    sample_clip(constant(5), clip_of(8), options(Sampling::dense, ShortVideo::skip));
    FAIL();
  } catch (const VideoError& error) {
    EXPECT_EQ(error.reason(), "is too short: it has 5 of the clip's 8 frames (data.short = \"skip\")");
  }
}

}  // namespace
}  // namespace pgt::video
