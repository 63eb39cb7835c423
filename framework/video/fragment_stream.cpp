#include "video/fragment_stream.hpp"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/info.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <numeric>
#include <optional>
#include <stop_token>
#include <utility>

namespace pgt::video {
namespace {

/// A row at work: its decoder stays open from fragment to fragment.
struct Row {
  ClipRequest clip;
  std::optional<Reader> reader;
};

/// What became of one row in the fragment being decoded.
struct Outcome {
  std::string failure;            ///< why the video failed; empty: it did not
  std::exception_ptr unexpected;  ///< anything but a failing video
};

int at_least_one(int threads) { return threads > 0 ? threads : tbb::info::default_concurrency(); }

}  // namespace

/// The training thread owns everything here except while `unfinished` > 0: then a task owns its row, its outcome and
/// its part of `fragment.rgb`. The mutex hands them over in both directions.
struct FragmentStream::State {
  State(std::vector<ClipRequest> requests, Positions give, int threads)
      : positions(std::move(give)),
        workers(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(at_least_one(threads)) + 1),
        arena(at_least_one(threads), 0) {
    for (ClipRequest& request : requests) rows.push_back({std::move(request), std::nullopt});
  }

  void start(std::int64_t index);
  void decode_row(std::size_t place);
  void decode_frames(Row& row, std::uint8_t* out);
  void wait();
  Frames finish();
  std::size_t row_bytes() const {
    return static_cast<std::size_t>(fragment.length * fragment.height * fragment.width * 3);
  }

  Positions positions;
  std::vector<Row> rows;
  std::vector<std::size_t> alive;
  std::int64_t coming = 0;           ///< index of the fragment being decoded
  std::vector<std::int64_t> wanted;  ///< its positions
  Frames fragment;
  std::vector<Outcome> outcomes;  ///< one for each of `fragment.rows`

  std::stop_source stop;
  std::mutex mutex;
  std::condition_variable finished;
  std::size_t unfinished = 0;

  tbb::global_control workers;  ///< `threads` workers, however few cores there are: the arena is what limits
  tbb::task_arena arena;        ///< no place in it is kept for the training thread, which sleeps while it waits
};

/// Begins fragment `index` with the rows that have frames there.
void FragmentStream::State::start(std::int64_t index) {
  coming = index;
  fragment = {};
  outcomes.clear();
  if (alive.empty()) return;
  wanted = positions(index);
  std::erase_if(alive, [&](std::size_t row) {
    const bool leaves = wanted.empty() || wanted.front() >= rows[row].clip.frames.count;
    if (leaves) rows[row].reader.reset();
    return leaves;
  });
  if (alive.empty()) return;
  fragment.rows = alive;
  fragment.length = static_cast<std::int64_t>(wanted.size());
  fragment.height = rows[alive.front()].clip.transform.height;
  fragment.width = rows[alive.front()].clip.transform.width;
  fragment.rgb.resize(row_bytes() * alive.size());
  outcomes.resize(alive.size());
  {
    const std::lock_guard lock(mutex);
    unfinished = alive.size();
  }
  for (std::size_t place = 0; place < alive.size(); ++place) arena.enqueue([this, place] { decode_row(place); });
}

void FragmentStream::State::decode_row(std::size_t place) {
  {
    const std::lock_guard lock(mutex);  // sees what the training thread wrote
  }
  Row& row = rows[fragment.rows[place]];
  try {
    if (!stop.stop_requested()) decode_frames(row, fragment.rgb.data() + place * row_bytes());
  } catch (const VideoError& error) {
    outcomes[place].failure = error.reason();
    row.reader.reset();
  } catch (const Stopped&) {
    // Nobody will look.
  } catch (...) {
    outcomes[place].unexpected = std::current_exception();
  }
  const std::lock_guard lock(mutex);
  if (--unfinished == 0) finished.notify_all();
}

void FragmentStream::State::decode_frames(Row& row, std::uint8_t* out) {
  const ClipRequest& clip = row.clip;
  if (!row.reader) row.reader.emplace(clip.index, 1, stop.get_token());
  std::vector<std::int64_t> frames;
  for (const std::int64_t position : wanted) frames.push_back(clip.frames.at(*clip.index, position).frame);
  const std::size_t frame_bytes = row_bytes() / frames.size();
  for (auto begin = frames.begin(); begin != frames.end();) {  // a clip that starts over goes back
    const auto end = std::is_sorted_until(begin, frames.end());
    row.reader->read({begin, end}, clip.transform, out);
    out += frame_bytes * static_cast<std::size_t>(end - begin);
    begin = end;
  }
}

void FragmentStream::State::wait() {
  std::unique_lock lock(mutex);
  finished.wait(lock, [this] { return unfinished == 0; });
}

/// Takes the fragment, without the rows that failed.
Frames FragmentStream::State::finish() {
  std::vector<std::size_t> good;
  for (std::size_t place = 0; place < outcomes.size(); ++place) {
    if (outcomes[place].unexpected) {
      alive.clear();
      std::rethrow_exception(outcomes[place].unexpected);
    }
    if (!outcomes[place].failure.empty()) {
      fragment.failed.push_back({fragment.rows[place], outcomes[place].failure});
      continue;
    }
    std::uint8_t* rgb = fragment.rgb.data();
    if (good.size() != place) {
      std::copy_n(rgb + place * row_bytes(), row_bytes(), rgb + good.size() * row_bytes());
    }
    good.push_back(fragment.rows[place]);
  }
  fragment.rgb.resize(row_bytes() * good.size());
  fragment.rows = good;
  alive = std::move(good);
  return std::move(fragment);
}

FragmentStream::FragmentStream(std::vector<ClipRequest> rows, Positions positions, int threads, std::int64_t first,
                               std::vector<std::size_t> alive)
    : state_(std::make_unique<State>(std::move(rows), std::move(positions), threads)) {
  if (alive.empty()) {
    alive.resize(state_->rows.size());
    std::iota(alive.begin(), alive.end(), std::size_t{0});
  }
  state_->alive = std::move(alive);
  state_->start(first);
}

FragmentStream::~FragmentStream() {
  state_->stop.request_stop();
  state_->wait();
}

Frames FragmentStream::next() {
  state_->wait();
  Frames frames = state_->finish();
  state_->start(state_->coming + 1);
  return frames;
}

}  // namespace pgt::video
