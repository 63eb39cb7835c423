#include "video/live_sampler.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace pgt::video {
namespace {

TEST(LiveSampler, QueuesNoFramesThatCanBeGiven) {
  const FramePtr frame = new_frame();
  frame->width = 64;
  frame->height = 32;
  frame->format = AV_PIX_FMT_GRAY8;
  ASSERT_GE(av_frame_get_buffer(frame.get(), 0), 0);
  for (int y = 0; y < frame->height; ++y) std::fill_n(frame->data[0] + y * frame->linesize[0], frame->width, 7);

  constexpr std::int64_t pause = 100'000, length = 200'000;
  LiveSampler sampler(LiveGrid({1, 25}, 1e-9, 0.04), {fixed_transform(64, 32, 16, 0, 1)}, 0);
  std::int64_t count = 0;
  long held = 0;  // frames of one picture that are somewhere
  const auto give = [&](const LiveFrame& given) {
    EXPECT_EQ(given.number, count++);
    held = std::max(held, given.rgb.use_count());
  };
  sampler.take({.frame = frame.get(), .begin = 5, .end = 6}, give);
  sampler.take({.frame = frame.get(), .begin = 5 + pause, .end = 5 + pause + length}, give);
  EXPECT_EQ(count, pause + 1) << "those in between, too";
  sampler.end(give);
  EXPECT_EQ(count, pause + length);
  EXPECT_LT(held, 10);
}

}  // namespace
}  // namespace pgt::video
