/// What training does to the pixels of a clip, drawn once: the same for all its fragments.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "config/augment_options.hpp"
#include "video/picture_operations.hpp"

namespace pgt::video {

using Operation = std::variant<Lookup, Contrast, Saturation, Sharpness, AutoContrast, Equalize, Warp, Erase>;

/// Changes the pictures that the network would see, after they have been cut out and mirrored.
struct Augmentation {
  std::vector<Operation> operations{};  ///< in this order

  /// `rgb`: any number of pictures of width × height × 3 bytes. Thread: any, each with pictures of its own.
  void apply(std::span<std::uint8_t> rgb, int width, int height) const;
};

/// Draws what [augment] asks for, in this order: RandAugment, colour jitter, lighting, random erasing. None of it
/// mirrors. `mean`: the colour of [data] mean, which fills what becomes empty. docs/augmentation.md has the numbers.
Augmentation draw_augmentation(const config::AugmentOptions& options, std::span<const double> mean, int width,
                               int height, std::uint64_t seed, std::uint64_t epoch, std::uint64_t sample);

}  // namespace pgt::video
