/// The colours of pictures that keep their size, in the pixel format that nearly all files have. Private to this
/// folder.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "video/ffmpeg.hpp"

namespace pgt::video {

/// A rectangle of a picture.
struct Part {
  int x = 0, y = 0, width = 0, height = 0;
};

/// From brightness and colour differences to red, green and blue, in 1/8192; the brightness that is black in 1/512.
struct ColourCoefficients {
  std::int16_t black, luma, red_v, green_u, green_v, blue_u;
};

/// Writes the very bytes that swscale writes with Scaler's settings when the scaled size is the stored one (a test
/// compares them; only blues beyond white, where swscale's sums overflow, are not black), two to three times as fast.
/// Where a clip's short side is that of its file, swscale makes reading it take a tenth longer, and a whole file a
/// third: tools/bench video "against swscale".
class UnscaledColours {
 public:
  /// 8-bit 4:2:0 whose sides are even, and not tiny.
  static bool can_convert(const AVFrame& frame);

  /// Of `part`, which is within `frame`, the rows that are asked for next. Both stay as they are until then.
  /// `matrix`: of sws_getCoefficients.
  void begin(const AVFrame& frame, const int* matrix, bool full_range, const Part& part);

  /// Red, green and blue of the part's row `row`; fastest from above to below.
  void write_row(int row, const std::array<std::uint8_t*, 3>& to);

 private:
  /// A row of a colour-difference plane at the width of the picture, times four: the two that were needed last.
  struct WideRow {
    int row = -1;
    std::vector<std::int16_t> values;
  };
  const std::int16_t* widened(int plane, int row);

  const AVFrame* frame_ = nullptr;
  Part part_;
  ColourCoefficients by_{};
  std::array<std::array<WideRow, 2>, 2> rows_;  ///< of both planes
};

}  // namespace pgt::video
