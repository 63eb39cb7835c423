#include "video/index_bytes.hpp"

extern "C" {
#include <libavutil/crc.h>
}

#include <bit>
#include <cstring>
#include <limits>

#include "video/stream_details.hpp"

namespace pgt::video {
namespace {

constexpr std::string_view magic = "PGTINDEX";
constexpr std::int64_t version = 4;
constexpr std::size_t checksum_bytes = 4;

std::uint32_t checksum(std::string_view bytes) {
  return av_crc(av_crc_get_table(AV_CRC_32_IEEE), 0, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
}

/// Puts values one after the other. `Index` and `Parameters` below use it and the reader alike.
class Writer {
 public:
  explicit Writer(std::string& bytes) : bytes_(bytes) {}

  template <class Number>
  void number(const Number& value) {
    const auto wide = static_cast<std::int64_t>(value);
    auto rest = static_cast<std::uint64_t>(wide) << 1 ^ static_cast<std::uint64_t>(wide >> 63);
    for (; rest >= 0x80; rest >>= 7) bytes_.push_back(static_cast<char>(rest | 0x80));
    bytes_.push_back(static_cast<char>(rest));
  }
  template <class Enumeration>
  void code(const Enumeration& value) {
    number(number_in(value));
  }
  void real(const double& value) { number(std::bit_cast<std::int64_t>(value)); }
  template <class Values>
  void ascending(const Values& values) {
    number(values.size());
    std::uint64_t last = 0, step = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::uint64_t present = static_cast<std::uint64_t>(values[i]) - last;
      number(static_cast<std::int64_t>(present - step));
      last += present;
      step = present;
    }
  }
  void text(std::string_view value) {
    number(value.size());
    bytes_ += value;
  }

 private:
  std::string& bytes_;
};

/// Thrown from within from_bytes.
struct Unreadable {};

class Reading {
 public:
  explicit Reading(std::string_view bytes) : bytes_(bytes) {}

  template <class Number>
  void number(Number& value) {
    std::uint64_t rest = 0;
    for (int shift = 0;; shift += 7) {
      if (bytes_.empty() || shift > 63) throw Unreadable();
      const auto byte = static_cast<std::uint8_t>(bytes_.front());
      bytes_.remove_prefix(1);
      rest |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) break;
    }
    value = static_cast<Number>(static_cast<std::int64_t>(rest >> 1 ^ (0 - (rest & 1))));
  }
  template <class Enumeration>
  void code(Enumeration& value) {
    int bits = 0;
    number(bits);
    std::memcpy(&value, &bits, sizeof bits);
  }
  void real(double& value) {
    std::int64_t bits = 0;
    number(bits);
    value = std::bit_cast<double>(bits);
  }
  template <class Values>
  void ascending(Values& values) {
    std::uint64_t last = 0, step = 0;
    for (std::size_t left = size(); left > 0; --left) {
      std::int64_t change = 0;
      number(change);
      step += static_cast<std::uint64_t>(change);
      last += step;
      values.push_back(static_cast<std::int64_t>(last));
    }
  }
  std::string_view text() {
    const std::size_t length = size();
    const std::string_view found = bytes_.substr(0, length);
    bytes_.remove_prefix(length);
    return found;
  }
  bool empty() const { return bytes_.empty(); }

 private:
  /// A length of something whose items take at least a byte each.
  std::size_t size() {
    std::size_t length = 0;
    number(length);
    if (length > bytes_.size()) throw Unreadable();
    return length;
  }

  std::string_view bytes_;
};

/// The plain fields, in the order of the file.
template <class Stream, class Index>
void transfer_index(Stream& stream, Index& index) {
  stream.number(index.stream);
  stream.number(index.width);
  stream.number(index.height);
  stream.number(index.aspect_num);
  stream.number(index.aspect_den);
  stream.number(index.rotation);
  stream.number(index.time_base_num);
  stream.number(index.time_base_den);
  stream.number(index.keys);
  stream.number(index.end_pts);
  stream.real(index.fps);
  stream.real(index.grace);
  stream.ascending(index.pts);
}

template <class Stream, class Parameters>
void transfer_parameters(Stream& stream, Parameters& parameters) {
  stream.code(parameters.codec_type);
  stream.code(parameters.codec_id);
  stream.number(parameters.codec_tag);
  stream.number(parameters.format);
  stream.number(parameters.bit_rate);
  stream.number(parameters.bits_per_coded_sample);
  stream.number(parameters.bits_per_raw_sample);
  stream.number(parameters.profile);
  stream.number(parameters.level);
  stream.number(parameters.width);
  stream.number(parameters.height);
  stream.number(parameters.sample_aspect_ratio.num);
  stream.number(parameters.sample_aspect_ratio.den);
  stream.code(parameters.field_order);
  stream.code(parameters.color_range);
  stream.code(parameters.color_primaries);
  stream.code(parameters.color_trc);
  stream.code(parameters.color_space);
  stream.code(parameters.chroma_location);
  stream.number(parameters.video_delay);
}

void set_extradata(AVCodecParameters& parameters, std::string_view bytes) {
  if (bytes.empty()) return;
  if (bytes.size() > static_cast<std::size_t>(std::numeric_limits<int>::max()) - AV_INPUT_BUFFER_PADDING_SIZE) {
    throw Unreadable();
  }
  parameters.extradata = static_cast<std::uint8_t*>(av_mallocz(bytes.size() + AV_INPUT_BUFFER_PADDING_SIZE));
  if (parameters.extradata == nullptr) throw std::bad_alloc();
  std::memcpy(parameters.extradata, bytes.data(), bytes.size());
  parameters.extradata_size = static_cast<int>(bytes.size());
}

/// Two columns of numbers of a list of records.
template <class Record>
std::vector<std::int64_t> column(const std::vector<Record>& records, std::int64_t Record::*field) {
  std::vector<std::int64_t> values;
  for (const Record& record : records) values.push_back(record.*field);
  return values;
}

template <class Record>
void read_columns(Reading& reading, std::vector<Record>& records) {
  std::vector<std::int64_t> stamps, frames;
  reading.ascending(stamps);
  reading.ascending(frames);
  if (stamps.size() != frames.size()) throw Unreadable();
  records.resize(stamps.size());
  for (std::size_t i = 0; i < records.size(); ++i) records[i].stamp = stamps[i], records[i].frame = frames[i];
}

std::string versions() {
  return std::to_string(version) + '/' + std::to_string(avformat_version()) + '/' + std::to_string(avcodec_version());
}

std::shared_ptr<VideoIndex> read(std::string_view bytes, std::string_view identity, const std::filesystem::path& file) {
  Reading reading(bytes);
  if (reading.text() != versions() || reading.text() != identity) return nullptr;
  auto index = std::make_shared<VideoIndex>();
  auto details = std::make_shared<StreamDetails>();
  index->file = file;
  transfer_index(reading, *index);
  details->parameters.reset(avcodec_parameters_alloc());
  if (!details->parameters) throw std::bad_alloc();
  transfer_parameters(reading, *details->parameters);
  set_extradata(*details->parameters, reading.text());
  reading.number(details->stamp_kind);
  read_columns(reading, details->keys);
  read_columns(reading, details->stamps);
  if (!reading.empty() || index->pts.empty()) return nullptr;
  index->details = std::move(details);
  return index;
}

}  // namespace

std::string to_bytes(const VideoIndex& index, std::string_view identity) {
  const StreamDetails& details = *index.details;
  std::string bytes(magic);
  Writer writer(bytes);
  writer.text(versions());
  writer.text(identity);
  transfer_index(writer, index);
  transfer_parameters(writer, *details.parameters);
  writer.text({reinterpret_cast<const char*>(details.parameters->extradata),
               static_cast<std::size_t>(details.parameters->extradata_size)});
  writer.number(details.stamp_kind);
  writer.ascending(column(details.keys, &StreamDetails::Key::stamp));
  writer.ascending(column(details.keys, &StreamDetails::Key::frame));
  writer.ascending(column(details.stamps, &StreamDetails::Stamp::stamp));
  writer.ascending(column(details.stamps, &StreamDetails::Stamp::frame));
  const std::uint32_t sum = checksum(bytes);
  bytes.append(reinterpret_cast<const char*>(&sum), checksum_bytes);
  return bytes;
}

std::shared_ptr<VideoIndex> from_bytes(std::string_view bytes, std::string_view identity,
                                       const std::filesystem::path& file) {
  if (bytes.size() < magic.size() + checksum_bytes || !bytes.starts_with(magic)) return nullptr;
  const std::string_view content = bytes.substr(0, bytes.size() - checksum_bytes);
  std::uint32_t sum = 0;
  std::memcpy(&sum, bytes.data() + content.size(), checksum_bytes);
  if (sum != checksum(content)) return nullptr;
  try {
    return read(content.substr(magic.size()), identity, file);
  } catch (const Unreadable&) {
    return nullptr;
  }
}

}  // namespace pgt::video
