#include "order.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/error.hpp"
#include "dice.hpp"
#include "paint.hpp"

namespace pgt::synth {
namespace {

std::int64_t shortest_event(const OrderOptions& options) { return options.step_length / 2; }
std::int64_t longest_event(const OrderOptions& options) { return options.step_length * 3 / 4; }

/// Frames between two events, at least or (with a gap) exactly.
std::int64_t distance(const OrderOptions& options) {
  return std::max<std::int64_t>(options.gap, 1) * options.step_length;
}

/// Frames in which no event can be, before, between and after them.
std::int64_t frames_apart(const OrderOptions& options) {
  return 2 * options.step_length + (options.events - 1) * distance(options);
}

/// Frames without which the events do not fit.
std::int64_t frames_needed(const OrderOptions& options) {
  return options.events * longest_event(options) + frames_apart(options);
}

std::int64_t class_count(const OrderOptions& options) {
  std::int64_t count = 1;
  for (std::int64_t i = 0; i < options.events; ++i) count *= options.kinds - i;
  return count;
}

/// Validation videos of every class.
std::int64_t validation_videos(const OrderOptions& options) {
  if (options.val_fraction == 0) return 0;
  const std::int64_t videos = options.videos / class_count(options);
  const auto share = static_cast<std::int64_t>(std::lround(options.val_fraction * static_cast<double>(videos)));
  return std::clamp<std::int64_t>(share, 1, videos - 1);
}

void append_classes(const OrderOptions& options, std::vector<std::int64_t>& begun,
                    std::vector<std::vector<std::int64_t>>& classes) {
  if (static_cast<std::int64_t>(begun.size()) == options.events) {
    classes.push_back(begun);
    return;
  }
  for (std::int64_t kind = 0; kind < options.kinds; ++kind) {
    if (std::find(begun.begin(), begun.end(), kind) != begun.end()) continue;
    begun.push_back(kind);
    append_classes(options, begun, classes);
    begun.pop_back();
  }
}

/// When the events happen. The frames that are left over are shared out between them in a way that does not change when
/// time runs backwards.
void place_in_time(const OrderOptions& options, Dice& dice, std::vector<Event>& events) {
  std::int64_t left = options.frames - frames_apart(options);
  for (Event& event : events) {
    event.frames = dice.integer(shortest_event(options), longest_event(options));
    left -= event.frames;
  }
  std::vector<std::int64_t> delays;
  for (std::size_t i = 0; i < (options.gap > 0 ? 1 : events.size()); ++i) delays.push_back(dice.integer(0, left));
  std::sort(delays.begin(), delays.end());
  delays.resize(events.size(), delays.front());  // with a gap none comes nearer to another
  std::int64_t begin = options.step_length;
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i].begin = begin + delays[i];
    begin += events[i].frames + distance(options);
  }
}

}  // namespace

void place_in_picture(const Reel& reel, Dice& dice, Event& event) {
  const auto smaller = static_cast<double>(std::min(reel.width, reel.height));
  event.radius = dice.between(0.17, 0.24);
  const double margin_x = event.radius * smaller / static_cast<double>(reel.width);
  const double margin_y = event.radius * smaller / static_cast<double>(reel.height);
  event.x = dice.between(margin_x, 1 - margin_x);
  event.y = dice.between(margin_y, 1 - margin_y);
}

void reject(const std::string& option, std::int64_t value, const std::string& rule) {
  throw Error(ExitCode::usage, "--" + option + " " + std::to_string(value) + ": must be " + rule);
}

void check_pictures(const Reel& reel) {
  if (reel.fps < 1 || reel.fps > 240) reject("fps", reel.fps, "1 to 240");
  for (const std::int64_t side : {reel.width, reel.height}) {
    if (side < 16 || side > 4096 || side % 2 != 0) reject("size", side, "an even number of pixels from 16 to 4096");
  }
}

void check_kinds(std::int64_t kinds) {
  const auto known = static_cast<std::int64_t>(kind_names().size());
  if (kinds < 2 || kinds > known) reject("kinds", kinds, "2 to " + std::to_string(known));
}

void check_step_length(std::int64_t frames) {
  if (frames < 4 || frames > 1024) reject("step-length", frames, "4 to 1024");
}

void check(const OrderOptions& options) {
  check_kinds(options.kinds);
  if (options.events < 1 || options.events > options.kinds) {
    reject("events", options.events, "1 to the number of kinds (" + std::to_string(options.kinds) + ")");
  }
  check_step_length(options.step_length);
  if (options.gap < 0 || options.gap > 10000) reject("gap", options.gap, "1 to 10000, or left out");
  if (options.frames < frames_needed(options)) {
    reject("frames", options.frames,
           "at least " + std::to_string(frames_needed(options)) + " for " + std::to_string(options.events) +
               " events " + std::to_string(distance(options)) + " frames from each other and a step's length (" +
               std::to_string(options.step_length) + ") from both ends");
  }
  check_pictures(options);
  if (!(options.val_fraction >= 0 && options.val_fraction < 1)) {
    throw Error(ExitCode::usage,
                "--val-fraction " + std::to_string(options.val_fraction) + ": must be from 0 to below 1");
  }
  const std::int64_t least = class_count(options) * (options.val_fraction > 0 ? 2 : 1);
  if (options.videos < least) {
    reject("videos", options.videos,
           "at least " + std::to_string(least) + ", one in each split for each of the " +
               std::to_string(class_count(options)) + " classes");
  }
}

std::vector<std::vector<std::int64_t>> order_classes(const OrderOptions& options) {
  std::vector<std::vector<std::int64_t>> classes;
  std::vector<std::int64_t> begun;
  append_classes(options, begun, classes);
  return classes;
}

std::string class_name(const std::vector<std::int64_t>& kinds) {
  std::string name;
  for (const std::int64_t kind : kinds) {
    if (!name.empty()) name += "_then_";
    name += kind_names()[static_cast<std::size_t>(kind)];
  }
  return name;
}

double order_ceiling(const OrderOptions& options) {
  double orders = 1;
  for (std::int64_t i = 2; i <= options.events; ++i) orders *= static_cast<double>(i);
  return 100 / orders;
}

Film plan_film(const OrderOptions& options, std::int64_t index) {
  const std::vector<std::vector<std::int64_t>> classes = order_classes(options);
  const auto count = static_cast<std::int64_t>(classes.size());
  Dice dice{options.seed, static_cast<std::uint64_t>(index)};
  Film film;
  film.seed = dice.bits();
  film.class_index = static_cast<std::size_t>(index % count);
  film.validation = index / count < validation_videos(options);
  film.first_key = dice.integer(1, key_interval);
  film.events.resize(static_cast<std::size_t>(options.events));
  place_in_time(options, dice, film.events);
  for (std::size_t i = 0; i < film.events.size(); ++i) {
    film.events[i].kind = classes[film.class_index][i];
    place_in_picture(options, dice, film.events[i]);
  }
  char name[32];
  std::snprintf(name, sizeof name, "video-%05lld.mp4", static_cast<long long>(index));
  film.file = std::filesystem::path(film.validation ? "val" : "train") / class_name(classes[film.class_index]) / name;
  return film;
}

}  // namespace pgt::synth
