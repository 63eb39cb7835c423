#include "video/live_stream.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

#include "video/live_pictures.hpp"
#include "video/live_sampler.hpp"
#include "video/stream_shape.hpp"
#include "video/video.hpp"

namespace pgt::video {

/// The mutex guards what the two threads share; `work` and what it calls are the stream's own thread.
struct LiveStream::State {
  State(LiveAddress from, LiveOptions with, Cuts cut, Say tell)
      : address(std::move(from)), options(std::move(with)), cuts(std::move(cut)), say(std::move(tell)) {}

  void work(const std::stop_token& stop);
  bool connect(const std::stop_token& stop);
  void read(LivePictures& pictures, const std::stop_token& stop);
  LiveSampler begin_part(const LivePictures& pictures, const LivePictures::Picture& first, const std::stop_token& stop);
  void give(LiveFrame frame, const std::stop_token& stop);
  void end_part();
  bool pause(std::size_t attempt, const std::stop_token& stop);
  template <class Ready>
  bool wait(const Stop& stop, Ready ready);

  const LiveAddress address;
  const LiveOptions options;
  const Cuts cuts;
  const Say say;
  bool had_picture = false;  ///< in this connection
  std::string failure;       ///< of the last one; empty: its sender closed it

  std::mutex mutex{};
  std::condition_variable_any changed{};
  bool wanted = false;          ///< somebody waits for the next part
  std::optional<Part> part{};   ///< it, until it is taken
  bool in_part = false;         ///< frames may come
  bool over = false;            ///< no more parts …
  std::exception_ptr broken{};  ///< … because of this
  std::deque<std::shared_ptr<const LiveFrame>> frames{};
  std::size_t room = 0;     ///< that will be asked for next
  std::size_t to_skip = 0;  ///< of those that come
  Counts counts{};
  std::jthread thread{};  ///< the last member: it ends before the others do
};

void LiveStream::State::work(const std::stop_token& stop) {
  std::exception_ptr reason;
  try {
    while (!connect(stop)) {
    }
  } catch (const Stopped&) {
    // Nobody will look.
  } catch (...) {
    reason = std::current_exception();
  }
  const std::lock_guard lock(mutex);
  over = true;
  broken = reason;
  changed.notify_all();
}

/// One connection, and where it ends the attempts to have the next one. True where the stream is over; throws
/// VideoError where that is for a reason.
bool LiveStream::State::connect(const std::stop_token& stop) {
  const std::string why = failure;  // the connection before this one ended, where there was one
  const bool first = counts.parts == 0;
  for (std::size_t attempt = 0;; ++attempt) {
    if (!first && !pause(attempt, stop)) {
      if (why.empty()) return true;
      throw VideoError(address.shown(), why + "; it has not come back");
    }
    had_picture = false;
    bool is_over = false;
    failure.clear();
    try {
      LivePictures pictures(address, stop, options.limits, options.patience);
      read(pictures, stop);
      is_over = pictures.is_over_at_end();
    } catch (const VideoError& error) {
      failure = error.reason();
    } catch (const Damage& damage) {
      failure = damage.text;
    }
    const bool is_tried_once = address.kind == LiveAddress::Kind::pipe || (first && !had_picture);
    if (!failure.empty() && is_tried_once) throw VideoError(address.shown(), failure);
    if (is_over) return true;
    if (had_picture) return false;
  }
}

/// Before an attempt to connect again; false where there have been enough.
bool LiveStream::State::pause(std::size_t attempt, const std::stop_token& stop) {
  if (attempt >= options.pauses.size()) return false;
  say((failure.empty() ? "the stream ended" : failure) + "; connecting again (" + std::to_string(attempt + 1) + " of " +
      std::to_string(options.pauses.size()) + ")");
  std::unique_lock lock(mutex);
  changed.wait_for(lock, stop, options.pauses[attempt], [] { return false; });
  if (stop.stop_requested()) throw Stopped();
  return true;
}

void LiveStream::State::read(LivePictures& pictures, const std::stop_token& stop) {
  std::optional<LivePictures::Picture> picture = pictures.next();
  if (!picture) throw VideoError(address.shown(), "ended before its first picture");
  const std::int64_t damaged_before = counts.damaged;
  while (picture) {
    LiveSampler sampler = begin_part(pictures, *picture, stop);
    const struct Ending {
      State& state;
      ~Ending() { state.end_part(); }
    } ending{*this};
    const auto give_on = [&](LiveFrame frame) { give(std::move(frame), stop); };
    std::exception_ptr lost;
    do {
      sampler.take(*picture, give_on);
      try {
        picture = pictures.next();
      } catch (const VideoError&) {
        lost = std::current_exception();
        picture.reset();
      }
      const std::lock_guard lock(mutex);
      counts.damaged = damaged_before + pictures.damaged();
    } while (picture && !picture->leaps);
    sampler.end(give_on);
    if (lost) std::rethrow_exception(lost);
    if (picture) say("its clock leaps; a new part begins");
  }
}

/// Waits until the part before has been taken to its end.
LiveSampler LiveStream::State::begin_part(const LivePictures& pictures, const LivePictures::Picture& first,
                                          const std::stop_token& stop) {
  const double rate = options.fps > 0 ? options.fps : av_q2d(pictures.rate());
  constexpr double plausible = 1000;
  if (!(rate > 0 && rate < plausible)) {
    throw VideoError(address.shown(), "does not say how many frames a second it has: set data.fps");
  }
  const auto [width, height] = pictures.size(first);
  std::vector<Transform> of_picture = cuts(width, height);
  Part next{static_cast<double>(options.stride) / rate, std::ssize(of_picture), of_picture.front().height,
            of_picture.front().width};
  LiveSampler sampler(LiveGrid(pictures.base(), pictures.grace(), next.step), std::move(of_picture),
                      pictures.rotation());
  had_picture = true;
  std::unique_lock lock(mutex);
  changed.wait(lock, stop, [this] { return wanted; });
  if (stop.stop_requested()) throw Stopped();
  wanted = false;
  part = next;
  in_part = true;
  to_skip = 0;
  ++counts.parts;
  changed.notify_all();
  return sampler;
}

void LiveStream::State::give(LiveFrame frame, const std::stop_token& stop) {
  std::unique_lock lock(mutex);
  ++counts.frames;
  // A fragment ahead of the one that is asked for.
  if (!options.realtime) changed.wait(lock, stop, [this] { return to_skip > 0 || frames.size() < 2 * room; });
  if (stop.stop_requested()) throw Stopped();
  if (to_skip > 0) {
    --to_skip;
    return;
  }
  frames.push_back(std::make_shared<const LiveFrame>(std::move(frame)));
  for (; options.realtime && frames.size() > room; ++counts.dropped) frames.pop_front();
  changed.notify_all();
}

void LiveStream::State::end_part() {
  const std::lock_guard lock(mutex);
  in_part = false;
  changed.notify_all();
}

template <class Ready>
bool LiveStream::State::wait(const Stop& stop, Ready ready) {
  constexpr std::chrono::milliseconds between(50);
  while (!stop()) {
    std::unique_lock lock(mutex);
    if (changed.wait_for(lock, between, ready)) return true;
  }
  return false;
}

LiveStream::LiveStream(LiveAddress address, LiveOptions options, Cuts cuts, Say say)
    : state_(std::make_unique<State>(std::move(address), std::move(options), std::move(cuts), std::move(say))) {
  state_->thread = std::jthread([state = state_.get()](const std::stop_token& stop) { state->work(stop); });
}

LiveStream::~LiveStream() = default;

std::optional<LiveStream::Part> LiveStream::next_part(std::size_t room, const Stop& stop) {
  State& state = *state_;
  {
    const std::lock_guard lock(state.mutex);
    state.frames.clear();
    state.room = room;
    state.wanted = true;
    state.changed.notify_all();
  }
  if (!state.wait(stop, [&] { return state.part || state.over; })) return std::nullopt;
  const std::lock_guard lock(state.mutex);
  if (!state.part && state.broken) std::rethrow_exception(state.broken);
  return std::exchange(state.part, std::nullopt);
}

bool LiveStream::wait(std::size_t frames, const Stop& stop) {
  State& state = *state_;
  return state.wait(stop, [&] { return state.frames.size() >= frames || !state.in_part || state.over; });
}

std::vector<std::shared_ptr<const LiveFrame>> LiveStream::take(std::size_t frames, std::size_t leave,
                                                               std::size_t room) {
  State& state = *state_;
  const std::lock_guard lock(state.mutex);
  const auto begin = state.frames.begin();
  const auto end_of = [&](std::size_t count) {
    return begin + static_cast<std::ptrdiff_t>(std::min(count, state.frames.size()));
  };
  std::vector<std::shared_ptr<const LiveFrame>> taken(begin, end_of(frames));
  state.to_skip = leave - static_cast<std::size_t>(end_of(leave) - begin);
  state.frames.erase(begin, end_of(leave));
  state.room = room;
  state.changed.notify_all();
  return taken;
}

LiveStream::Counts LiveStream::counts() const {
  const std::lock_guard lock(state_->mutex);
  return state_->counts;
}

}  // namespace pgt::video
