#include "video/fragment_stream.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <numeric>
#include <optional>
#include <stop_token>
#include <utility>

#include "base/trace.hpp"

namespace pgt::video {
namespace {

/// Rows that show the same frames of a video. Their reader stays open from fragment to fragment.
struct Group {
  std::vector<std::size_t> rows;  ///< of the request, ascending
  std::optional<Reader> reader{};
  std::int64_t next = 0;  ///< the fragment to decode
  bool at_work = false;   ///< on it, or waiting for a thread
  bool left = false;      ///< has no frames of the fragments that are still to start
  bool failed = false;
};

/// What becomes of a group in one fragment.
struct Part {
  std::size_t group;
  bool gone = false;                ///< it failed, here or earlier
  std::string failure{};            ///< why, if here
  std::exception_ptr unexpected{};  ///< anything but a failing video
};

/// A fragment that is being decoded, or is ready.
struct Fragment {
  Fragment(std::int64_t place, std::pmr::memory_resource* memory)
      : number(place), frames{.rgb = std::pmr::vector<std::uint8_t>(memory)} {}

  std::int64_t number;
  std::vector<std::int64_t> positions{};
  Frames frames;
  std::vector<Part> parts{};
  std::size_t unfinished = 0;  ///< of the parts

  std::size_t picture_bytes() const { return static_cast<std::size_t>(frames.height * frames.width * 3); }
  std::size_t row_bytes() const { return picture_bytes() * static_cast<std::size_t>(frames.length); }
  std::size_t bytes() const { return row_bytes() * frames.rows.size(); }
  std::uint8_t* of_row(std::size_t row) {
    const auto place = std::ranges::lower_bound(frames.rows, row) - frames.rows.begin();
    return frames.rgb.data() + row_bytes() * static_cast<std::size_t>(place);
  }
  Part* part_of(std::size_t group) {
    const auto found = std::ranges::find(parts, group, &Part::group);
    return found == parts.end() ? nullptr : &*found;
  }
};

/// The fragment's frames, without the rows that failed.
Frames finished(Fragment& fragment, const std::vector<Group>& groups) {
  Frames& frames = fragment.frames;
  std::vector<std::size_t> gone;
  for (const Part& part : fragment.parts) {
    if (part.unexpected) std::rethrow_exception(part.unexpected);
    if (!part.gone) continue;
    for (const std::size_t row : groups[part.group].rows) {
      gone.push_back(row);
      if (!part.failure.empty()) frames.failed.push_back({row, part.failure});
    }
  }
  if (gone.empty()) return std::move(frames);
  std::ranges::sort(frames.failed, {}, &FailedRow::row);
  std::ranges::sort(gone);
  std::vector<std::size_t> good;
  for (const std::size_t row : frames.rows) {
    if (std::ranges::binary_search(gone, row)) continue;
    std::uint8_t* to = frames.rgb.data() + fragment.row_bytes() * good.size();
    if (const std::uint8_t* from = fragment.of_row(row); from != to) std::copy_n(from, fragment.row_bytes(), to);
    good.push_back(row);
  }
  frames.rgb.resize(fragment.row_bytes() * good.size());
  frames.rows = std::move(good);
  return std::move(frames);
}

}  // namespace

/// The mutex guards everything but what a group that is at work owns: its reader, and its rows of the fragment.
struct FragmentStream::State {
  State(std::shared_ptr<Loader> shared, std::vector<ClipRequest> requests, Positions give, std::int64_t first)
      : loader(std::move(shared)),
        rows(std::move(requests)),
        positions(std::move(give)),
        coming(first),
        number(loader->work.next_stream()) {}
  /// Ends the decoding that is under way.
  ~State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void make_groups(const std::vector<std::size_t>& alive);
  bool prepare();
  void start();
  bool go_on(bool wanted);
  void put_to_work(std::size_t group);
  void work(std::size_t group);
  void decode(Group& group, Fragment& fragment);
  int codec_threads(const ClipRequest& clip) const;
  void leave(Group& group);

  std::shared_ptr<Loader> loader;
  std::vector<ClipRequest> rows;
  Positions positions;
  std::vector<Group> groups{};

  std::mutex mutex{};
  std::condition_variable changed{};
  std::unique_ptr<Fragment> prepared{};  ///< the next to start, if it is known
  std::int64_t coming;                   ///< its number
  bool ended = false;                    ///< there is no next
  std::exception_ptr broken{};           ///< why not, if something threw
  std::deque<std::unique_ptr<Fragment>> started{};
  std::size_t at_work = 0;  ///< groups
  std::stop_source stop{};
  const std::uint64_t number;  ///< of this stream
};

FragmentStream::State::~State() {
  stop.request_stop();
  std::unique_lock lock(mutex);
  at_work -= loader->work.withdraw(number);
  changed.wait(lock, [&] { return at_work == 0; });
  for (const auto& fragment : started) loader->budget.give_back(fragment->bytes());
}

void FragmentStream::State::make_groups(const std::vector<std::size_t>& alive) {
  for (const std::size_t row : alive) {
    const auto same = std::ranges::find_if(groups, [&](const Group& group) {
      const ClipRequest& other = rows[group.rows.front()];
      return other.index == rows[row].index && other.frames == rows[row].frames;
    });
    if (same == groups.end()) {
      groups.push_back({.rows = {row}, .next = coming});
    } else {
      same->rows.push_back(row);
    }
  }
}

/// Works out the next fragment; false where there is none.
bool FragmentStream::State::prepare() {
  if (ended || prepared) return !ended;
  auto fragment = std::make_unique<Fragment>(coming, loader->memory);
  try {
    fragment->positions = positions(coming);
  } catch (...) {
    broken = std::current_exception();
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    Group& group = groups[i];
    const bool has_frames =
        !fragment->positions.empty() && fragment->positions.front() < rows[group.rows.front()].frames.count;
    if (!has_frames && !group.left) {
      group.left = true;
      if (!group.at_work) leave(group);
    }
    if (group.left || group.failed) continue;
    fragment->parts.push_back({i});
    fragment->frames.rows.insert(fragment->frames.rows.end(), group.rows.begin(), group.rows.end());
  }
  ended = fragment->parts.empty();
  if (ended) return false;
  std::ranges::sort(fragment->frames.rows);
  fragment->frames.length = std::ssize(fragment->positions);
  const Transform& transform = rows[fragment->frames.rows.front()].transform;
  fragment->frames.height = transform.height;
  fragment->frames.width = transform.width;
  prepared = std::move(fragment);
  return true;
}

/// Its bytes have been taken from the budget. Throws std::bad_alloc, and nothing has happened.
void FragmentStream::State::start() {
  try {
    prepared->frames.rgb.resize(prepared->bytes());
  } catch (...) {
    loader->budget.give_back(prepared->bytes());
    throw;
  }
  Fragment& fragment = *started.emplace_back(std::move(prepared));
  ++coming;
  for (Part& part : fragment.parts) {
    Group& group = groups[part.group];
    part.gone = group.failed;
    if (part.gone) continue;
    ++fragment.unfinished;
    if (!group.at_work) put_to_work(part.group);
  }
}

/// `wanted`: the next fragment is being waited for.
bool FragmentStream::State::go_on(bool wanted) {
  while (prepare()) {
    if (wanted && started.empty()) {
      loader->budget.take_anyway(prepared->bytes());
    } else if (!loader->budget.take(prepared->bytes())) {
      return false;
    }
    start();
  }
  return true;
}

void FragmentStream::State::put_to_work(std::size_t group) {
  groups[group].at_work = true;
  ++at_work;
  loader->work.add({number, groups[group].next}, [this, group] { work(group); });
}

void FragmentStream::State::work(std::size_t place) {
  Group& group = groups[place];
  std::unique_lock lock(mutex);
  const auto fragment_of = [&](std::int64_t fragment) -> Fragment* {
    const std::int64_t behind = started.empty() ? 0 : fragment - started.front()->number;
    return behind < std::ssize(started) ? started[static_cast<std::size_t>(behind)].get() : nullptr;
  };
  Fragment& fragment = *fragment_of(group.next);
  Part& part = *fragment.part_of(place);
  lock.unlock();
  std::string failure;
  std::exception_ptr unexpected;
  try {
    if (!stop.stop_requested()) decode(group, fragment);
  } catch (const VideoError& error) {
    failure = error.reason();
  } catch (const Stopped&) {
    // Nobody will look.
  } catch (...) {
    unexpected = std::current_exception();
  }
  lock.lock();
  group.at_work = false;
  --at_work;
  --fragment.unfinished;
  part.unexpected = unexpected;
  ++group.next;
  if (!failure.empty()) {
    part.gone = true;
    part.failure = failure;
    group.failed = true;
    group.reader.reset();
    for (const auto& later : started) {
      Part* of_later = later->number >= group.next ? later->part_of(place) : nullptr;
      if (of_later == nullptr) continue;
      of_later->gone = true;
      --later->unfinished;
    }
  } else if (Fragment* next = fragment_of(group.next); next != nullptr && next->part_of(place) != nullptr) {
    if (!stop.stop_requested()) put_to_work(place);
  } else if (group.left) {
    leave(group);
  }
  changed.notify_all();
}

void FragmentStream::State::decode(Group& group, Fragment& fragment) {
  const TraceSpan span("decode");
  const ClipRequest& clip = rows[group.rows.front()];
  std::vector<std::int64_t> frames;
  for (const std::int64_t position : fragment.positions) {
    frames.push_back(clip.frames.at(*clip.index, position).frame);
  }
  std::vector<Reader::Cut> cuts;
  for (const std::size_t row : group.rows) cuts.push_back({rows[row].transform, fragment.of_row(row)});
  if (!group.reader)
    group.reader = loader->readers.take(clip.index, frames.front(), codec_threads(clip), stop.get_token());
  for (auto begin = frames.begin(); begin != frames.end();) {  // a clip that starts over goes back
    const auto end = std::is_sorted_until(begin, frames.end());
    group.reader->read({begin, end}, cuts);
    for (Reader::Cut& cut : cuts) cut.out += fragment.picture_bytes() * static_cast<std::size_t>(end - begin);
    begin = end;
  }
  for (const std::size_t row : group.rows) {
    rows[row].augmentation.apply({fragment.of_row(row), fragment.row_bytes()}, rows[row].transform.width,
                                 rows[row].transform.height);
  }
}

/// Threads of a clip's decoder. Where fewer videos are walked through than there are threads, each gets its share of
/// them, but not for small pictures, where handing them about takes longer than decoding them, nor for a short clip,
/// after whose end such a decoder begins pictures that nobody wants.
int FragmentStream::State::codec_threads(const ClipRequest& clip) const {
  constexpr std::int64_t large = 400'000;  // pixels; measured with tools/bench video "streamed"
  constexpr std::int64_t long_clip = 256;  // frames of the video
  constexpr std::size_t most = 16;         // more are no faster, and each holds a picture
  const std::int64_t last = clip.frames.at(*clip.index, clip.frames.count - 1).frame;
  const std::int64_t length = last - clip.frames.at(*clip.index, 0).frame;
  if (std::int64_t{clip.index->width} * clip.index->height < large || length < long_clip) return 1;
  const std::size_t share = static_cast<std::size_t>(loader->work.threads()) / groups.size();
  return static_cast<int>(std::clamp(share, std::size_t{1}, most));
}

/// Nobody needs the group's reader any more.
void FragmentStream::State::leave(Group& group) {
  if (group.reader) loader->readers.park(std::move(*group.reader));
  group.reader.reset();
}

FragmentStream::FragmentStream(std::shared_ptr<Loader> loader, std::vector<ClipRequest> rows, Positions positions,
                               std::int64_t first, std::vector<std::size_t> alive)
    : state_(std::make_unique<State>(std::move(loader), std::move(rows), std::move(positions), first)) {
  if (alive.empty()) {
    alive.resize(state_->rows.size());
    std::iota(alive.begin(), alive.end(), std::size_t{0});
  }
  state_->make_groups(alive);
  go_on();
}

FragmentStream::~FragmentStream() = default;

bool FragmentStream::go_on() {
  const std::lock_guard lock(state_->mutex);
  return state_->go_on(false);
}

bool FragmentStream::wait(const std::function<bool()>& stop) {
  constexpr std::chrono::milliseconds between(50);
  State& state = *state_;
  while (!stop()) {
    std::unique_lock lock(state.mutex);
    state.go_on(true);
    const auto ready = [&] { return state.started.empty() || state.started.front()->unfinished == 0; };
    if (state.changed.wait_for(lock, between, ready)) return true;
  }
  return false;
}

Frames FragmentStream::next() {
  wait([] { return false; });
  State& state = *state_;
  std::unique_lock lock(state.mutex);
  if (state.started.empty()) {
    if (state.broken) std::rethrow_exception(std::exchange(state.broken, nullptr));
    return {};
  }
  const std::unique_ptr<Fragment> fragment = std::move(state.started.front());
  state.started.pop_front();
  state.loader->budget.give_back(fragment->bytes());
  state.go_on(false);
  lock.unlock();
  return finished(*fragment, state.groups);
}

}  // namespace pgt::video
