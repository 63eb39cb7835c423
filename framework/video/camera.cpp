#include "video/camera.hpp"

#include <dlfcn.h>

#include <string>

namespace pgt::video {

const AVInputFormat* camera_format() {
  // The two libraries of one FFmpeg have the same number. This one stays open: FFmpeg keeps what it registers.
  static const bool there = [] {
    const std::string name = "libavdevice.so." + std::to_string(LIBAVFORMAT_VERSION_MAJOR);
    void* const library = dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
    void* const found = library != nullptr ? dlsym(library, "avdevice_register_all") : nullptr;
    if (found != nullptr) reinterpret_cast<void (*)()>(found)();
    return found != nullptr;
  }();
  return there ? av_find_input_format("v4l2") : nullptr;
}

}  // namespace pgt::video
