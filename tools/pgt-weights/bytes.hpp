/// Reads little-endian numbers from bytes that are not trusted.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace pgt::weights {

static_assert(std::endian::native == std::endian::little, "numbers are taken as they are in the file");

[[noreturn]] inline void refuse(const std::string& reason) { throw Error(ExitCode::plugin, reason); }

class Bytes {
 public:
  explicit Bytes(std::string_view bytes, std::uint64_t place = 0) : bytes_(bytes), place_(place) {
    if (place > bytes.size()) refuse("points to byte " + std::to_string(place) + ", which is beyond its end");
  }

  std::uint64_t place() const { return place_; }
  std::uint64_t left() const { return bytes_.size() - place_; }

  /// Throws Error(plugin) where fewer are left.
  std::string_view take(std::uint64_t count) {
    if (count > left()) {
      refuse("is cut short: at byte " + std::to_string(place_) + " it needs " + std::to_string(count) +
             " more bytes, and has " + std::to_string(left()));
    }
    const std::string_view taken = bytes_.substr(place_, count);
    place_ += count;
    return taken;
  }

  /// Up to the next end of line, which is passed over.
  std::string_view line() {
    const std::size_t end = bytes_.find('\n', place_);
    if (end == std::string_view::npos) refuse("is cut short in the middle of a line");
    const std::string_view text = take(end - place_);
    take(1);
    return text;
  }

  template <class T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }

 private:
  std::string_view bytes_;
  std::uint64_t place_;
};

}  // namespace pgt::weights
