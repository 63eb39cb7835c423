/// CRC32C, which shows when bytes are not those that were written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pgt {

/// Of all the bytes that were added, however they were split.
class Checksum {
 public:
  void add(std::string_view bytes);
  /// Eight hexadecimal digits.
  std::string text() const;

 private:
  std::uint32_t register_ = 0xFFFFFFFF;
};

}  // namespace pgt
