// make_video_seeds FOLDER: small videos of many kinds for the fuzzer to start from.

#include <cstdio>
#include <exception>
#include <filesystem>
#include <limits>

#include "video/make_video.hpp"

int main(int argc, char** argv) {
  using pgt::video::Recipe;
  if (argc != 2) return 2;
  const std::filesystem::path folder = argv[1];
  const Recipe small{.width = 64, .height = 32, .frames = 8, .gop = 4};
  const auto of = [&](const char* codec) {
    Recipe recipe = small;
    recipe.codec = codec;
    return recipe;
  };
  try {
    for (const char* name : {"h264.mp4", "h264.mkv", "h264.ts", "h264.avi", "h264.flv", "h264.mov"}) {
      pgt::video::make_video(folder / name, small);
    }
    for (const char* name : {"mpeg4.avi", "mpeg4.mp4", "mpeg4.mkv"}) pgt::video::make_video(folder / name, of("mpeg4"));
    for (const char* name : {"mpeg2.ts", "mpeg2.mpg"}) pgt::video::make_video(folder / name, of("mpeg2video"));
    pgt::video::make_long_picture(folder / "years.mkv", 100'000'000'000);
    pgt::video::make_long_picture(folder / "ages.mkv", std::numeric_limits<std::int64_t>::max());
    for (const char* name : {"vp9.webm"}) pgt::video::make_video(folder / name, of("libvpx-vp9"));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_video_seeds: %s\n", error.what());
    return 1;
  }
}
