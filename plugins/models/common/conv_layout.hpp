/// What a convolution is, as plain data.
#pragma once

#include <cstdint>

namespace pgt::models {

/// A convolution of (temporal_kernel, kernel, kernel) frames and pixels, padded so that stride 1 keeps the size.
struct ConvLayout {
  std::int64_t in = 0;   ///< channels
  std::int64_t out = 0;  ///< channels
  std::int64_t temporal_kernel = 1;
  std::int64_t kernel = 1;
  std::int64_t stride = 1;  ///< pixels
  std::int64_t temporal_stride = 1;
  std::int64_t dilation = 1;  ///< pixels
  std::int64_t groups = 1;    ///< of channels, that do not see each other
  bool bias = false;
};

}  // namespace pgt::models
