#include "video/unscaled_colours.hpp"

#ifdef __x86_64__
#include <immintrin.h>
#endif

#include <algorithm>

#include "video/vectorised.hpp"

namespace pgt::video {
namespace {

std::int16_t rounded(std::int64_t value) {
  return static_cast<std::int16_t>(std::clamp<std::int64_t>((value + (1 << 15)) >> 16, -0x8000, 0x7fff));
}

/// As swscale computes them. Limited range: luma has 219 steps from 16 on, the differences have 224.
ColourCoefficients coefficients(const int* matrix, bool full_range) {
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

/// swscale sums in 1/2^22 of a step; every term is a multiple of 32, so that 1/2^17 gives the same.
constexpr int sum_bits = 17;

/// What every sum begins with: half a step, less black.
std::int32_t base_of_sums(const ColourCoefficients& by) { return ((1 << 21) - by.black * by.luma) / 32; }

#ifdef __x86_64__
#define PGT_AVX2 [[gnu::target("avx2"), gnu::always_inline]] inline

PGT_AVX2 __m256i load(const std::int16_t* from) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)); }

/// A colour difference of sixteen pixels, around zero.
PGT_AVX2 __m256i differences(const std::int16_t* far, const std::int16_t* near) {
  const __m256i once = load(near), thrice = _mm256_add_epi16(_mm256_add_epi16(once, once), once);
  return _mm256_sub_epi16(_mm256_add_epi16(load(far), thrice), _mm256_set1_epi16(16 * 128));
}

/// Two 16-bit factors, for products of pairs.
PGT_AVX2 __m256i pairs(std::int16_t first, std::int16_t second) {
  return _mm256_set1_epi32((second << 16) | static_cast<std::uint16_t>(first));
}

/// Eight of sixteen, each beside the other's.
PGT_AVX2 __m256i beside(int half, __m256i one, __m256i other) {
  return half == 0 ? _mm256_unpacklo_epi16(one, other) : _mm256_unpackhi_epi16(one, other);
}

/// Sixteen sums in two halves, as bytes.
PGT_AVX2 void store(__m256i low, __m256i high, std::uint8_t* to) {
  const __m256i words = _mm256_packs_epi32(_mm256_srai_epi32(low, sum_bits), _mm256_srai_epi32(high, sum_bits));
  const __m256i bytes = _mm256_permute4x64_epi64(_mm256_packus_epi16(words, words), 0b1000);
  _mm_storeu_si128(reinterpret_cast<__m128i*>(to), _mm256_castsi256_si128(bytes));
}

/// What colour_row does, of as many pixels as there are whole sixteens; how many that are. Compilers do not find
/// the instruction that sums two products, with which it takes little more than half the time.
[[gnu::target("avx2")]] int colour_sixteens(const Row& row, int width, const ColourCoefficients& by,
                                            const std::array<std::uint8_t*, 3>& to) {
  const __m256i base = _mm256_set1_epi32(base_of_sums(by)), zero = _mm256_setzero_si256();
  const __m256i red = pairs(by.luma, by.red_v), blue = pairs(by.luma, by.blue_u);
  const __m256i green_v = pairs(by.luma, by.green_v), green_u = pairs(by.green_u, 0);
  int i = 0;
  for (; i + 16 <= width; i += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(row.luma + i));
    const __m256i luma = _mm256_slli_epi16(_mm256_cvtepu8_epi16(bytes), 4);
    const __m256i u = differences(row.u_far + i, row.u_near + i), v = differences(row.v_far + i, row.v_near + i);
    __m256i reds[2], greens[2], blues[2];
    for (int half = 0; half < 2; ++half) {
      const __m256i luma_v = beside(half, luma, v);
      reds[half] = _mm256_add_epi32(_mm256_madd_epi16(luma_v, red), base);
      blues[half] = _mm256_add_epi32(_mm256_madd_epi16(beside(half, luma, u), blue), base);
      greens[half] = _mm256_add_epi32(_mm256_madd_epi16(beside(half, u, zero), green_u),
                                      _mm256_add_epi32(_mm256_madd_epi16(luma_v, green_v), base));
    }
    store(reds[0], reds[1], to[0] + i);
    store(greens[0], greens[1], to[1] + i);
    store(blues[0], blues[1], to[2] + i);
  }
  return i;
}

#undef PGT_AVX2
#endif

/// Of the pixels from `first` on.
void colour_row(const Row& row, int first, int width, const ColourCoefficients& by,
                const std::array<std::uint8_t*, 3>& to) {
  const std::int32_t base = base_of_sums(by);
  const auto [red, green, blue] = to;
  const auto [luma, u_far, u_near, v_far, v_near] = row;
  const auto byte = [](std::int32_t sum) { return static_cast<std::uint8_t>(std::clamp(sum >> sum_bits, 0, 255)); };
#pragma GCC ivdep  // what is written overlaps nothing that is read
  for (int i = first; i < width; ++i) {
    const auto u = static_cast<std::int16_t>(u_far[i] + 3 * u_near[i] - 16 * 128);
    const auto v = static_cast<std::int16_t>(v_far[i] + 3 * v_near[i] - 16 * 128);
    const std::int32_t grey = static_cast<std::int16_t>(16 * luma[i]) * by.luma + base;
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

const std::int16_t* UnscaledColours::widened(int plane, int row) {
  WideRow& wide = rows_[static_cast<std::size_t>(plane - 1)][static_cast<std::size_t>(row % 2)];
  // Of the picture's columns: the one before the first of a pair, so that each pair lies between two stored values.
  const int first = std::max(part_.x - 1, 0) / 2;
  const int last = std::min((part_.x + part_.width) / 2, frame_->width / 2 - 1);
  const std::ptrdiff_t inside = 1;  // of the row: the value left of the first pair
  if (wide.row != row) {
    wide.row = row;
    const int count = last - first + 1;
    wide.values.resize(static_cast<std::size_t>(2 * count));
    const std::uint8_t* from = frame_->data[plane] + std::ptrdiff_t{row} * frame_->linesize[plane] + first;
    wide.values.front() = static_cast<std::int16_t>(4 * from[0]);  // the picture's border, or not looked at
    wide.values.back() = static_cast<std::int16_t>(4 * from[count - 1]);
    vectorised<widen_row>(from, count, wide.values.data() + inside);
  }
  return wide.values.data() + part_.x - 2 * first;
}

void UnscaledColours::begin(const AVFrame& frame, const int* matrix, bool full_range, const Part& part) {
  frame_ = &frame;
  part_ = part;
  by_ = coefficients(matrix, full_range);
  for (auto& plane : rows_) {
    for (WideRow& row : plane) row.row = -1;
  }
}

void UnscaledColours::write_row(int row, const std::array<std::uint8_t*, 3>& to) {
  const int y = part_.y + row, near = y / 2;
  const int far = std::clamp(y % 2 == 0 ? near - 1 : near + 1, 0, frame_->height / 2 - 1);
  const Row between{frame_->data[0] + std::ptrdiff_t{y} * frame_->linesize[0] + part_.x, widened(1, far),
                    widened(1, near), widened(2, far), widened(2, near)};
  int done = 0;
#ifdef __x86_64__
  if (has_avx2) done = colour_sixteens(between, part_.width, by_, to);
#endif
  colour_row(between, done, part_.width, by_, to);
}

}  // namespace pgt::video
