/// A sampled frame of a live stream.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace pgt::video {

struct LiveFrame {
  std::int64_t number = 0;  ///< in its part, whose first picture is frame 0
  /// Cuts × height × width × 3; frames that show the same picture share it.
  std::shared_ptr<const std::vector<std::uint8_t>> rgb{};
};

}  // namespace pgt::video
