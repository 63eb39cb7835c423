// libFuzzer: whatever the bytes of a video, its index and its pictures can be read, or are refused with a reason.

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "video/index_bytes.hpp"
#include "video/reader.hpp"

namespace {

using namespace pgt::video;

constexpr std::int64_t most_frames = 24;
constexpr int most_pixels = 1 << 20;  // larger pictures take too long for a fuzzer

void read_some(const std::shared_ptr<const VideoIndex>& index) {
  std::vector<std::int64_t> frames;
  for (std::int64_t i = 0; i < std::min(index->frames(), most_frames); i += 1 + i % 3) frames.push_back(i);
  Reader reader(index);
  const Transform transform{24, 16, 3, 1, 12, 12, true};
  std::vector<std::uint8_t> rgb(frames.size() * 12 * 12 * 3);
  try {
    reader.read(frames, transform, rgb.data());
  } catch (const VideoError& error) {
    if (error.reason().empty()) std::abort();
  }
  reader.read_stored(index->frames() - 1);
  reader.read_stored(0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  static const int file = memfd_create("video", 0);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  if (ftruncate(file, 0) != 0 || pwrite(file, data, size, 0) != static_cast<ssize_t>(size)) std::abort();
  try {
    const auto index = index_video(path);
    const auto kept = from_bytes(to_bytes(*index, path), path, path);
    if (!kept || kept->pts != index->pts) std::abort();
    if (static_cast<std::int64_t>(index->width) * index->height <= most_pixels) read_some(kept);
  } catch (const VideoError& error) {
    if (error.reason().empty()) std::abort();
  }
  return 0;
}
