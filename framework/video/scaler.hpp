/// From a decoded picture to the part of it that the network sees. Private to this folder.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "video/ffmpeg.hpp"
#include "video/transform.hpp"
#include "video/unscaled_colours.hpp"

namespace pgt::video {

/// Scales what that part needs of the picture (bilinear, the same bits on every processor), then cuts, turns and
/// mirrors. The pixels fall within a tenth or so of a stored pixel of where scaling the whole picture puts them.
///
/// Colours: the matrix and the range are the frame's own. Where a file names no matrix it is taken for BT.601, and
/// where it names no range for limited, grey alone for full, at any size of picture: what the ffmpeg command line does.
class Scaler {
 public:
  /// Writes height × width × 3 bytes of RGB to `out`. `rotation`: degrees clockwise that turn the stored picture into
  /// the one shown, to which `transform` refers. Throws Damage where the picture's format cannot be converted.
  void convert(const AVFrame& frame, const Transform& transform, int rotation, std::uint8_t* out);

 private:
  void make_room(int width, int height);
  std::array<std::uint8_t*, 3> line_of_planes(int row);
  /// The picture that unscaled_ has, row by row, so that what is packed is in the nearest cache.
  void pack_unscaled(const Transform& transform, std::uint8_t* out);
  /// From `part` of planes_, which is in the directions of the stored picture.
  void cut(const Transform& transform, int rotation, const Part& part, std::uint8_t* out) const;
  /// Into planes_.
  void scale(const AVFrame& frame, int width, int height);

  /// What the context was made for: pictures of one stream can change in the middle.
  struct Shape {
    int width = 0, height = 0, format = -1, colour_matrix = 0, range = 0, scaled_width = 0, scaled_height = 0;
    bool operator==(const Shape&) const = default;
  };

  Shape shape_;
  ScalerPtr context_;
  UnscaledColours unscaled_;
  FramePtr part_ = new_frame();  ///< refers to the picture while it is scaled
  /// Red, green and blue of the scaled part, lines padded as swscale's vector code wants them. Into planes its vector
  /// code gives the bits of its plain code, and faster than into interleaved RGB.
  std::array<std::vector<std::uint8_t>, 3> planes_;
  std::ptrdiff_t line_ = 0;
};

}  // namespace pgt::video
