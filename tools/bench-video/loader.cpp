// What the loader holds in memory. Each mode prints two figures of resident memory in bytes, early and late, which are
// to be alike.
//
//   bench-loader stream FILE          all of a file in steps of 8 frames: after 100 steps, and at most
//   bench-loader opens COUNT FILE…    the files, some of which cannot be read, opened in turn and a frame of each
//                                     decoded, COUNT times in all: after a tenth of it, and at the end
//   bench-loader wait FILE SECONDS    8 frames, then nothing: after a second, and after SECONDS

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "run/memory.hpp"
#include "video/fragment_stream.hpp"
#include "video/reader.hpp"

namespace {

using namespace pgt::video;
using pgt::run::resident_bytes;

constexpr std::int64_t step_frames = 8;
constexpr std::size_t budget = 64'000'000;

struct Memory {
  std::int64_t early = 0, late = 0;
};

std::unique_ptr<FragmentStream> open_stream(const std::string& file) {
  const auto index = index_video(file);
  const Transform all{index->width, index->height, 0, 0, index->width, index->height, false};
  const ClipRequest whole{index, sample_clip(*index, {}, {}), all};
  return std::make_unique<FragmentStream>(std::make_shared<Loader>(1, budget), std::vector{whole},
                                          [](std::int64_t step) {
                                            std::vector<std::int64_t> positions(step_frames);
                                            std::iota(positions.begin(), positions.end(), step * step_frames);
                                            return positions;
                                          });
}

Memory stream(const std::string& file) {
  constexpr std::int64_t settled = 100;
  const auto frames = open_stream(file);
  Memory memory;
  for (std::int64_t step = 1; !frames->next().rows.empty(); ++step) {
    const std::int64_t now = resident_bytes();
    if (step == settled) memory.early = now;
    if (step > settled) memory.late = std::max(memory.late, now);
  }
  return memory;
}

Memory opens(std::int64_t count, const std::vector<std::string>& files) {
  Memory memory;
  for (std::int64_t i = 0; i < count; ++i) {
    try {
      Reader(index_video(files[static_cast<std::size_t>(i) % files.size()])).read_stored(0);
    } catch (const VideoError&) {
      // Those that cannot be read are a part of it.
    }
    if (i == count / 10) memory.early = resident_bytes();
  }
  memory.late = resident_bytes();
  return memory;
}

Memory wait(const std::string& file, std::chrono::seconds time) {
  const auto frames = open_stream(file);
  frames->next();
  Memory memory;
  std::this_thread::sleep_for(std::chrono::seconds(1));
  memory.early = resident_bytes();
  std::this_thread::sleep_for(time);
  memory.late = resident_bytes();
  return memory;
}

int run(const std::vector<std::string>& words) {
  const std::string mode = words.empty() ? "" : words[0];
  Memory memory;
  if (mode == "stream" && words.size() == 2) {
    memory = stream(words[1]);
  } else if (mode == "opens" && words.size() > 2) {
    memory = opens(std::stoll(words[1]), {words.begin() + 2, words.end()});
  } else if (mode == "wait" && words.size() == 3) {
    memory = wait(words[1], std::chrono::seconds(std::stoi(words[2])));
  } else {
    std::fprintf(stderr, "usage: bench-loader stream FILE | opens COUNT FILE... | wait FILE SECONDS\n");
    return 2;
  }
  std::printf("%lld %lld\n", static_cast<long long>(memory.early), static_cast<long long>(memory.late));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench-loader: %s\n", error.what());
    return 1;
  }
}
