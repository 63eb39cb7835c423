// The host's own video reading, measured on its own. Prints `SECONDS CPU_SECONDS BYTES`: of the work alone, after the
// program has started; the last is how much resident memory grew at most.
//
//   bench-video decode FILE THREADS            every picture, decoded and looked at no further
//   bench-video rgb FILE THREADS               every picture's centre square, as RGB
//   bench-video clips FILE KIND WORKERS FRAME… a clip of 32 frames, every second one, from each of these frames on,
//                                              short side 256, the middle 224 x 224; KIND is bytes or floats; the file
//                                              is opened for each clip, as in training, where each is of another file
//   bench-video kept FILE KIND WORKERS FRAME…  the same with the file kept open
//   bench-video late FILE                      8 frames at minute 55, with an index kept by an earlier run
//   bench-video views FILE HOW                 10 views of 3 crops, 32 frames each, every second one; HOW is together,
//                                              as an evaluation reads them, or apart, each by itself
//   bench-video stream FILE THREADS            every frame in steps of 8, as training streams a video; short side 256,
//                                              the middle 224 x 224
//   bench-video walk FILE                      40 steps of 8 frames, every eighth, from the beginning
//   bench-video colours FILE HOW               every picture (8-bit 4:2:0), decoded, copied and turned into RGB of its
//                                              own size; HOW is own, or swscale: a column narrower, which is left to it
//
// One prints pictures instead: a line `FRAMES WIDTH HEIGHT` of the file, then the RGB of each.
//
//   bench-video frames FILE [FRAME…]           these frames, in this order, by one reader; without any, all of them

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <new>
#include <numeric>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "run/memory.hpp"
#include "video/fragment_stream.hpp"
#include "video/index_cache.hpp"
#include "video/normalise.hpp"
#include "video/reader.hpp"
#include "video/scaler.hpp"

namespace {

using namespace pgt::video;

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

using Index = std::shared_ptr<const VideoIndex>;

std::vector<std::int64_t> frames_from(const VideoIndex& index, std::int64_t first, std::int64_t count,
                                      std::int64_t step) {
  std::vector<std::int64_t> frames;
  for (std::int64_t i = 0; i < count; ++i) frames.push_back(std::min(first + i * step, index.frames() - 1));
  return frames;
}

Transform middle(const VideoIndex& index, int short_side, int size) {
  const int least = std::min(index.width, index.height);
  const int width = index.width * short_side / least, height = index.height * short_side / least;
  return {width, height, (width - size) / 2, (height - size) / 2, size, size, false};
}

void decode(const Index& index, int threads) {
  Reader reader(index, threads);
  for (std::int64_t i = 0; i < index->frames(); ++i) reader.read({&i, 1}, std::span<const Reader::Cut>());
}

void convert(const Index& index, int threads) {
  Reader reader(index, threads);
  const int side = std::min(index->width, index->height);
  const Transform transform = middle(*index, side, side);
  std::vector<std::uint8_t> rgb(static_cast<std::size_t>(side * side * 3));
  for (std::int64_t i = 0; i < index->frames(); ++i) reader.read({&i, 1}, transform, rgb.data());
}

void clips(const Index& index, bool floats, bool kept, int workers, const std::vector<std::int64_t>& starts) {
  constexpr std::int64_t length = 32;
  constexpr int size = 224;
  constexpr std::size_t picture = size * size * 3;
  const std::array<double, 3> mean{0.45, 0.45, 0.45}, std{0.225, 0.225, 0.225};
  const Normaliser normaliser(mean, std);
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> threads;
  for (int worker = 0; worker < workers; ++worker) {
    threads.emplace_back([&] {
      std::optional<Reader> reader;
      std::vector<std::uint8_t> rgb(length * picture);
      std::vector<float> values(floats ? rgb.size() : 0);
      for (std::size_t clip = next++; clip < starts.size(); clip = next++) {
        if (!reader || !kept) reader.emplace(index);
        reader->read(frames_from(*index, starts[clip], length, 2), middle(*index, 256, size), rgb.data());
        if (floats) normaliser.apply(rgb, values.data(), length * size * size);
      }
    });
  }
}

void walk(const Index& index, std::int64_t first, std::int64_t steps, std::int64_t stride) {
  Reader reader(index);
  const Transform transform = middle(*index, 256, 224);
  std::vector<std::uint8_t> rgb(8 * 224 * 224 * 3);
  for (std::int64_t step = 0; step < steps; ++step) {
    reader.read(frames_from(*index, first + step * 8 * stride, 8, stride), transform, rgb.data());
  }
}

void stream(const Index& index, int threads) {
  const ClipRequest all{index, sample_clip(*index, {}, {}), middle(*index, 256, 224)};
  FragmentStream steps(std::make_shared<Loader>(threads, std::size_t{64'000'000}), {all}, [](std::int64_t step) {
    std::vector<std::int64_t> positions(8);
    std::iota(positions.begin(), positions.end(), step * 8);
    return positions;
  });
  while (!steps.next().rows.empty()) continue;
}

void views(const Index& index, bool together) {
  constexpr int all_views = 10, crops = 3, size = 224;
  const auto loader = std::make_shared<Loader>(1, std::size_t{256'000'000}, together);
  const auto once = [](std::int64_t fragment) {
    std::vector<std::int64_t> positions(fragment == 0 ? 32 : 0);
    std::iota(positions.begin(), positions.end(), 0);
    return positions;
  };
  for (int view = 0; view < all_views; ++view) {
    ClipPlace place;
    place.frames = 32;
    place.stride = 2;
    place.view = view;
    place.views = all_views;
    std::vector<ClipRequest> rows;
    for (int crop = 0; crop < crops; ++crop) {
      rows.push_back(
          {index, sample_clip(*index, place, {}), fixed_transform(index->width, index->height, size, crop, crops)});
      if (together && crop + 1 < crops) continue;
      FragmentStream(loader, std::exchange(rows, {}), once).next();
    }
  }
}

void colours(const Index& index, bool by_swscale) {
  const FramePtr frame = new_frame();
  frame->format = AV_PIX_FMT_YUV420P;
  frame->width = index->width;
  frame->height = index->height;
  if (av_frame_get_buffer(frame.get(), 0) < 0) throw std::bad_alloc();
  std::vector<std::uint8_t> rgb(static_cast<std::size_t>(index->width * index->height * 3));
  Reader reader(index);
  Scaler scaler;
  for (std::int64_t i = 0; i < index->frames(); ++i) {
    const StoredPicture picture = reader.read_stored(i);
    std::array<std::uint8_t*, 4> planes{};
    std::array<int, 4> lines{};
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(picture.planes.data());
    const int size =
        av_image_fill_arrays(planes.data(), lines.data(), bytes, AV_PIX_FMT_YUV420P, index->width, index->height, 1);
    if (size != static_cast<int>(picture.planes.size())) throw std::runtime_error("its pictures are not 8-bit 4:2:0");
    const std::array<const std::uint8_t*, 4> from{planes[0], planes[1], planes[2], nullptr};
    frame->width = index->width;
    av_image_copy(frame->data, frame->linesize, const_cast<const std::uint8_t**>(from.data()), lines.data(),
                  AV_PIX_FMT_YUV420P, index->width, index->height);
    frame->width = by_swscale ? index->width - 1 : index->width;
    scaler.convert(*frame, {frame->width, frame->height, 0, 0, frame->width, frame->height, false}, 0, rgb.data());
  }
}

void write_frames(const Index& index, std::vector<std::int64_t> frames) {
  if (frames.empty()) frames = frames_from(*index, 0, index->frames(), 1);
  std::printf("%lld %d %d\n", static_cast<long long>(index->frames()), index->width, index->height);
  const Transform whole{index->width, index->height, 0, 0, index->width, index->height, false};
  std::vector<std::uint8_t> rgb(static_cast<std::size_t>(index->width) * static_cast<std::size_t>(index->height) * 3);
  Reader reader(index);
  for (const std::int64_t frame : frames) {
    reader.read({&frame, 1}, whole, rgb.data());
    std::fwrite(rgb.data(), 1, rgb.size(), stdout);
  }
}

std::vector<std::int64_t> frames_named(int argc, char** argv, int from) {
  std::vector<std::int64_t> frames;
  for (int i = from; i < argc; ++i) frames.push_back(std::stoll(argv[i]));
  return frames;
}

int run(int argc, char** argv) {
  const std::string mode = argc > 2 ? argv[1] : "", file = argc > 2 ? argv[2] : "";
  const auto argument = [&](int i) { return argc > i ? std::string(argv[i]) : std::string("1"); };
  IndexCache indexes;
  if (mode == "clips" || mode == "kept" || mode == "views" || mode == "late" || mode == "stream")
    indexes.get(file);  // as every run but the first finds it

  const auto started = std::chrono::steady_clock::now();
  const double cpu = cpu_seconds();
  const std::int64_t memory = pgt::run::resident_bytes();
  IndexCache cache;
  const Index index = cache.get(file);
  if (mode == "frames") {
    write_frames(index, frames_named(argc, argv, 3));
    return 0;
  }
  if (mode == "decode") {
    decode(index, std::stoi(argument(3)));
  } else if (mode == "rgb") {
    convert(index, std::stoi(argument(3)));
  } else if (mode == "clips" || mode == "kept") {
    clips(index, argument(3) == "floats", mode == "kept", std::stoi(argument(4)), frames_named(argc, argv, 5));
  } else if (mode == "views") {
    views(index, argument(3) == "together");
  } else if (mode == "stream") {
    stream(index, std::stoi(argument(3)));
  } else if (mode == "colours") {
    colours(index, argument(3) == "swscale");
  } else if (mode == "late") {
    walk(index, index->frame_at(55 * 60), 1, 1);
  } else if (mode == "walk") {
    walk(index, 0, 40, 8);
  } else {
    std::fprintf(stderr, "usage: bench-video decode|rgb|clips|kept|views|stream|late|walk|colours|frames FILE …\n");
    return 2;
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - started;
  std::printf("%.6f %.6f %lld\n", wall.count(), cpu_seconds() - cpu,
              static_cast<long long>(pgt::run::peak_resident_bytes() - memory));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench-video: %s\n", error.what());
    return 1;
  }
}
