#include "video/scaler.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <tuple>

#include "video/decoder.hpp"

namespace pgt::video {
namespace {

FramePtr flat(int width, int height, AVPixelFormat format, int y, int u, int v) {
  FramePtr frame = new_frame();
  frame->width = width;
  frame->height = height;
  frame->format = format;
  EXPECT_EQ(av_frame_get_buffer(frame.get(), 0), 0);
  const std::array<int, 3> values{y, u, v};
  for (int plane = 0; plane < 3; ++plane) {
    const int shift = plane > 0 ? av_pix_fmt_desc_get(format)->log2_chroma_h : 0;
    const int rows = (height + (1 << shift) - 1) >> shift;
    for (int row = 0; row < rows; ++row) {
      for (int x = 0; x < frame->linesize[plane]; ++x) {
        frame->data[plane][row * frame->linesize[plane] + x] =
            static_cast<std::uint8_t>(values[static_cast<std::size_t>(plane)]);
      }
    }
  }
  return frame;
}

std::array<int, 3> centre_colour(const AVFrame& frame) {
  std::array<std::uint8_t, 16 * 16 * 3> out{};
  Scaler().convert(frame, {16, 16, 0, 0, 16, 16, false}, 0, out.data());
  const std::size_t middle = 3 * (8 * 16 + 8);
  return {out[middle], out[middle + 1], out[middle + 2]};
}

/// The textbook conversion; kr and kb are the matrix's weights of red and blue.
std::array<int, 3> textbook(int y, int u, int v, double kr, double kb, bool full) {
  const double luma = full ? y / 255.0 : (y - 16) / 219.0;
  const double cb = (u - 128) / (full ? 255.0 : 224.0);
  const double cr = (v - 128) / (full ? 255.0 : 224.0);
  const double red = luma + 2 * (1 - kr) * cr;
  const double blue = luma + 2 * (1 - kb) * cb;
  const double green = (luma - kr * red - kb * blue) / (1 - kr - kb);
  const auto byte = [](double x) { return static_cast<int>(std::lround(std::min(1.0, std::max(0.0, x)) * 255)); };
  return {byte(red), byte(green), byte(blue)};
}

void expect_colour(const AVFrame& frame, const std::array<int, 3>& expected) {
  const std::array<int, 3> colour = centre_colour(frame);
  for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(colour[c], expected[c], 2) << "channel " << c;
}

TEST(Scaler, HonoursMatrixAndRange) {
  for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV444P}) {
    const FramePtr frame = flat(32, 32, format, 120, 100, 170);
    frame->colorspace = AVCOL_SPC_BT709;
    expect_colour(*frame, textbook(120, 100, 170, 0.2126, 0.0722, false));
    frame->color_range = AVCOL_RANGE_JPEG;
    expect_colour(*frame, textbook(120, 100, 170, 0.2126, 0.0722, true));
    frame->colorspace = AVCOL_SPC_SMPTE170M;
    expect_colour(*frame, textbook(120, 100, 170, 0.299, 0.114, true));
    frame->color_range = AVCOL_RANGE_MPEG;
    expect_colour(*frame, textbook(120, 100, 170, 0.299, 0.114, false));
    frame->colorspace = AVCOL_SPC_BT2020_NCL;
    expect_colour(*frame, textbook(120, 100, 170, 0.2627, 0.0593, false));
  }
}

TEST(Scaler, TakesUntaggedPicturesForLimited601) {
  expect_colour(*flat(1920, 1080, AV_PIX_FMT_YUV420P, 120, 100, 170), textbook(120, 100, 170, 0.299, 0.114, false));
  expect_colour(*flat(32, 32, AV_PIX_FMT_YUVJ420P, 120, 100, 170), textbook(120, 100, 170, 0.299, 0.114, true));
}

/// As the ffmpeg program and PIL have them.
TEST(Scaler, KeepsGreyThatStatesNoRange) {
  for (const int grey : {0, 1, 16, 100, 235, 254, 255}) {
    const FramePtr frame = new_frame();
    frame->width = frame->height = 32;
    frame->format = AV_PIX_FMT_GRAY8;
    ASSERT_EQ(av_frame_get_buffer(frame.get(), 0), 0);
    for (int i = 0; i < 32 * frame->linesize[0]; ++i) frame->data[0][i] = static_cast<std::uint8_t>(grey);
    EXPECT_EQ(centre_colour(*frame), (std::array{grey, grey, grey}));
    frame->color_range = AVCOL_RANGE_MPEG;
    expect_colour(*frame, textbook(grey, 128, 128, 0.299, 0.114, false));
  }
}

TEST(Scaler, IsSafeAtEverySize) {
  Scaler scaler;
  for (int side = 1; side <= 67; ++side) {
    const FramePtr frame = flat(side + 1, side, AV_PIX_FMT_YUV420P, 235, 128, 128);
    for (const int rotation : {0, 90}) {
      const int scaled = (side * 13) % 71 + 1;
      std::vector<std::uint8_t> out(static_cast<std::size_t>(scaled * scaled * 3));
      scaler.convert(*frame, {scaled, scaled, 0, 0, scaled, scaled, rotation == 90}, rotation, out.data());
      EXPECT_GE(*std::min_element(out.begin(), out.end()), 253) << side;
    }
  }
}

/// Brightness that rises across and down, with colours that do so too.
FramePtr slope(int width, int height, AVPixelFormat format) {
  FramePtr frame = flat(width, height, format, 0, 0, 0);
  for (int plane = 0; plane < 3; ++plane) {
    const int shift = plane > 0 && format == AV_PIX_FMT_YUV420P ? 1 : 0;
    for (int row = 0; row < (height + shift) >> shift; ++row) {
      for (int column = 0; column < (width + shift) >> shift; ++column) {
        const double centre = shift == 0 ? 0.5 : 1;
        const double across = ((column << shift) + centre) / width, down = ((row << shift) + centre) / height;
        const double value = plane == 0 ? 40 + 90 * across + 90 * down : 110 + 30 * (plane == 1 ? across : down);
        frame->data[plane][row * frame->linesize[plane] + column] = static_cast<std::uint8_t>(std::lround(value));
      }
    }
  }
  return frame;
}

TEST(Scaler, CutsWhereScalingTheWholePictureWould) {
  for (const AVPixelFormat format : {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV444P}) {
    for (const auto& [width, height, short_side] :
         {std::tuple(640, 360, 128), {641, 361, 131}, {320, 240, 300}, {340, 256, 256}, {97, 301, 64}}) {
      const FramePtr frame = slope(width, height, format);
      const int scaled_width = width * short_side / std::min(width, height);
      const int scaled_height = height * short_side / std::min(width, height);
      Scaler scaler;
      const int size = 48;
      for (const int part : {0, 1, 2, 3}) {
        const int x = (scaled_width - size) * part / 3, y = (scaled_height - size) * (3 - part) / 3;
        std::vector<std::uint8_t> out(size * size * 3);
        scaler.convert(*frame, {scaled_width, scaled_height, x, y, size, size, false}, 0, out.data());
        for (int row = 0; row < size; row += 5) {
          for (int column = 0; column < size; column += 5) {
            const double across = (x + column + 0.5) / scaled_width, down = (y + row + 0.5) / scaled_height;
            const auto expected = textbook(static_cast<int>(std::lround(40 + 90 * across + 90 * down)),
                                           static_cast<int>(std::lround(110 + 30 * across)),
                                           static_cast<int>(std::lround(110 + 30 * down)), 0.299, 0.114, false);
            for (std::size_t c = 0; c < 3; ++c) {
              ASSERT_NEAR(out[static_cast<std::size_t>(3 * (row * size + column)) + c], expected[c], 4)
                  << width << "x" << height << " to " << short_side << ", " << x << "," << y << " row " << row
                  << " column " << column;
            }
          }
        }
      }
    }
  }
}

TEST(Scaler, IsRebuiltWhenThePictureChanges) {
  Scaler scaler;
  std::array<std::uint8_t, 16 * 16 * 3> first{}, again{};
  const FramePtr small = flat(32, 32, AV_PIX_FMT_YUV420P, 120, 100, 170);
  const FramePtr large = flat(65, 33, AV_PIX_FMT_YUV444P, 200, 128, 128);
  const Transform transform{16, 16, 0, 0, 16, 16, false};
  scaler.convert(*small, transform, 0, first.data());
  scaler.convert(*large, transform, 0, again.data());
  EXPECT_NE(first, again);
  scaler.convert(*small, transform, 0, again.data());
  EXPECT_EQ(first, again);
}

/// A picture of noise, of values that limited range allows: swscale's sums overflow on brighter blues, which turn
/// black.
FramePtr noise(int width, int height, AVPixelFormat format) {
  FramePtr frame = flat(width, height, format, 0, 0, 0);
  std::uint32_t state = 1;
  for (int plane = 0; plane < 3; ++plane) {
    const int rows = plane > 0 ? (height + 1) / 2 : height;
    for (int i = 0; i < rows * frame->linesize[plane]; ++i) {
      state = state * 1664525U + 1013904223U;
      frame->data[plane][i] = static_cast<std::uint8_t>(16 + (state >> 16U) % 220);
    }
  }
  return frame;
}

std::vector<std::uint8_t> by_swscale(const AVFrame& frame, AVPixelFormat format, bool full_range) {
  const ScalerPtr context(sws_getContext(frame.width, frame.height, format, frame.width, frame.height, AV_PIX_FMT_GBRP,
                                         SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_BITEXACT, nullptr,
                                         nullptr, nullptr));
  sws_setColorspaceDetails(context.get(), sws_getCoefficients(frame.colorspace), full_range ? 1 : 0,
                           sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
  const FramePtr planes = flat(frame.width, frame.height, AV_PIX_FMT_GBRP, 0, 0, 0);
  sws_scale(context.get(), frame.data, frame.linesize, 0, frame.height, planes->data, planes->linesize);
  std::vector<std::uint8_t> rgb;
  for (int y = 0; y < frame.height; ++y) {
    for (int x = 0; x < frame.width; ++x) {
      for (const int plane : {2, 0, 1}) rgb.push_back(planes->data[plane][y * planes->linesize[plane] + x]);
    }
  }
  return rgb;
}

/// Of whole pictures, and of every kind of part: from odd and even places, to every border.
TEST(Scaler, GivesUnscaledPicturesTheBytesThatSwscaleGives) {
  for (const auto& [width, height] : {std::pair{2, 2}, {6, 40}, {8, 8}, {10, 40}, {38, 30}, {102, 54}, {340, 256}}) {
    for (const AVColorSpace matrix :
         {AVCOL_SPC_BT470BG, AVCOL_SPC_BT709, AVCOL_SPC_BT2020_NCL, AVCOL_SPC_UNSPECIFIED}) {
      for (const bool full_range : {false, true}) {
        const FramePtr frame = noise(width, height, AV_PIX_FMT_YUV420P);
        frame->colorspace = matrix;
        frame->color_range = full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
        const std::vector<std::uint8_t> whole = by_swscale(*frame, AV_PIX_FMT_YUV420P, full_range);
        Scaler scaler;
        for (int x = 0; x < std::min(width, 5); ++x) {
          for (int y = 0; y < std::min(height, 5); ++y) {
            for (const int less : {0, 1}) {
              const int across = std::max(1, width - x - less), down = std::max(1, height - y - less);
              std::vector<std::uint8_t> part(static_cast<std::size_t>(3 * across * down));
              scaler.convert(*frame, {width, height, x, y, across, down, false}, 0, part.data());
              for (int row = 0; row < down; ++row) {
                const auto begin = whole.begin() + 3 * ((y + row) * width + x);
                ASSERT_TRUE(std::equal(begin, begin + 3 * across, part.begin() + 3 * row * across))
                    << width << "x" << height << " matrix " << matrix << " from " << x << "," << y << " row " << row;
              }
            }
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace pgt::video
