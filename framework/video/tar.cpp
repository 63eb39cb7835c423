#include "video/tar.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <list>
#include <mutex>
#include <string_view>
#include <utility>

#include "video/input_file.hpp"
#include "video/video.hpp"

namespace pgt::video {
namespace {

constexpr std::int64_t block = 512;
constexpr std::int64_t longest_record = 1 << 16;

/// One header block; a field is text up to its first zero.
class Header {
 public:
  bool read(InputFile& in, std::int64_t at) { return in.read(at, bytes_.data(), block) == block; }
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

/// What the header of the next member cannot say: a long path, a size of 8 GiB or more.
struct Extended {
  std::string path;
  std::int64_t size = -1;  ///< -1: not said
};

/// -1 where `text` is not a whole number.
std::int64_t decimal(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && value >= 0 ? value : -1;
}

/// From pax's records "LENGTH KEY=VALUE\n".
Extended pax_records(std::string_view records) {
  Extended extended;
  while (!records.empty()) {
    const std::size_t gap = records.find(' ');
    if (gap == std::string_view::npos) break;
    const std::int64_t said = decimal(records.substr(0, gap));
    const auto length = static_cast<std::size_t>(std::max<std::int64_t>(said, 0));
    if (length <= gap + 1 || length > records.size()) break;
    const std::string_view record = records.substr(gap + 1, length - gap - 2);
    if (record.starts_with("path=")) extended.path = record.substr(5);
    if (record.starts_with("size=")) extended.size = decimal(record.substr(5));
    records.remove_prefix(length);
  }
  return extended;
}

std::string without_dot(std::string name) {
  while (name.starts_with("./")) name.erase(0, 2);
  return name;
}

/// What tells an archive from the one that was there before.
std::string archive_identity(const std::filesystem::path& archive) {
  struct stat info {};
  if (stat(archive.c_str(), &info) != 0) return "";
  std::string identity;
  for (const auto number : {static_cast<std::int64_t>(info.st_dev), static_cast<std::int64_t>(info.st_ino),
                            static_cast<std::int64_t>(info.st_size), static_cast<std::int64_t>(info.st_mtim.tv_sec),
                            static_cast<std::int64_t>(info.st_mtim.tv_nsec)}) {
    identity += std::to_string(number) + ' ';
  }
  return identity;
}

class TarCache {
 public:
  std::shared_ptr<const TarMembers> find(const std::filesystem::path& archive, const std::string& identity) {
    const std::lock_guard lock(mutex_);
    for (auto known = archives_.begin(); known != archives_.end(); ++known) {
      if (known->path != archive || known->identity != identity) continue;
      archives_.splice(archives_.begin(), archives_, known);
      return known->members;
    }
    return nullptr;
  }

  void keep(const std::filesystem::path& archive, const std::string& identity,
            std::shared_ptr<const TarMembers> members) {
    const std::lock_guard lock(mutex_);
    std::erase_if(archives_, [&](const Known& known) { return known.path == archive; });
    archives_.push_front({archive, identity, std::move(members)});
    std::size_t kept = 0;
    for (auto known = archives_.begin(); known != archives_.end(); ++known) {
      kept += known->members->size();
      if (kept <= most_members || known == archives_.begin()) continue;
      archives_.erase(known, archives_.end());
      return;
    }
  }

 private:
  static constexpr std::size_t most_members = 500'000;

  struct Known {
    std::filesystem::path path;
    std::string identity;
    std::shared_ptr<const TarMembers> members;
  };

  std::mutex mutex_;
  std::list<Known> archives_;  ///< the last one used comes first
};

}  // namespace

TarMembers read_tar(const std::filesystem::path& archive) {
  InputFile in(archive);
  const std::int64_t end = in.bytes();
  TarMembers members;
  Extended extended;
  Header header;
  for (std::int64_t at = 0; header.read(in, at) && !header.is_end();) {
    at += block;
    const bool names_the_next = header.type() == 'L' || header.type() == 'x';
    const std::int64_t size = !names_the_next && extended.size >= 0 ? extended.size : header.size();
    if (!header.is_sound() || size < 0 || size > end - at)
      throw VideoError(archive, "is not a tar archive, or is incomplete");
    if (names_the_next) {
      if (size > longest_record) throw VideoError(archive, "has a member with a header of over 64 KiB");
      std::string text(static_cast<std::size_t>(size), '\0');
      in.read(at, text.data(), size);
      if (header.type() == 'x') {
        extended = pax_records(text);
      } else {
        extended.path = text.c_str();
      }
    } else {
      if (header.type() == '0' || header.type() == '\0') {
        members[without_dot(extended.path.empty() ? header.name() : extended.path)] = {at, size};
      }
      extended = {};
    }
    at += (size + block - 1) / block * block;
  }
  if (members.empty()) throw VideoError(archive, "is not a tar archive, or is empty");
  return members;
}

std::shared_ptr<const TarMembers> tar_members(const std::filesystem::path& archive) {
  static TarCache cache;
  const std::string identity = archive_identity(archive);
  if (auto members = cache.find(archive, identity)) return members;
  auto members = std::make_shared<const TarMembers>(read_tar(archive));  // two threads may both do this
  cache.keep(archive, identity, members);
  return members;
}

}  // namespace pgt::video
