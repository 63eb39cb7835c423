/// What evaluation cuts out of a picture, as eval.crops says. Of files and of live streams.
#pragma once

#include "config/run_options.hpp"
#include "video/transform.hpp"

namespace pgt::video {

/// Crop `index` of `crops`, or the whole picture where `crops` is EvalOptions::whole_picture.
inline Transform evaluation_transform(int width, int height, int size, std::int64_t index, std::int64_t crops) {
  if (crops == config::EvalOptions::whole_picture) return whole_transform(width, height, size);
  return fixed_transform(width, height, size, static_cast<int>(index), static_cast<int>(crops));
}

}  // namespace pgt::video
