#include "video/film_writer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>
#include <optional>

#include "video/mp4_file.hpp"
#include "video/packet_source.hpp"

namespace pgt::video {
namespace {

/// Frames at 24, 25, 29.97, 30, 50 and 60 a second fall on its ticks; MPEG-4 allows no finer ones.
constexpr AVRational film_ticks{1, 60'000};

Encoding film_encoding(int width, int height, double fps) {
  Encoding encoding{.width = width, .height = height, .time_base = film_ticks, .rate = av_d2q(fps, 60'000)};
  encoding.threads = 0;
  encoding.colours = AVCOL_SPC_BT709;
  if (avcodec_find_encoder_by_name("libx264") != nullptr) {
    encoding.settings = {{"preset", "veryfast"}, {"crf", "20"}};
  } else {
    encoding.codec = "mpeg4";
    encoding.settings = {{"b", std::to_string(std::llround(0.2 * width * height * fps))}};
  }
  return encoding;
}

/// The sound of a file, as far as it has been asked for.
class Sound {
 public:
  explicit Sound(const VideoIndex& index)
      : source_(index.file, {}, index.limits),
        zero_(av_rescale_q(index.pts.front(),
                           {static_cast<int>(index.time_base_num), static_cast<int>(index.time_base_den)},
                           AV_TIME_BASE_Q)) {
    there_ = source_.turn_to_sound();
  }
  const AVStream* stream() const { return there_ ? &source_.stream() : nullptr; }

  /// Copies what is heard up to `seconds` from the first picture.
  void copy(double seconds, Mp4File& file) {
    while (there_) {
      if (!waiting_ && !(there_ = source_.next(*packet_))) return;
      waiting_ = false;
      const AVRational ticks = source_.stream().time_base;
      const std::int64_t zero = av_rescale_q(zero_, AV_TIME_BASE_Q, ticks);
      const bool timed = packet_->pts != AV_NOPTS_VALUE && packet_->dts != AV_NOPTS_VALUE;
      // What is before the first picture has no place, and what does not ascend none in MP4.
      if (!timed || packet_->pts < zero || packet_->dts <= last_) continue;
      if (static_cast<double>(packet_->pts - zero) * av_q2d(ticks) > seconds) {
        waiting_ = true;
        return;
      }
      last_ = packet_->dts;
      packet_->pts -= zero;
      packet_->dts -= zero;
      file.write_sound(*packet_, ticks);
    }
  }

 private:
  PacketSource source_;
  std::int64_t zero_;  ///< of the first picture, in microseconds
  PacketPtr packet_ = new_packet();
  std::int64_t last_ = std::numeric_limits<std::int64_t>::min();
  bool there_ = false, waiting_ = false;
};

}  // namespace

struct FilmWriter::State {
  State(const std::filesystem::path& path, int width, int height, const VideoIndex& like)
      : sound(like), file(path, film_encoding(width, height, like.fps), sound.stream()) {
    if (sound.stream() != nullptr && !file.has_sound()) {
      silence =
          std::string("MP4 cannot hold its sound, which is ") + avcodec_get_name(sound.stream()->codecpar->codec_id);
    }
    scaler.reset(sws_getContext(width, height, AV_PIX_FMT_RGB24, width, height, AV_PIX_FMT_YUV420P,
                                SWS_BILINEAR | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
    if (!scaler) throw std::bad_alloc();
    const int* const bt709 = sws_getCoefficients(SWS_CS_ITU709);
    sws_setColorspaceDetails(scaler.get(), bt709, 1, bt709, 0, 0, 1 << 16, 1 << 16);
  }

  Sound sound;
  Mp4File file;
  std::string silence{};
  ScalerPtr scaler;
  std::int64_t last = -1;  ///< when the last picture is shown, in ticks
};

FilmWriter::FilmWriter(const std::filesystem::path& file, int width, int height, const VideoIndex& like)
    : state_(std::make_unique<State>(file, width, height, like)) {}

FilmWriter::~FilmWriter() = default;

const std::string& FilmWriter::silence() const { return state_->silence; }

void FilmWriter::write(double seconds, std::span<const std::uint8_t> rgb) {
  if (state_->file.has_sound()) state_->sound.copy(seconds, state_->file);
  AVFrame& picture = state_->file.picture();
  const std::uint8_t* const from[4] = {rgb.data(), nullptr, nullptr, nullptr};
  const int line[4] = {3 * picture.width, 0, 0, 0};
  sws_scale(state_->scaler.get(), from, line, 0, picture.height, picture.data, picture.linesize);
  state_->last = std::max<std::int64_t>(state_->last + 1, std::llround(seconds * film_ticks.den));
  state_->file.write(state_->last);
}

void FilmWriter::finish() {
  if (state_->file.has_sound()) state_->sound.copy(std::numeric_limits<double>::infinity(), state_->file);
  state_->file.finish();
}

}  // namespace pgt::video
