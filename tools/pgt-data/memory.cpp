#include "memory.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/error.hpp"
#include "dice.hpp"
#include "order.hpp"
#include "paint.hpp"

namespace pgt::synth {
namespace {

std::int64_t group_count(const MemoryOptions& options) { return options.videos / options.kinds; }

std::int64_t validation_groups(const MemoryOptions& options) {
  if (options.val_fraction == 0) return 0;
  const std::int64_t groups = group_count(options);
  const auto share = static_cast<std::int64_t>(std::lround(options.val_fraction * static_cast<double>(groups)));
  return std::clamp<std::int64_t>(share, 1, groups - 1);
}

/// From when on an event's kind is the class.
std::int64_t counts_from(const MemoryOptions& options, const Event& event) {
  return event.begin + options.step_length / 4;
}

/// The event that decides the class of a frame: the last that counts, or the first.
const Event& deciding(const MemoryOptions& options, const Film& film, std::int64_t frame) {
  const auto later = std::ranges::find_if(film.events, [&](const Event& e) { return counts_from(options, e) > frame; });
  return later == film.events.begin() ? film.events.front() : *(later - 1);
}

}  // namespace

void check(const MemoryOptions& options) {
  check_pictures(options);
  check_kinds(options.kinds);
  check_step_length(options.step_length);
  if (options.frames < 2 * options.step_length) {
    reject("frames", options.frames, "at least two steps (" + std::to_string(2 * options.step_length) + ")");
  }
  if (!(options.val_fraction >= 0 && options.val_fraction < 1)) {
    throw Error(ExitCode::usage,
                "--val-fraction " + std::to_string(options.val_fraction) + ": must be from 0 to below 1");
  }
  const std::int64_t least = options.kinds * (options.val_fraction > 0 ? 2 : 1);
  if (options.videos < least || options.videos % options.kinds != 0) {
    reject(
        "videos", options.videos,
        "a multiple of the number of kinds (" + std::to_string(options.kinds) + "), at least " + std::to_string(least));
  }
}

Film plan_memory_film(const MemoryOptions& options, std::int64_t index) {
  const std::int64_t group = index / options.kinds, place = index % options.kinds;
  Dice of_group{options.seed, static_cast<std::uint64_t>(group), 1},
      of_film{options.seed, static_cast<std::uint64_t>(index), 2};
  Film film;
  film.seed = of_film.bits();
  film.validation = group < validation_groups(options);
  film.first_key = of_film.integer(1, key_interval);
  for (std::int64_t begin = 0; begin < options.frames;) {
    Event event;
    event.kind = (of_group.integer(0, options.kinds - 1) + place) % options.kinds;
    event.begin = begin;
    event.frames = options.step_length * 5 / 8;
    place_in_picture(options, of_film, event);
    film.events.push_back(event);
    begin += of_group.integer(3 * options.step_length, 8 * options.step_length);
  }
  char name[32];
  std::snprintf(name, sizeof name, "video-%05lld.mp4", static_cast<long long>(index));
  film.file = std::filesystem::path("videos") / name;
  return film;
}

std::vector<std::int64_t> memory_labels(const MemoryOptions& options, const Film& film) {
  std::vector<std::int64_t> labels;
  for (std::int64_t frame = 0; frame < options.frames; ++frame) labels.push_back(deciding(options, film, frame).kind);
  return labels;
}

double memory_ceiling(const MemoryOptions& options, std::int64_t fragment) {
  double right = 0, moments = 0;
  for (std::int64_t i = 0; i < options.videos; ++i) {
    const Film film = plan_memory_film(options, i);
    if (!film.validation) continue;
    for (std::int64_t frame = 0; frame < options.frames; ++frame) {
      const Event& event = deciding(options, film, frame);
      const std::int64_t begin = frame - frame % fragment;  // of the fragment
      const bool shows = event.begin < begin + fragment && event.begin + event.frames > begin;
      right += shows ? 1 : 1 / static_cast<double>(options.kinds);
      ++moments;
    }
  }
  return 100 * right / moments;
}

}  // namespace pgt::synth
