#include "video/scaler.hpp"

#include <cstring>

#include "video/decoder.hpp"

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

}  // namespace

void Scaler::scale(const AVFrame& frame, int width, int height) {
  const AVPixelFormat format = without_range(frame.format);
  const bool full_range = frame.color_range == AVCOL_RANGE_JPEG || format != frame.format;
  const Shape shape{frame.width, frame.height, format, frame.colorspace, full_range ? 1 : 0, width, height};
  if (!context_ || shape != shape_) {
    context_.reset(sws_getContext(frame.width, frame.height, format, width, height, AV_PIX_FMT_RGB24,
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
    sws_setColorspaceDetails(context_.get(), sws_getCoefficients(frame.colorspace), full_range ? 1 : 0,
                             sws_getCoefficients(SWS_CS_DEFAULT), 1, 0, 1 << 16, 1 << 16);
    shape_ = shape;
    line_ = (3 * width + line_padding - 1) / line_padding * line_padding;
    rgb_.assign(static_cast<std::size_t>(line_ * height + line_padding), 0);
  }
  std::uint8_t* planes[4] = {rgb_.data(), nullptr, nullptr, nullptr};
  const int lines[4] = {static_cast<int>(line_), 0, 0, 0};
  sws_scale(context_.get(), frame.data, frame.linesize, 0, frame.height, planes, lines);
}

void Scaler::convert(const AVFrame& frame, const Transform& transform, int rotation, std::uint8_t* out) {
  const bool turned = rotation % 180 != 0;
  const int width = turned ? transform.scaled_height : transform.scaled_width;  // of the stored picture, scaled
  const int height = turned ? transform.scaled_width : transform.scaled_height;
  scale(frame, width, height);

  // Where the shown picture's first pixel lies, and how far a step to its right and one down leads.
  const std::ptrdiff_t last_column = 3 * (width - 1);
  const std::ptrdiff_t last_row = line_ * (height - 1);
  std::ptrdiff_t origin = 0, right = 3, down = line_;
  if (rotation == 90) origin = last_row, right = -line_, down = 3;
  if (rotation == 180) origin = last_row + last_column, right = -3, down = -line_;
  if (rotation == 270) origin = last_column, right = line_, down = -3;

  origin += transform.y * down + transform.x * right;
  if (transform.mirror) {
    origin += (transform.size - 1) * right;
    right = -right;
  }
  for (int row = 0; row < transform.size; ++row) {
    const std::uint8_t* from = rgb_.data() + origin + row * down;
    if (right == 3) {
      std::memcpy(out, from, static_cast<std::size_t>(transform.size) * 3);
      out += transform.size * 3;
      continue;
    }
    for (int column = 0; column < transform.size; ++column, from += right, out += 3) std::memcpy(out, from, 3);
  }
}

}  // namespace pgt::video
