/// A generated video before it is drawn: which events it shows, when and where.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace pgt::synth {

/// What the videos of a dataset have in common.
struct Reel {
  std::int64_t frames = 50;
  std::int64_t fps = 25;
  std::int64_t width = 32;  ///< pixels
  std::int64_t height = 32;

  bool operator==(const Reel&) const = default;
};

struct Event {
  std::int64_t kind = 0;
  std::int64_t begin = 0;   ///< frame
  std::int64_t frames = 0;  ///< how long it shows
  double x = 0;             ///< centre, as a share of the width
  double y = 0;             ///< centre, as a share of the height
  double radius = 0;        ///< as a share of the smaller side
};

struct Film {
  std::uint64_t seed = 0;  ///< of all that is random in the pictures
  std::size_t class_index = 0;
  bool validation = false;
  std::vector<Event> events;   ///< in the order in which they happen
  std::int64_t first_key = 0;  ///< frame of the first key frame after frame 0: so that those tell nothing of time
  std::filesystem::path file;  ///< relative to the dataset's folder
};

/// Frames from one key frame to the next.
inline constexpr std::int64_t key_interval = 8;

class Dice;
/// Draws where in the picture an event is, and how large.
void place_in_picture(const Reel& reel, Dice& dice, Event& event);

}  // namespace pgt::synth
