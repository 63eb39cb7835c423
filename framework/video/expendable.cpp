#include "video/expendable.hpp"

#include <cstdint>
#include <span>

namespace pgt::video {
namespace {

using Bytes = std::span<const std::uint8_t>;

/// Whether the slices met so far can be done without.
struct Verdict {
  bool any = false;  ///< there was a picture
  bool all = true;   ///< and nothing of it is referred to

  void add(bool expendable) {
    any = true;
    all = all && expendable;
  }
  bool holds() const { return any && all; }
};

/// The place after the next 00 00 01, or the end.
std::size_t after_start_code(Bytes bytes, std::size_t from) {
  for (std::size_t i = from; i + 3 <= bytes.size(); ++i) {
    if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 1) return i + 3;
  }
  return bytes.size();
}

void add_h264_unit(std::uint8_t header, Verdict& verdict) {
  const int type = header & 31, reference = (header >> 5) & 3;
  const bool slice = type >= 1 && type <= 5;
  if (slice) verdict.add(reference == 0);
}

bool is_expendable_h264(Bytes bytes, Bytes configuration) {
  Verdict verdict;
  const bool has_lengths = configuration.size() > 4 && configuration[0] == 1;  // as in mp4, not start codes
  if (!has_lengths) {
    for (std::size_t unit = after_start_code(bytes, 0); unit < bytes.size(); unit = after_start_code(bytes, unit)) {
      add_h264_unit(bytes[unit], verdict);
    }
    return verdict.holds();
  }
  const std::size_t length_bytes = (configuration[4] & 3u) + 1;
  while (bytes.size() > length_bytes) {
    std::size_t length = 0;
    for (std::size_t i = 0; i < length_bytes; ++i) length = length << 8 | bytes[i];
    bytes = bytes.subspan(length_bytes);
    if (length == 0 || length > bytes.size()) return false;
    add_h264_unit(bytes[0], verdict);
    bytes = bytes.subspan(length);
  }
  return bytes.empty() && verdict.holds();
}

bool is_expendable_mpeg4(Bytes bytes) {
  constexpr std::uint8_t picture = 0xB6, b_picture = 2;
  Verdict verdict;
  for (std::size_t at = after_start_code(bytes, 0); at + 1 < bytes.size(); at = after_start_code(bytes, at)) {
    if (bytes[at] == picture) verdict.add(bytes[at + 1] >> 6 == b_picture);
  }
  return verdict.holds();
}

bool is_expendable_mpeg2(Bytes bytes) {
  constexpr std::uint8_t picture = 0, b_picture = 3;
  Verdict verdict;
  for (std::size_t at = after_start_code(bytes, 0); at + 2 < bytes.size(); at = after_start_code(bytes, at)) {
    if (bytes[at] == picture) verdict.add((bytes[at + 2] >> 3 & 7) == b_picture);  // after ten bits of its number
  }
  return verdict.holds();
}

}  // namespace

bool is_expendable(const AVPacket& packet, const AVCodecParameters& parameters) {
  const Bytes bytes(packet.data, static_cast<std::size_t>(packet.size));
  switch (parameters.codec_id) {
    case AV_CODEC_ID_H264:
      return is_expendable_h264(bytes, {parameters.extradata, static_cast<std::size_t>(parameters.extradata_size)});
    case AV_CODEC_ID_MPEG4:
      return is_expendable_mpeg4(bytes);
    case AV_CODEC_ID_MPEG1VIDEO:
    case AV_CODEC_ID_MPEG2VIDEO:
      return is_expendable_mpeg2(bytes);
    default:
      return false;
  }
}

}  // namespace pgt::video
