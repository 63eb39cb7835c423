/// What a dataset keeps that makes its own pictures. Includes no torch header.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <pgt/sdk/testing/rules/dataset_answers.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {
namespace detail {

using Picture = std::vector<std::uint8_t>;

inline const FrameSource& source_of(const DatasetAnswers& answers) {
  const FrameSource* source = extension_of<FrameSource>(answers.dataset());
  if (source == nullptr) throw CannotBeTried{"its videos are files"};
  return *source;
}

inline Seen frames_have_shapes(const DatasetAnswers& answers) {
  const FrameSource& source = source_of(answers);
  for (const Placed& placed : answers.samples()) {
    const MadeFrames made = source.frames(placed.split, placed.index);
    const bool fits = made.count > 0 && made.width > 0 && made.height > 0 && std::isfinite(made.fps) && made.fps > 0;
    if (fits) continue;
    return broken(text_of(placed) + " has " + std::to_string(made.count) + " frames of " + std::to_string(made.width) +
                  " × " + std::to_string(made.height) + " pixels, " + text_of(made.fps) + " a second");
  }
  return holds();
}

/// These frames, in this order, by a reader of their own.
inline std::vector<Picture> pictures_of(const DatasetAnswers& answers, const Placed& placed,
                                        const std::vector<std::int64_t>& frames) {
  const FrameSource& source = source_of(answers);
  const MadeFrames made = source.frames(placed.split, placed.index);
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
inline Seen pictures_are_the_same(const DatasetAnswers& answers) {
  constexpr std::size_t most_samples = 5;
  const FrameSource& source = source_of(answers);
  for (std::size_t i = 0; i < std::min(most_samples, answers.samples().size()); ++i) {
    const Placed& placed = answers.samples()[i];
    const std::int64_t last = source.frames(placed.split, placed.index).count - 1;
    const std::vector<std::int64_t> ascending{0, last / 2, last}, descending{last, last / 2, 0};
    std::vector<Picture> backwards = pictures_of(answers, placed, descending);
    std::ranges::reverse(backwards);
    const std::vector<Picture> forwards = pictures_of(answers, placed, ascending);
    for (std::size_t frame = 0; frame < forwards.size(); ++frame) {
      if (forwards[frame] == backwards[frame]) continue;
      return broken("frame " + std::to_string(ascending[frame]) + " of " + text_of(placed) +
                    " is another picture for a reader that comes from behind");
    }
  }
  return holds();
}

}  // namespace detail

/// What a dataset keeps that makes its own pictures.
inline constexpr DatasetRule rules_of_pictures[] = {
    {{"dataset.made-frames", "a sample that is made has frames, of a size and rate over 0",
      "frame_source.hpp: MadeFrames", "leave out samples without frames, with a warning"},
     detail::frames_have_shapes},
    {{"dataset.made-pictures", "a picture depends on the sample and the frame alone", "frame_source.hpp: FrameReader",
      "draw from the sample's index and the frame's number; go on from the last frame only where they ascend"},
     detail::pictures_are_the_same},
};

}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
