#include "video/scaler.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <new>

#include "video/decoder.hpp"
#include "video/vectorised.hpp"

namespace pgt::video {
namespace {

constexpr int line_padding = 64;

/// The formats that spell "full range" in their name are deprecated spellings of the ordinary ones.
AVPixelFormat without_range(int format) {
  switch (format) {
    case AV_PIX_FMT_YUVJ420P:
      return AV_PIX_FMT_YUV420P;
    case AV_PIX_FMT_YUVJ422P:
      return AV_PIX_FMT_YUV422P;
    case AV_PIX_FMT_YUVJ444P:
      return AV_PIX_FMT_YUV444P;
    case AV_PIX_FMT_YUVJ440P:
      return AV_PIX_FMT_YUV440P;
    case AV_PIX_FMT_YUVJ411P:
      return AV_PIX_FMT_YUV411P;
    default:
      return static_cast<AVPixelFormat>(format);
  }
}

bool is_grey(int format) {
  const AVPixFmtDescriptor* pixels = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(format));
  return pixels != nullptr && pixels->nb_components <= 2 && (pixels->flags & AV_PIX_FMT_FLAG_PAL) == 0;
}

bool has_full_range(const AVFrame& frame) {
  const int range = number_in(frame.color_range);
  if (range == AVCOL_RANGE_UNSPECIFIED && is_grey(frame.format)) return true;
  return range == AVCOL_RANGE_JPEG || without_range(frame.format) != frame.format;
}

/// A stretch of one side of a picture, and what it is scaled to.
struct Stretch {
  int source_begin, source_end;
  int begin, end;
};

/// The stretch to scale where only [begin, end) of a side that is scaled from `source` to `scaled` pixels is wanted.
/// Reaches over its ends by what the filters look at, and further, to where a border of the scaled picture meets a
/// multiple of `grid` in the stored one, so that the pixels fall where they do when the whole picture is scaled.
Stretch stretch_around(int source, int scaled, int begin, int end, int grid) {
  const int reach = 2 + (2 * grid * scaled + source - 1) / source;
  constexpr int further = 16;
  const auto exact = [&](int at) { return static_cast<double>(at) * source / scaled; };
  const auto stored = [&](int at) {
    return at == scaled ? source : static_cast<int>(std::lround(exact(at) / grid)) * grid;
  };
  const auto best = [&](int nearest, int step) {
    int found = nearest;
    double least = std::numeric_limits<double>::infinity();
    for (int at = nearest; std::abs(at - nearest) <= further; at += step) {
      if (at <= 0 || at >= scaled) return std::clamp(at, 0, scaled);
      const double off = std::abs(stored(at) - exact(at));
      if (off < least - 1e-9) least = off, found = at;
    }
    return found;
  };
  const int first = best(begin - reach, -1), last = best(end + reach, 1);
  return {stored(first), stored(last), first, last};
}

using Planes = std::array<const std::uint8_t*, 3>;  ///< red, green, blue

template <std::ptrdiff_t step>
[[gnu::always_inline]] inline void pack_neighbours(const Planes& from, int count, std::uint8_t* to) {
  const auto [red, green, blue] = from;
#pragma GCC ivdep  // what is written overlaps nothing that is read
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    to[3 * i] = red[step * i];
    to[3 * i + 1] = green[step * i];
    to[3 * i + 2] = blue[step * i];
  }
}

/// `count` pixels of three planes, `step` apart, into RGB one after the other.
void pack(const Planes& from, std::ptrdiff_t step, int count, std::uint8_t* to) {
  if (step == 1) return vectorised<pack_neighbours<1>>(from, count, to);
  if (step == -1) return vectorised<pack_neighbours<-1>>(from, count, to);
  for (std::size_t colour = 0; colour < 3; ++colour) {
    for (std::ptrdiff_t i = 0; i < count; ++i) to[3 * i + static_cast<std::ptrdiff_t>(colour)] = from[colour][step * i];
  }
}

}  // namespace

void Scaler::make_room(int width, int height) {
  line_ = (width + line_padding - 1) / line_padding * line_padding;
  const auto bytes = static_cast<std::size_t>(line_ * height + line_padding);
  for (std::vector<std::uint8_t>& plane : planes_) plane.resize(std::max(plane.size(), bytes));
}

std::array<std::uint8_t*, 3> Scaler::line_of_planes(int row) {
  const std::ptrdiff_t at = row * line_;
  return {planes_[0].data() + at, planes_[1].data() + at, planes_[2].data() + at};
}

void Scaler::scale(const AVFrame& frame, int width, int height) {
  const AVPixelFormat format = without_range(frame.format);
  const bool full_range = has_full_range(frame);
  const int colours = number_in(frame.colorspace);
  const Shape shape{frame.width, frame.height, format, colours, full_range ? 1 : 0, width, height};
  if (!context_ || shape != shape_) {
    context_.reset(sws_getContext(frame.width, frame.height, format, width, height, AV_PIX_FMT_GBRP,
                                  SWS_BILINEAR | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_BITEXACT, nullptr, nullptr,
                                  nullptr));
    if (!context_) {
      const char* name = av_get_pix_fmt_name(format);
      throw Damage{with_cause(std::string("pictures of ") + std::to_string(frame.width) + "x" +
                                  std::to_string(frame.height) + " " + (name ? name : "unknown format") +
                                  " cannot be converted",
                              0)};
    }
    // Refused (and not needed) for sources that are RGB already.
    sws_setColorspaceDetails(context_.get(), sws_getCoefficients(colours), full_range ? 1 : 0,
                             sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
    shape_ = shape;
  }
  make_room(width, height);
  auto& [red, green, blue] = planes_;
  std::uint8_t* planes[4] = {green.data(), blue.data(), red.data(), nullptr};
  const int line = static_cast<int>(line_), lines[4] = {line, line, line, 0};
  sws_scale(context_.get(), frame.data, frame.linesize, 0, frame.height, planes, lines);
}

void Scaler::convert(const AVFrame& frame, const Transform& transform, int rotation, std::uint8_t* out) {
  const bool turned = rotation % 180 != 0;
  const int width = turned ? transform.scaled_height : transform.scaled_width;  // of the stored picture, scaled
  const int height = turned ? transform.scaled_width : transform.scaled_height;
  const int across = turned ? transform.height : transform.width;  // of the part, in the stored picture
  const int down = turned ? transform.width : transform.height;

  // The part's corner in the stored picture, and in the part the shown one's first pixel, a step right and one down.
  int x = transform.x, y = transform.y;
  if (rotation == 90) x = transform.y, y = height - transform.x - down;
  if (rotation == 180) x = width - transform.x - across, y = height - transform.y - down;
  if (rotation == 270) x = width - transform.y - across, y = transform.x;

  if (width == frame.width && height == frame.height && UnscaledColours::can_convert(frame)) {
    unscaled_.begin(frame, sws_getCoefficients(number_in(frame.colorspace)), has_full_range(frame),
                    {x, y, across, down});
    if (rotation == 0) return pack_unscaled(transform, out);
    make_room(across, down);
    for (int row = 0; row < down; ++row) unscaled_.write_row(row, line_of_planes(row));
    cut(transform, rotation, {0, 0, across, down}, out);
    return;
  }

  const AVPixFmtDescriptor* format = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
  if (format == nullptr) throw Damage{"its pictures have no known format"};
  // Pictures that begin within a byte cannot be cut.
  const bool whole = (format->flags & (AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL)) != 0;
  const auto stretch = [&](int source, int scaled, int begin, int length, int chroma_shift) {
    if (whole) return Stretch{0, source, 0, scaled};
    return stretch_around(source, scaled, begin, begin + length, std::max(2, 1 << chroma_shift));
  };
  const Stretch columns = stretch(frame.width, width, x, across, format->log2_chroma_w);
  const Stretch rows = stretch(frame.height, height, y, down, format->log2_chroma_h);
  av_frame_unref(part_.get());
  if (av_frame_ref(part_.get(), &frame) < 0) throw std::bad_alloc();
  part_->crop_left = static_cast<std::size_t>(columns.source_begin);
  part_->crop_right = static_cast<std::size_t>(frame.width - columns.source_end);
  part_->crop_top = static_cast<std::size_t>(rows.source_begin);
  part_->crop_bottom = static_cast<std::size_t>(frame.height - rows.source_end);
  if (av_frame_apply_cropping(part_.get(), AV_FRAME_CROP_UNALIGNED) < 0) throw Damage{"its pictures cannot be cut"};
  scale(*part_, columns.end - columns.begin, rows.end - rows.begin);
  av_frame_unref(part_.get());

  cut(transform, rotation, {x - columns.begin, y - rows.begin, across, down}, out);
}

void Scaler::pack_unscaled(const Transform& transform, std::uint8_t* out) {
  make_room(transform.width, 1);
  const std::array<std::uint8_t*, 3> colours = line_of_planes(0);
  const int first = transform.mirror ? transform.width - 1 : 0;
  const Planes from{colours[0] + first, colours[1] + first, colours[2] + first};
  for (int row = 0; row < transform.height; ++row, out += 3 * transform.width) {
    unscaled_.write_row(row, colours);
    pack(from, transform.mirror ? -1 : 1, transform.width, out);
  }
}

void Scaler::cut(const Transform& transform, int rotation, const Part& part, std::uint8_t* out) const {
  const std::ptrdiff_t last_column = part.width - 1, last_row = line_ * (part.height - 1);
  std::ptrdiff_t origin = 0, to_right = 1, to_below = line_;
  if (rotation == 90) origin = last_row, to_right = -line_, to_below = 1;
  if (rotation == 180) origin = last_row + last_column, to_right = -1, to_below = -line_;
  if (rotation == 270) origin = last_column, to_right = line_, to_below = -1;
  origin += part.y * line_ + part.x;
  if (transform.mirror) {
    origin += (transform.width - 1) * to_right;
    to_right = -to_right;
  }
  for (int row = 0; row < transform.height; ++row, origin += to_below, out += 3 * transform.width) {
    pack({planes_[0].data() + origin, planes_[1].data() + origin, planes_[2].data() + origin}, to_right,
         transform.width, out);
  }
}

}  // namespace pgt::video
