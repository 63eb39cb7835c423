/// Work for a number of threads, the most urgent first.
#pragma once

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

namespace pgt::video {

/// Runs on oneTBB. Thread: any.
class WorkQueue {
 public:
  /// Which stream, as `next_stream` numbers them, and which fragment of it: what comes first is needed first.
  using Urgency = std::pair<std::uint64_t, std::int64_t>;

  /// `threads` 0: one per core.
  explicit WorkQueue(int threads);
  /// Forgets work that has not begun; waits for the rest.
  ~WorkQueue();
  WorkQueue(const WorkQueue&) = delete;
  WorkQueue& operator=(const WorkQueue&) = delete;

  int threads() const { return threads_; }
  std::uint64_t next_stream();
  /// `work` must not throw.
  void add(Urgency urgency, std::function<void()> work);
  /// Removes what the stream has added and nobody has begun; returns how much that was.
  std::size_t withdraw(std::uint64_t stream);

 private:
  void run_one();

  const int threads_;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::multimap<Urgency, std::function<void()>> waiting_;
  std::size_t tasks_ = 0;  ///< oneTBB's that have not ended; each runs one piece of work, if one is left then
  std::uint64_t streams_ = 0;
  tbb::global_control workers_;  ///< `threads` workers, however few cores there are: the arena is what limits
  tbb::task_arena arena_;        ///< no place in it is kept for the training thread, which sleeps while it waits
};

}  // namespace pgt::video
