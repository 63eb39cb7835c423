#include "video/stream_shape.hpp"

#include <algorithm>
#include <cmath>

namespace pgt::video {
namespace {

const AVPacketSideData* stream_side_data(const AVStream& stream, AVPacketSideDataType type) {
#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
  return av_packet_side_data_get(stream.codecpar->coded_side_data, stream.codecpar->nb_coded_side_data, type);
#else
  for (int i = 0; i < stream.nb_side_data; ++i) {
    if (stream.side_data[i].type == type) return &stream.side_data[i];
  }
  return nullptr;
#endif
}

}  // namespace

AVRational nominal_rate(const AVStream& stream) {
  const AVRational rate = stream.avg_frame_rate.num > 0 ? stream.avg_frame_rate : stream.r_frame_rate;
  return rate.num > 0 && rate.den > 0 ? rate : AVRational{0, 1};
}

std::int64_t nominal_step(const AVStream& stream) {
  const AVRational rate = nominal_rate(stream);
  if (rate.num == 0) return 1;
  return std::max<std::int64_t>(1, av_rescale_q(1, av_inv_q(rate), stream.time_base));
}

double grace_of(AVRational rate, AVRational tick) {
  constexpr double exact = 1e-9;
  const AVRational ticks = av_div_q(av_inv_q(rate), tick);  // of one frame
  return ticks.den == 1 ? exact : std::min(av_q2d(tick), 0.25 / av_q2d(rate));
}

int rotation_of(const AVStream& stream) {
  const AVPacketSideData* matrix = stream_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX);
  if (matrix == nullptr || matrix->size < 9 * sizeof(std::int32_t)) return 0;
  const double counterclockwise = av_display_rotation_get(reinterpret_cast<const std::int32_t*>(matrix->data));
  if (std::isnan(counterclockwise)) return 0;
  const int quarters = static_cast<int>(std::lround(-counterclockwise / 90));
  return ((quarters % 4) + 4) % 4 * 90;
}

}  // namespace pgt::video
