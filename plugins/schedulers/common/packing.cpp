#include "schedulers/common/packing.hpp"

namespace pgt::schedulers {

std::vector<std::int64_t> spread(std::int64_t first, std::int64_t last, std::int64_t count) {
  if (count == 1) return {first};
  const auto low = static_cast<float>(first), high = static_cast<float>(last);
  const float step = (high - low) / static_cast<float>(count - 1);
  std::vector<std::int64_t> frames;
  // From both ends to the middle, so that both are hit exactly.
  for (std::int64_t i = 0; i < count; ++i) {
    const float frame = i < count / 2 ? low + step * static_cast<float>(i)  //
                                      : high - step * static_cast<float>(count - 1 - i);
    frames.push_back(static_cast<std::int64_t>(frame));
  }
  return frames;
}

}  // namespace pgt::schedulers
