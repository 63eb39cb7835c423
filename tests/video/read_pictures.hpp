/// What a reader gives of some frames, and that it writes nothing after them.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "video/reader.hpp"

namespace pgt::video {

inline std::vector<std::uint8_t> read(Reader& reader, std::vector<std::int64_t> frames, const Transform& transform) {
  const std::size_t bytes = static_cast<std::size_t>(transform.width * transform.height * 3);
  std::vector<std::uint8_t> out(frames.size() * bytes + 1, 0xAB);
  reader.read(frames, transform, out.data());
  EXPECT_EQ(out.back(), 0xAB);
  out.pop_back();
  return out;
}

}  // namespace pgt::video
