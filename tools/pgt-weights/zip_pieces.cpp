#include <boost/crc.hpp>
#include <cstring>
#include <deque>
#include <limits>
#include <vector>

#include "base/error.hpp"
#include "zip_archive.hpp"

namespace pgt::weights {
namespace {

/// Appends numbers in little-endian order.
class Record {
 public:
  Record& u16(std::uint64_t value) { return append(value, 2); }
  Record& u32(std::uint64_t value) { return append(value, 4); }
  Record& text(std::string_view text) {
    bytes_ += text;
    return *this;
  }
  const std::string& bytes() const { return bytes_; }

 private:
  Record& append(std::uint64_t value, std::size_t count) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    bytes_.append(bytes, count);
    return *this;
  }
  std::string bytes_;
};

std::uint32_t crc_of(std::string_view content) {
  boost::crc_32_type crc;
  crc.process_bytes(content.data(), content.size());
  return crc.checksum();
}

}  // namespace

std::vector<std::string_view> zip_pieces(std::span<const std::pair<std::string, std::string_view>> entries,
                                         std::deque<std::string>& headers) {
  if (entries.size() > std::numeric_limits<std::uint16_t>::max()) {
    throw Error(ExitCode::io,
                std::to_string(entries.size()) + " entries, more than this format holds: write .safetensors instead");
  }
  std::vector<std::string_view> pieces;
  std::uint64_t place = 0;
  const auto add = [&](std::string_view piece) {
    pieces.push_back(piece);
    place += piece.size();
    if (place > std::numeric_limits<std::uint32_t>::max()) {
      throw Error(ExitCode::io, "over 4 GB, which this format does not hold: write .safetensors instead");
    }
  };
  Record directory;
  for (const auto& [name, content] : entries) {
    // Version, flags, method and time; 1980-01-01, so that the same weights give the same bytes.
    Record common;
    common.u16(0).u16(0).u16(0).u16(0x21).u32(crc_of(content)).u32(content.size()).u32(content.size());
    directory.u32(0x02014b50).u16(20).u16(20).text(common.bytes());
    directory.u16(name.size()).u16(0).u16(0).u16(0).u16(0).u32(0).u32(place).text(name);
    Record local;
    local.u32(0x04034b50).u16(20).text(common.bytes()).u16(name.size()).u16(0).text(name);
    add(headers.emplace_back(local.bytes()));
    add(content);
  }
  Record end;
  end.u32(0x06054b50).u16(0).u16(0).u16(entries.size()).u16(entries.size());
  end.u32(directory.bytes().size()).u32(place).u16(0);
  add(headers.emplace_back(directory.bytes()));
  add(headers.emplace_back(end.bytes()));
  return pieces;
}

}  // namespace pgt::weights
