#include "video/make_video.hpp"

extern "C" {
#include <libavutil/md5.h>
#include <libavutil/opt.h>
}

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <vector>

#include "video/ffmpeg.hpp"

namespace pgt::video {
namespace {

constexpr int cell = 8;     // a bit is a square of that many pixels
constexpr int columns = 8;  // bits side by side
constexpr int bits = 16;

void check(int code, const char* what) {
  if (code < 0) throw std::runtime_error(with_cause(what, code));
}

struct CloseOutput {
  void operator()(AVFormatContext* p) const {
    avio_closep(&p->pb);
    avformat_free_context(p);
  }
};
using OutputPtr = std::unique_ptr<AVFormatContext, CloseOutput>;

/// Sets a pixel of a plane to what it is in eight bits.
void set(AVFrame& frame, int plane, int x, int y, int value) {
  const AVComponentDescriptor& component = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format))->comp[plane];
  std::uint8_t* line = frame.data[plane] + y * frame.linesize[plane];
  if (component.depth == 8) {
    line[x] = static_cast<std::uint8_t>(value);
  } else {
    const auto deep = static_cast<std::uint16_t>(value << (component.depth - 8));
    std::memcpy(line + 2 * x, &deep, 2);
  }
}

void paint(AVFrame& frame, int number) {
  for (int y = 0; y < frame.height; ++y) {
    for (int x = 0; x < frame.width; ++x) set(frame, 0, x, y, 64 + (x + 2 * y + 3 * number) % 128);
  }
  for (int bit = 0; bit < bits; ++bit) {
    const int left = bit % columns * cell, top = bit / columns * cell;
    for (int y = top; y < std::min(top + cell, frame.height); ++y) {
      for (int x = left; x < std::min(left + cell, frame.width); ++x) set(frame, 0, x, y, number >> bit & 1 ? 220 : 30);
    }
  }
  const auto format = static_cast<AVPixelFormat>(frame.format);
  int across = 0, down = 0;
  av_pix_fmt_get_chroma_sub_sample(format, &across, &down);
  for (int plane = 1; plane < av_pix_fmt_count_planes(format); ++plane) {
    for (int y = 0; y < AV_CEIL_RSHIFT(frame.height, down); ++y) {
      for (int x = 0; x < AV_CEIL_RSHIFT(frame.width, across); ++x) {
        set(frame, plane, x, y, 100 + 30 * plane + number % 8);
      }
    }
  }
}

void set_rotation(AVStream& stream, int clockwise) {
  std::array<std::int32_t, 9> matrix{};
  av_display_rotation_set(matrix.data(), clockwise);
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
  AVPacketSideData* data =
      av_packet_side_data_new(&stream.codecpar->coded_side_data, &stream.codecpar->nb_coded_side_data,
                              AV_PKT_DATA_DISPLAYMATRIX, sizeof matrix, 0);
  std::memcpy(data->data, matrix.data(), sizeof matrix);
#else
  std::memcpy(av_stream_new_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, sizeof matrix), matrix.data(), sizeof matrix);
#endif
}

void write_packets(AVCodecContext& codec, AVFormatContext& output, AVRational tick) {
  const PacketPtr packet = new_packet();
  while (avcodec_receive_packet(&codec, packet.get()) >= 0) {
    packet->duration = std::max<std::int64_t>(packet->duration, 1);
    av_packet_rescale_ts(packet.get(), tick, output.streams[0]->time_base);
    check(av_interleaved_write_frame(&output, packet.get()), "write");
  }
}

/// The size of an element of Matroska; `at` moves behind it.
std::uint64_t size_at(const std::string& bytes, std::size_t& at) {
  const auto next = [&] { return static_cast<unsigned char>(bytes.at(at++)); };
  const unsigned char first = next();
  const int more = std::countl_zero(first);
  std::uint64_t size = first & (0x7F >> more);
  for (int i = 0; i < more; ++i) size = size << 8 | next();
  return size;
}

std::string big_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> 8 * i);
  return text;
}

std::string element(const std::string& id, const std::string& content) {
  return id + '\1' + big_endian(content.size(), 7) + content;
}

}  // namespace

void make_video(const std::filesystem::path& file, const Recipe& recipe) {
  quiet_ffmpeg();
  const AVCodec* encoder = avcodec_find_encoder_by_name(recipe.codec.c_str());
  if (encoder == nullptr) throw std::runtime_error("no encoder " + recipe.codec);
  AVFormatContext* raw = nullptr;
  check(avformat_alloc_output_context2(&raw, nullptr, nullptr, file.c_str()), "container");
  const OutputPtr output(raw);

  const AVRational tick{recipe.rate_den, recipe.rate_num};
  const CodecPtr codec(avcodec_alloc_context3(encoder));
  codec->width = recipe.width;
  codec->height = recipe.height;
  codec->pix_fmt = recipe.format.empty() ? AV_PIX_FMT_YUV420P : av_get_pix_fmt(recipe.format.c_str());
  codec->time_base = tick;
  codec->framerate = av_inv_q(tick);
  codec->gop_size = recipe.gop;
  codec->max_b_frames = recipe.b_frames;
  codec->thread_count = 1;
  codec->bit_rate = 2'000'000;
  if (output->oformat->flags & AVFMT_GLOBALHEADER) codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  AVDictionary* options = nullptr;
  av_dict_parse_string(&options, recipe.options.c_str(), "=", ":", 0);
  const int opened = avcodec_open2(codec.get(), encoder, &options);
  av_dict_free(&options);
  check(opened, "encoder");

  AVStream* stream = avformat_new_stream(output.get(), nullptr);
  stream->time_base = tick;
  stream->avg_frame_rate = codec->framerate;
  check(avcodec_parameters_from_context(stream->codecpar, codec.get()), "parameters");
  if (recipe.rotation != 0) set_rotation(*stream, recipe.rotation);
  stream->sample_aspect_ratio = codec->sample_aspect_ratio;
  check(avio_open(&output->pb, file.c_str(), AVIO_FLAG_WRITE), "open");
  av_dict_parse_string(&options, recipe.container.c_str(), "=", ":", 0);
  const int headed = avformat_write_header(output.get(), &options);
  av_dict_free(&options);
  check(headed, "header");

  const FramePtr frame = new_frame();
  frame->width = recipe.width;
  frame->height = recipe.height;
  frame->format = codec->pix_fmt;
  check(av_frame_get_buffer(frame.get(), 0), "frame");
  for (int i = 0; i < recipe.frames; ++i) {
    check(av_frame_make_writable(frame.get()), "frame");
    paint(*frame, recipe.first_number + i);
    frame->pts = recipe.time ? recipe.time(i) : i;
    check(avcodec_send_frame(codec.get(), frame.get()), "encode");
    write_packets(*codec, *output, tick);
  }
  check(avcodec_send_frame(codec.get(), nullptr), "encode");
  write_packets(*codec, *output, tick);
  check(av_write_trailer(output.get()), "trailer");
}

void make_long_picture(const std::filesystem::path& file, std::int64_t milliseconds) {
  const std::string of_cluster = "\x1F\x43\xB6\x75", of_time = "\xE7", of_group = "\xA0", of_block = "\xA1",
                    of_duration = "\x9B";
  constexpr char of_simple_block = '\xA3';
  make_video(file, {.frames = 1, .container = "live=1"});
  std::ifstream in(file, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(in), {}};
  const std::size_t cluster = bytes.find(of_cluster);
  std::size_t at = cluster + of_cluster.size();
  size_at(bytes, at);
  std::uint64_t size = 0;
  for (char id = 0; id != of_simple_block; at += id == of_simple_block ? 0 : size) {
    id = bytes.at(at++);
    size = size_at(bytes, at);
  }
  const std::string group = element(of_block, bytes.substr(at, size)) +
                            element(of_duration, big_endian(static_cast<std::uint64_t>(milliseconds), 8));
  std::ofstream(file, std::ios::binary) << bytes.substr(0, cluster)
                                        << element(of_cluster,
                                                   element(of_time, big_endian(0, 1)) + element(of_group, group));
}

void combine(const std::vector<std::filesystem::path>& files, const std::filesystem::path& into, bool cover) {
  AVFormatContext* raw = nullptr;
  check(avformat_alloc_output_context2(&raw, nullptr, nullptr, into.c_str()), "container");
  const OutputPtr output(raw);
  std::vector<FormatPtr> inputs;
  for (const std::filesystem::path& file : files) {
    AVFormatContext* input = nullptr;
    check(avformat_open_input(&input, file.c_str(), nullptr, nullptr), "open");
    inputs.emplace_back(input);
    check(avformat_find_stream_info(input, nullptr), "probe");
    AVStream* stream = avformat_new_stream(output.get(), nullptr);
    check(avcodec_parameters_copy(stream->codecpar, input->streams[0]->codecpar), "parameters");
    stream->codecpar->codec_tag = 0;
    stream->time_base = input->streams[0]->time_base;
  }
  if (cover) output->streams[0]->disposition = AV_DISPOSITION_ATTACHED_PIC;
  check(avio_open(&output->pb, into.c_str(), AVIO_FLAG_WRITE), "open");
  check(avformat_write_header(output.get(), nullptr), "header");
  const PacketPtr packet = new_packet();
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const int number = static_cast<int>(i);
    while (av_read_frame(inputs[i].get(), packet.get()) >= 0) {
      packet->stream_index = number;
      av_packet_rescale_ts(packet.get(), inputs[i]->streams[0]->time_base, output->streams[number]->time_base);
      check(av_interleaved_write_frame(output.get(), packet.get()), "write");
    }
  }
  check(av_write_trailer(output.get()), "trailer");
}

void make_sound(const std::filesystem::path& file) {
  constexpr std::uint32_t rate = 8000;
  std::ofstream out(file, std::ios::binary);
  const auto number = [&](std::uint32_t value, int bytes) {
    for (int i = 0; i < bytes; ++i) out.put(static_cast<char>(value >> 8 * i));
  };
  out << "RIFF";
  number(36 + rate, 4);
  out << "WAVEfmt ";
  number(16, 4), number(1, 2), number(1, 2), number(rate, 4), number(rate, 4), number(1, 2), number(8, 2);
  out << "data";
  number(rate, 4);
  out << std::string(rate, '\x80');
}

int spelled_number(const std::uint8_t* luma, std::ptrdiff_t line, std::ptrdiff_t pixel) {
  int number = 0;
  for (int bit = 0; bit < bits; ++bit) {
    const int x = bit % columns * cell + cell / 2;
    const int y = bit / columns * cell + cell / 2;
    if (luma[y * line + x * pixel] > 125) number |= 1 << bit;
  }
  return number;
}

std::string md5(const std::string& bytes) {
  std::array<std::uint8_t, 16> sum{};
  av_md5_sum(sum.data(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  std::string text;
  for (const std::uint8_t byte : sum) {
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text;
}

ScratchFolder::ScratchFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "pgt-video-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch folder");
  path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace pgt::video
