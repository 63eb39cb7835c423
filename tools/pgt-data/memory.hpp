/// The sample task "memory": the class of each moment is the kind of the event that was shown last.
///
/// Events are short and far apart, so at most moments the screen says nothing of the class: who sees a fragment alone
/// knows it only from an event in that fragment. Videos come in groups of as many as there are kinds: the events of a
/// group happen at the same times, and at each time every kind happens in one of its videos. So at each moment of a
/// group every class holds once, whatever else is known of it, and who has not seen the event is right in 1/kinds.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "film.hpp"

namespace pgt::synth {

/// What the dataset is. Equal options give equal files.
struct MemoryOptions : Reel {
  MemoryOptions() { frames = 192; }

  std::int64_t videos = 240;  ///< of both splits together
  std::int64_t kinds = 3;     ///< of events
  double val_fraction = 0.2;
  /// Frames of a step of the training that the videos are for. An event shows for five eighths of it and counts from a
  /// quarter of it after it has begun; the next one begins 3 to 8 of it later.
  std::int64_t step_length = 8;
  std::uint64_t seed = 0;

  bool operator==(const MemoryOptions&) const = default;
};

/// Throws Error(usage) naming the option when no such dataset can be made.
void check(const MemoryOptions& options);

/// Video `index` of the dataset.
Film plan_memory_film(const MemoryOptions& options, std::int64_t index);

/// The class of each frame.
std::vector<std::int64_t> memory_labels(const MemoryOptions& options, const Film& film);

/// The largest share of the validation videos' moments, in percent, that can be right for who sees them in fragments of
/// `fragment` frames, one after another from the first frame on, and nothing else.
double memory_ceiling(const MemoryOptions& options, std::int64_t fragment);

}  // namespace pgt::synth
