#include "run/event_file.hpp"

#include <unistd.h>

#include <bit>
#include <chrono>
#include <cmath>

#include "base/checksum.hpp"

namespace pgt::run {
namespace {

template <typename Unsigned>
std::string little_endian(Unsigned value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof value; ++i) bytes += static_cast<char>((value >> (8 * i)) & 0xFF);
  return bytes;
}

/// CRCs of data that holds CRCs are weak, so TFRecord turns and shifts them.
std::string masked_crc(std::string_view bytes) {
  Checksum checksum;
  checksum.add(bytes);
  return little_endian<std::uint32_t>(std::rotr(checksum.value(), 15) + 0xA282EAD8U);
}

// Protobuf's wire format: a field is (number << 3 | kind), then its value.
enum Kind : std::uint32_t { varint_kind = 0, fixed64_kind = 1, bytes_kind = 2, fixed32_kind = 5 };

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>((value & 0x7F) | 0x80);
  return bytes + static_cast<char>(value);
}

std::string tag(std::uint32_t field, Kind kind) { return varint(field << 3 | kind); }

std::string bytes_field(std::uint32_t field, std::string_view bytes) {
  return tag(field, bytes_kind) + varint(bytes.size()) + std::string(bytes);
}

// Of tensorflow/core/util/event.proto and framework/summary.proto.
constexpr std::uint32_t event_wall_time = 1, event_step = 2, event_file_version = 3, event_summary = 5,
                        event_session_log = 7;
constexpr std::uint32_t session_status = 1, session_start = 1;
constexpr std::uint32_t summary_value = 1, value_tag = 1, value_simple = 2;

std::string event(std::int64_t step, const std::string& content) {
  const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  return tag(event_wall_time, fixed64_kind) + little_endian(std::bit_cast<std::uint64_t>(now)) +
         tag(event_step, varint_kind) + varint(static_cast<std::uint64_t>(step)) + content;
}

std::filesystem::path file_name() {
  char host[256] = {};
  if (::gethostname(host, sizeof host - 1) != 0) host[0] = '-';
  const auto seconds =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  return "events.out.tfevents." + std::to_string(seconds.count()) + "." + host + "." + std::to_string(::getpid());
}

}  // namespace

std::string tf_record(std::string_view bytes) {
  const std::string length = little_endian<std::uint64_t>(bytes.size());
  return length + masked_crc(length) + std::string(bytes) + masked_crc(bytes);
}

EventFile::EventFile(const std::filesystem::path& folder) : file_(std::make_unique<RecordFile>(folder / file_name())) {
  file_->append(tf_record(event(0, bytes_field(event_file_version, "brain.Event:2"))));
}

void EventFile::start_at(std::int64_t step) {
  const std::string start = tag(session_status, varint_kind) + varint(session_start);
  file_->append(tf_record(event(step, bytes_field(event_session_log, start))));
}

void EventFile::add(std::int64_t step, const Scalars& scalars) {
  std::string summary;
  for (const auto& [name, number] : scalars) {
    if (!std::isfinite(number)) continue;
    const std::string value = bytes_field(value_tag, name) + tag(value_simple, fixed32_kind) +
                              little_endian(std::bit_cast<std::uint32_t>(static_cast<float>(number)));
    summary += bytes_field(summary_value, value);
  }
  if (!summary.empty()) file_->append(tf_record(event(step, bytes_field(event_summary, summary))));
}

}  // namespace pgt::run
