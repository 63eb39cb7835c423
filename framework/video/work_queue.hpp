/// Work for a number of threads, the most urgent first.
#pragma once

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>
#include <oneapi/tbb/task_scheduler_observer.h>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

namespace pgt::video {

/// Runs on oneTBB, on threads that give way to all others: one that trains has little to do at a time, but a GPU waits
/// for it, and where it computes on all cores, each waits for the slowest. Thread: any.
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
  /// Lowers the priority of the threads that come to an arena.
  class Yielding final : public tbb::task_scheduler_observer {
   public:
    explicit Yielding(tbb::task_arena& arena);
    ~Yielding() override;
    void on_scheduler_entry(bool is_worker) override;
  };

  void run_one();

  const int threads_;
  std::mutex mutex_;
  std::condition_variable idle_;
  std::multimap<Urgency, std::function<void()>> waiting_;
  std::size_t tasks_ = 0;  ///< oneTBB's that have not ended; each runs one piece of work, if one is left then
  std::uint64_t streams_ = 0;
  tbb::global_control workers_;  ///< `threads` workers, however few cores there are: the arena is what limits
  tbb::task_arena arena_;        ///< no place in it is kept for the training thread, which sleeps while it waits
  Yielding yielding_;
};

}  // namespace pgt::video
