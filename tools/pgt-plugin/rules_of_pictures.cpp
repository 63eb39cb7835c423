// What a dataset keeps that makes its own pictures.

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "lines.hpp"
#include "rules_of_datasets.hpp"

namespace pgt::check {
namespace {

using Picture = std::vector<std::uint8_t>;

const sdk::FrameSource& source_of(const DatasetTrial& trial) {
  if (trial.frame_source() == nullptr) throw CannotBeTried{"its videos are files"};
  return *trial.frame_source();
}

Seen frames_have_shapes(const DatasetTrial& trial) {
  const sdk::FrameSource& source = source_of(trial);
  for (const Placed& placed : trial.samples()) {
    const sdk::MadeFrames made = source.frames(placed.split, placed.index);
    const bool fits = made.count > 0 && made.width > 0 && made.height > 0 && std::isfinite(made.fps) && made.fps > 0;
    if (fits) continue;
    return broken(text_of(placed) + " has " + std::to_string(made.count) + " frames of " + std::to_string(made.width) +
                  " × " + std::to_string(made.height) + " pixels, " + text_of(made.fps) + " a second");
  }
  return holds();
}

/// These frames, in this order, by a reader of their own.
std::vector<Picture> pictures_of(const DatasetTrial& trial, const Placed& placed,
                                 const std::vector<std::int64_t>& frames) {
  const sdk::FrameSource& source = source_of(trial);
  const sdk::MadeFrames made = source.frames(placed.split, placed.index);
  const auto reader = source.open(placed.split, placed.index);
  std::vector<Picture> pictures;
  for (const std::int64_t frame : frames) {
    Picture& picture =
        pictures.emplace_back(static_cast<std::size_t>(made.width) * static_cast<std::size_t>(made.height) * 3);
    reader->read(frame, picture);
  }
  return pictures;
}

/// Some samples: pictures may take long to make.
Seen pictures_are_the_same(const DatasetTrial& trial) {
  constexpr std::size_t most_samples = 5;
  const sdk::FrameSource& source = source_of(trial);
  for (std::size_t i = 0; i < std::min(most_samples, trial.samples().size()); ++i) {
    const Placed& placed = trial.samples()[i];
    const std::int64_t last = source.frames(placed.split, placed.index).count - 1;
    const std::vector<std::int64_t> ascending{0, last / 2, last}, descending{last, last / 2, 0};
    std::vector<Picture> backwards = pictures_of(trial, placed, descending);
    std::ranges::reverse(backwards);
    const std::vector<Picture> forwards = pictures_of(trial, placed, ascending);
    for (std::size_t frame = 0; frame < forwards.size(); ++frame) {
      if (forwards[frame] == backwards[frame]) continue;
      return broken("frame " + std::to_string(ascending[frame]) + " of " + text_of(placed) +
                    " is another picture for a reader that comes from behind");
    }
  }
  return holds();
}

constexpr DatasetRule picture_rules[] = {
    {{"dataset.made-frames", "a sample that is made has frames, of a size and rate over 0",
      "frame_source.hpp: MadeFrames", "leave out samples without frames, with a warning"},
     frames_have_shapes},
    {{"dataset.made-pictures", "a picture depends on the sample and the frame alone", "frame_source.hpp: FrameReader",
      "draw from the sample's index and the frame's number; go on from the last frame only where they ascend"},
     pictures_are_the_same},
};

}  // namespace

std::span<const DatasetRule> rules_of_pictures() { return picture_rules; }

}  // namespace pgt::check
