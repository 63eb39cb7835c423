#include "video/tar.hpp"

#include <array>
#include <cstring>
#include <fstream>
#include <string_view>

#include "video/video.hpp"

namespace pgt::video {
namespace {

constexpr std::int64_t block = 512;
constexpr std::int64_t longest_name = 1 << 16;

/// One header block; a field is text up to its first zero.
class Header {
 public:
  bool read(std::istream& in) { return static_cast<bool>(in.read(bytes_.data(), block)); }
  bool is_end() const { return bytes_.front() == '\0'; }
  char type() const { return bytes_[156]; }

  std::string name() const {
    const std::string prefix = is_ustar() ? text(345, 155) : "";
    return prefix.empty() ? text(0, 100) : prefix + "/" + text(0, 100);
  }
  /// -1: no number.
  std::int64_t size() const {
    if (bytes_[124] & '\x80') return big_endian(124, 12);
    return octal(124, 12);
  }
  /// Whether the header's own sum is right.
  bool is_sound() const {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < bytes_.size(); ++i) {
      sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(bytes_[i]);
    }
    return octal(148, 8) == sum;
  }

 private:
  bool is_ustar() const { return std::string_view(bytes_.data() + 257, 5) == "ustar" && bytes_[262] == '\0'; }
  std::string text(std::size_t begin, std::size_t length) const {
    return {bytes_.data() + begin, strnlen(bytes_.data() + begin, length)};
  }
  std::int64_t octal(std::size_t begin, std::size_t length) const {
    std::int64_t value = 0;
    for (const char digit : text(begin, length)) {
      if (digit == ' ') continue;
      if (digit < '0' || digit > '7') return -1;
      value = value * 8 + (digit - '0');
    }
    return value;
  }
  std::int64_t big_endian(std::size_t begin, std::size_t length) const {
    std::uint64_t value = 0;
    for (std::size_t i = length - 8; i < length; ++i)
      value = value << 8 | static_cast<unsigned char>(bytes_[begin + i]);
    return static_cast<std::int64_t>(value);
  }

  std::array<char, block> bytes_{};
};

/// The path in pax's records "LENGTH KEY=VALUE\n"; "" where none is.
std::string pax_path(std::string_view records) {
  while (!records.empty()) {
    const std::size_t gap = records.find(' ');
    if (gap == std::string_view::npos || gap > 8) return "";
    std::size_t length = 0;
    for (const char digit : records.substr(0, gap)) {
      if (digit < '0' || digit > '9') return "";
      length = length * 10 + static_cast<std::size_t>(digit - '0');
    }
    if (length <= gap + 1 || length > records.size()) return "";
    const std::string_view record = records.substr(gap + 1, length - gap - 2);
    if (record.starts_with("path=")) return std::string(record.substr(5));
    records.remove_prefix(length);
  }
  return "";
}

std::string without_dot(std::string name) {
  while (name.starts_with("./")) name.erase(0, 2);
  return name;
}

}  // namespace

std::map<std::string, TarMember> tar_members(const std::filesystem::path& archive) {
  std::ifstream in(archive, std::ios::binary);
  if (!in) throw VideoError(archive, "cannot be read");
  const auto end = static_cast<std::int64_t>(std::filesystem::file_size(archive));
  std::map<std::string, TarMember> members;
  std::string long_name;
  Header header;
  for (std::int64_t at = 0; header.read(in) && !header.is_end();) {
    at += block;
    const std::int64_t size = header.size();
    if (!header.is_sound() || size < 0 || size > end - at)
      throw VideoError(archive, "is no tar archive, or not a whole one");
    const bool names_the_next = header.type() == 'L' || header.type() == 'x';
    if (names_the_next && size <= longest_name) {
      std::string text(static_cast<std::size_t>(size), '\0');
      in.read(text.data(), size);
      long_name = header.type() == 'x' ? pax_path(text) : std::string(text.c_str());
    } else {
      if (header.type() == '0' || header.type() == '\0') {
        members[without_dot(long_name.empty() ? header.name() : long_name)] = {at, size};
      }
      long_name.clear();
    }
    at += (size + block - 1) / block * block;
    in.seekg(at);
  }
  if (members.empty()) throw VideoError(archive, "is no tar archive, or an empty one");
  return members;
}

}  // namespace pgt::video
