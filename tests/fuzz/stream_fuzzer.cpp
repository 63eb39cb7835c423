// libFuzzer: whatever is piped in, the pictures of a live stream can be sampled, or it is refused with a reason.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>

#include "video/live_sampler.hpp"
#include "video/video.hpp"

namespace {

using namespace pgt::video;

constexpr int most_pictures = 24;
constexpr std::int64_t most_frames = 200;

void sample(LivePictures& pictures) {
  std::optional<LivePictures::Picture> picture = pictures.next();
  for (int i = 0; picture && i < most_pictures;) {
    const auto [width, height] = pictures.size(*picture);
    const double rate = av_q2d(pictures.rate());
    LiveSampler sampler(LiveGrid(pictures.base(), pictures.grace(), rate > 0 && rate < 1000 ? 1 / rate : 0.04),
                        {fixed_transform(width, height, 12, 0, 1)}, pictures.rotation());
    std::int64_t frames = 0;
    const auto count = [&](LiveFrame frame) {
      if (frame.number != frames++ || frame.rgb->size() != 12 * 12 * 3) std::abort();
    };
    do {
      sampler.take(*picture, count);
      picture = pictures.next();
    } while (picture && !picture->leaps && ++i < most_pictures && frames < most_frames);
    sampler.end(count);
    if (frames == 0) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const int file = memfd_create("stream", 0);
  if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) std::abort();
  if (lseek(file, 0, SEEK_SET) != 0 || dup2(file, STDIN_FILENO) < 0) std::abort();
  constexpr std::int64_t pixels = 1 << 20;  // larger pictures take too long for a fuzzer
  try {
    LivePictures pictures({LiveAddress::Kind::pipe, "-"}, {}, {.max_pixels = pixels}, std::chrono::seconds(10));
    sample(pictures);
  } catch (const VideoError& error) {
    if (error.reason().empty()) std::abort();
  } catch (const Damage& damage) {
    if (damage.text.empty()) std::abort();
  }
  return 0;
}
