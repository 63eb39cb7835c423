#include "bytes.hpp"
#include "zip_archive.hpp"

namespace pgt::weights {
namespace {

constexpr std::uint32_t local_signature = 0x04034b50;
constexpr std::uint32_t central_signature = 0x02014b50;
constexpr std::string_view end_signature = "PK\x05\x06";
constexpr std::string_view end64_locator_signature = "PK\x06\x07";
constexpr std::uint32_t end64_signature = 0x06064b50;

constexpr std::size_t end_bytes = 22;
constexpr std::size_t longest_comment = 0xffff;
constexpr std::size_t end64_locator_bytes = 20;
constexpr std::uint32_t in_zip64 = 0xffffffff;  ///< used where a number does not fit into 32 bits
constexpr std::uint64_t most_entries = 100'000;

struct Directory {
  std::uint64_t place = 0;
  std::uint64_t entries = 0;
};

Directory find_directory(std::string_view file) {
  const std::size_t end = file.rfind(end_signature);
  if (end == std::string_view::npos || file.size() - end > end_bytes + longest_comment) {
    refuse("is cut short: a zip archive without its directory");
  }
  Bytes in(file, end + 10);
  Directory directory;
  directory.entries = in.number<std::uint16_t>();
  in.take(4);
  directory.place = in.number<std::uint32_t>();
  in.take(in.number<std::uint16_t>());  // a comment
  if (end < end64_locator_bytes) return directory;
  const std::size_t locator = end - end64_locator_bytes;
  if (file.substr(locator, 4) != end64_locator_signature) return directory;

  Bytes end64(file, Bytes(file, locator + 8).number<std::uint64_t>());
  if (end64.number<std::uint32_t>() != end64_signature) refuse("is damaged: a zip archive without its directory");
  end64.take(28);
  directory.entries = end64.number<std::uint64_t>();
  end64.take(8);
  directory.place = end64.number<std::uint64_t>();
  return directory;
}

/// What the directory says about an entry.
struct Entry {
  std::string_view name;
  std::uint64_t size = 0;
  std::uint64_t packed_size = 0;
  std::uint64_t place = 0;
  bool packed = false;
};

/// Replaces the numbers that did not fit by those of the extra field.
void read_extra(std::string_view field, Entry& entry) {
  Bytes in(field);
  while (in.left() >= 4) {
    const auto id = in.number<std::uint16_t>();
    const auto length = in.number<std::uint16_t>();
    Bytes data(in.take(length));
    if (id != 1) continue;
    for (std::uint64_t* number : {&entry.size, &entry.packed_size, &entry.place}) {
      if (*number == in_zip64) *number = data.number<std::uint64_t>();
    }
  }
}

Entry read_entry(Bytes& directory) {
  if (directory.number<std::uint32_t>() != central_signature) refuse("is damaged: its zip directory makes no sense");
  directory.take(4);
  const auto flags = directory.number<std::uint16_t>();
  const auto method = directory.number<std::uint16_t>();
  directory.take(8);
  Entry entry;
  entry.packed_size = directory.number<std::uint32_t>();
  entry.size = directory.number<std::uint32_t>();
  const auto name_length = directory.number<std::uint16_t>();
  const auto extra_length = directory.number<std::uint16_t>();
  const auto comment_length = directory.number<std::uint16_t>();
  directory.take(8);
  entry.place = directory.number<std::uint32_t>();
  entry.name = directory.take(name_length);
  read_extra(directory.take(extra_length), entry);
  directory.take(comment_length);
  entry.packed = (flags & 1) != 0 || method != 0 || entry.size != entry.packed_size;
  return entry;
}

std::string_view content_of(std::string_view file, const Entry& entry) {
  Bytes in(file, entry.place);
  if (in.number<std::uint32_t>() != local_signature) refuse("is damaged: a zip entry is not where its directory says");
  in.take(22);
  const auto name_length = in.number<std::uint16_t>();
  const auto extra_length = in.number<std::uint16_t>();
  in.take(std::uint64_t{name_length} + extra_length);
  return in.take(entry.packed_size);
}

}  // namespace

std::map<std::string_view, ZipEntry> read_zip(std::string_view file) {
  const Directory directory = find_directory(file);
  if (directory.entries > most_entries) {
    refuse("says that it has " + std::to_string(directory.entries) + " zip entries");
  }
  Bytes in(file, directory.place);
  std::map<std::string_view, ZipEntry> contents;
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    const Entry entry = read_entry(in);
    if (!contents.emplace(entry.name, ZipEntry{content_of(file, entry), entry.packed}).second) {
      refuse("is damaged: two zip entries of one name");
    }
  }
  return contents;
}

}  // namespace pgt::weights
