#include "walk/live_clip.hpp"

#include <algorithm>
#include <memory>

#include "base/error.hpp"
#include "walk/fragment.hpp"

namespace pgt::walk {
namespace {

using Taken = std::vector<std::shared_ptr<const video::LiveFrame>>;

/// Of frames that are there, those at these places; after the last it is held.
video::Frames pictures_at(const std::vector<std::int64_t>& places, const Taken& taken,
                          const video::LiveStream::Part& part) {
  video::Frames frames;
  frames.length = std::ssize(places);
  frames.height = part.height;
  frames.width = part.width;
  const auto bytes = static_cast<std::size_t>(part.height * part.width * 3);
  for (std::size_t cut = 0; cut < static_cast<std::size_t>(part.cuts); ++cut) {
    frames.rows.push_back(cut);
    for (const std::int64_t place : places) {
      const std::uint8_t* rgb = taken[static_cast<std::size_t>(std::min(place, std::ssize(taken) - 1))]->rgb->data();
      frames.rgb.insert(frames.rgb.end(), rgb + cut * bytes, rgb + (cut + 1) * bytes);
    }
  }
  return frames;
}

}  // namespace

void LiveClip::check(const PlanWalk& walk, const config::DataOptions& data, const std::string& schedule) {
  const auto reject = [&](const std::string& why) {
    throw Error(ExitCode::config, "a stream cannot be scored: " + why);
  };
  if (data.sampling != config::Sampling::dense) {
    reject("data.sampling spreads frames over the whole of a video: use data.sampling = \"dense\"");
  }
  const std::string named = "schedule \"" + schedule + "\" ";
  if (walk.plan().passes == sdk::Passes::two) reject(named + "sees a video to its end before it scores the first step");
  const std::int64_t listed = std::ssize(walk.plan().steps);
  for (std::int64_t i = 1; i < 2 * listed; ++i) {
    const std::vector<std::int64_t> before = walk.positions(i - 1, endless), positions = walk.positions(i, endless);
    if (!positions.empty() && positions.front() < before.front()) {
      reject(named + "goes back to earlier frames in step " + std::to_string(i));
    }
  }
}

std::size_t LiveClip::need(const PlanWalk& walk, std::int64_t index, std::int64_t first) {
  const std::vector<std::int64_t> positions = walk.positions(index, endless);
  return positions.empty() ? 0 : static_cast<std::size_t>(positions.back() + 1 - first);
}

Portion LiveClip::take(std::int64_t index, const sdk::Step* step) {
  if (step == nullptr) return {};
  std::vector<std::int64_t> places = walk_.positions(index, endless);
  const std::size_t wanted = need(walk_, index, first_);
  index_ = index + 1;
  const std::vector<std::int64_t> next = walk_.positions(index_, endless);
  const bool last = next.empty();  // then the walk after this one begins behind what any of its steps read
  const std::int64_t next_first = last ? std::max(walk_.frames(), places.back() + 1) : next.front();
  const Taken taken = stream_.take(wanted, static_cast<std::size_t>(next_first - first_),
                                   last ? room(walk_) : need(walk_, index_, next_first));
  at_end_ = taken.size() < wanted;
  for (std::int64_t& place : places) place -= first_;
  const sdk::FrameRange fresh = walk_.new_frames(*step);
  const std::int64_t begin = fresh.begin - first_;
  first_ = next_first;
  if (places.front() >= std::ssize(taken)) return {};

  const video::Frames frames = pictures_at(places, taken, part_);
  const std::int64_t of_first = taken[static_cast<std::size_t>(places.front())]->number - places.front();
  stretch_ = {of_first + begin, fresh.end - fresh.begin,
              std::clamp(std::ssize(taken) - begin, std::int64_t{0}, fresh.end - fresh.begin), part_.step};
  return {frames.rows, to_fragment(frames, walk_, index, endless, data_, device_)};
}

}  // namespace pgt::walk
