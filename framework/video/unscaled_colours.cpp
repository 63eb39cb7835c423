#include "video/unscaled_colours.hpp"

#include <algorithm>

#include "video/vectorised.hpp"

namespace pgt::video {
namespace {

/// In 1/8192; the brightness that is black in 1/512.
struct Coefficients {
  std::int16_t black, luma, red_v, green_u, green_v, blue_u;
};

std::int16_t rounded(std::int64_t value) {
  return static_cast<std::int16_t>(std::clamp<std::int64_t>((value + (1 << 15)) >> 16, -0x8000, 0x7fff));
}

/// As swscale works them out. Limited range: luma has 219 steps from 16 on, the differences have 224.
Coefficients coefficients(const int* matrix, bool full_range) {
  const std::int64_t luma = full_range ? 1 << 16 : (std::int64_t{1} << 16) * 255 / 219;
  const auto difference = [&](int index, int sign) {
    const std::int64_t value = sign * std::int64_t{matrix[index]};
    return rounded((full_range ? value * 224 / 255 : value) * (1 << 13));
  };
  return {rounded(full_range ? 0 : std::int64_t{16} << 25),
          rounded(luma * (1 << 13)),
          difference(0, 1),
          difference(2, -1),
          difference(3, -1),
          difference(1, 1)};
}

/// Where a colour difference is stored between two pixels, each gets three quarters of the nearer one.
[[gnu::always_inline]] inline void widen_row(const std::uint8_t* from, int count, std::int16_t* __restrict to) {
  for (std::ptrdiff_t i = 0; i + 1 < count; ++i) {
    to[2 * i] = static_cast<std::int16_t>(3 * from[i] + from[i + 1]);
    to[2 * i + 1] = static_cast<std::int16_t>(from[i] + 3 * from[i + 1]);
  }
}

/// A row of pixels between two widened rows of differences, of which `near` has three quarters.
struct Row {
  const std::uint8_t* luma;
  const std::int16_t *u_far, *u_near, *v_far, *v_near;
};

[[gnu::always_inline]] inline void colour_row(const Row& row, int width, const Coefficients by,
                                              const std::array<std::uint8_t*, 3>& to) {
  // swscale sums in 1/2^22 of a step; every term is a multiple of 32, so that 1/2^17 gives the same.
  const std::int32_t half = ((1 << 21) - by.black * by.luma) / 32;
  const auto [red, green, blue] = to;
  const auto [luma, u_far, u_near, v_far, v_near] = row;
  const auto byte = [](std::int32_t sum) { return static_cast<std::uint8_t>(std::clamp(sum >> 17, 0, 255)); };
#pragma GCC ivdep  // what is written overlaps nothing that is read
  for (int i = 0; i < width; ++i) {
    const auto u = static_cast<std::int16_t>(u_far[i] + 3 * u_near[i] - 16 * 128);
    const auto v = static_cast<std::int16_t>(v_far[i] + 3 * v_near[i] - 16 * 128);
    const std::int32_t grey = static_cast<std::int16_t>(16 * luma[i]) * by.luma + half;
    red[i] = byte(grey + v * by.red_v);
    green[i] = byte(grey + v * by.green_v + u * by.green_u);
    blue[i] = byte(grey + u * by.blue_u);
  }
}

}  // namespace

bool UnscaledColours::can_convert(const AVFrame& frame) {
  const bool planar_420 = frame.format == AV_PIX_FMT_YUV420P || frame.format == AV_PIX_FMT_YUVJ420P;
  // Below, swscale interpolates the differences in another way.
  constexpr int least = 8;
  return planar_420 && frame.width % 2 == 0 && frame.height % 2 == 0 && frame.width >= least && frame.height >= least;
}

const std::int16_t* UnscaledColours::widened(const AVFrame& frame, int plane, int row, const Part& part) {
  WideRow& wide = rows_[static_cast<std::size_t>(plane - 1)][static_cast<std::size_t>(row % 2)];
  // Of the picture's columns: the one before the first of a pair, so that each pair lies between two stored values.
  const int first = std::max(part.x - 1, 0) / 2;
  const int last = std::min((part.x + part.width) / 2, frame.width / 2 - 1);
  const std::ptrdiff_t inside = 1;  // of the row: the value left of the first pair
  if (wide.row != row) {
    wide.row = row;
    const int count = last - first + 1;
    wide.values.resize(static_cast<std::size_t>(2 * count));
    const std::uint8_t* from = frame.data[plane] + std::ptrdiff_t{row} * frame.linesize[plane] + first;
    wide.values.front() = static_cast<std::int16_t>(4 * from[0]);  // the picture's border, or not looked at
    wide.values.back() = static_cast<std::int16_t>(4 * from[count - 1]);
    vectorised<widen_row>(from, count, wide.values.data() + inside);
  }
  return wide.values.data() + part.x - 2 * first;
}

void UnscaledColours::convert(const AVFrame& frame, const int* matrix, bool full_range, const Part& part,
                              const std::array<std::uint8_t*, 3>& planes, std::ptrdiff_t line) {
  const Coefficients by = coefficients(matrix, full_range);
  for (auto& plane : rows_) {
    for (WideRow& row : plane) row.row = -1;
  }
  const int last = frame.height / 2 - 1;
  for (int row = 0; row < part.height; ++row) {
    const int y = part.y + row, near = y / 2;
    const int far = std::clamp(y % 2 == 0 ? near - 1 : near + 1, 0, last);
    const Row between{frame.data[0] + std::ptrdiff_t{y} * frame.linesize[0] + part.x, widened(frame, 1, far, part),
                      widened(frame, 1, near, part), widened(frame, 2, far, part), widened(frame, 2, near, part)};
    const std::ptrdiff_t at = row * line;
    vectorised<colour_row>(between, part.width, by,
                           std::array<std::uint8_t*, 3>{planes[0] + at, planes[1] + at, planes[2] + at});
  }
}

}  // namespace pgt::video
