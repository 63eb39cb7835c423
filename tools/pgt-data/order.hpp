/// The sample task "order": which events happened, in which order.
///
/// A video shows short events of different kinds, far apart in time. Its class is the ordered tuple of their kinds.
/// What happened fits into a step, in which order does not: a model that sees one event at a time cannot beat
/// 1/events!. Nothing else tells the order: the layout in time has the same distribution when the video runs backwards,
/// and all that an event looks like is drawn alike for every one of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "film.hpp"

namespace pgt::synth {

/// What the dataset is. Equal options give equal files.
struct OrderOptions : Reel {
  std::int64_t videos = 1200;  ///< of both splits together
  std::int64_t kinds = 3;      ///< of events
  std::int64_t events = 2;     ///< in a video
  double val_fraction = 0.2;
  /// Frames of a step of the training that the videos are for. Every event is shorter, and keeps at least this distance
  /// from the others and from both ends. So a clip that is at most this much shorter than the video has all events,
  /// wherever it starts.
  std::int64_t step_length = 8;
  /// Steps of `step_length` frames from the end of an event to the begin of the next, exactly. 0: what fits, at
  /// least 1.
  std::int64_t gap = 0;
  std::uint64_t seed = 0;

  bool operator==(const OrderOptions&) const = default;
};

/// Throws Error(usage): an option's value is not what it must be.
[[noreturn]] void reject(const std::string& option, std::int64_t value, const std::string& rule);
/// Throws Error(usage) naming the option when there are no such pictures, kinds of events or steps.
void check_pictures(const Reel& reel);
void check_kinds(std::int64_t kinds);
void check_step_length(std::int64_t frames);

/// Throws Error(usage) naming the option when no such dataset can be made.
void check(const OrderOptions& options);

/// The ordered tuples of kinds, one class each.
std::vector<std::vector<std::int64_t>> order_classes(const OrderOptions& options);

/// Such as "red-circle_then_blue-square".
std::string class_name(const std::vector<std::int64_t>& kinds);

/// Percent of the videos whose class can be told without telling the order, however many single clips of `step_length`
/// frames are seen.
double order_ceiling(const OrderOptions& options);

/// Video `index` of the dataset. Classes differ by one video at most, the classes of the validation split by none.
Film plan_film(const OrderOptions& options, std::int64_t index);

}  // namespace pgt::synth
