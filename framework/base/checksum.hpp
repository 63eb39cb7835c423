/// CRC32C, which shows when bytes are not those that were written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace pgt {

/// Of all the bytes that were added, however they were split.
class Checksum {
 public:
  void add(std::string_view bytes);
  std::uint32_t value() const { return ~register_; }
  /// Its eight hexadecimal digits.
  std::string text() const;

 private:
  std::uint32_t register_ = 0xFFFFFFFF;
};

/// Of a whole file. Throws Error(io) naming it where it cannot be read.
std::string checksum_of_file(const std::filesystem::path& file);

}  // namespace pgt
