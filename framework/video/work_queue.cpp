#include "video/work_queue.hpp"

#include <oneapi/tbb/info.h>
#include <sys/resource.h>

namespace pgt::video {

WorkQueue::WorkQueue(int threads)
    : threads_(threads > 0 ? threads : tbb::info::default_concurrency()),
      workers_(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads_) + 1),
      arena_(threads_, 0),
      yielding_(arena_) {}

WorkQueue::~WorkQueue() {
  std::unique_lock lock(mutex_);
  waiting_.clear();
  idle_.wait(lock, [this] { return tasks_ == 0; });
}

WorkQueue::Yielding::Yielding(tbb::task_arena& arena) : task_scheduler_observer(arena) { observe(true); }

WorkQueue::Yielding::~Yielding() { observe(false); }

void WorkQueue::Yielding::on_scheduler_entry(bool is_worker) {
  constexpr int nice = 10;
  // On Linux a priority is of a thread. Threads that it starts, as decoders do, inherit it.
  if (is_worker && getpriority(PRIO_PROCESS, 0) < nice) setpriority(PRIO_PROCESS, 0, nice);
}

std::uint64_t WorkQueue::next_stream() {
  const std::lock_guard lock(mutex_);
  return streams_++;
}

void WorkQueue::add(Urgency urgency, std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.emplace(urgency, std::move(work));
    ++tasks_;
  }
  arena_.enqueue([this] { run_one(); });
}

void WorkQueue::run_one() {
  std::function<void()> work;
  {
    const std::lock_guard lock(mutex_);
    if (!waiting_.empty()) work = std::move(waiting_.extract(waiting_.begin()).mapped());
  }
  if (work) work();
  work = nullptr;
  const std::lock_guard lock(mutex_);
  if (--tasks_ == 0) idle_.notify_all();
}

std::size_t WorkQueue::withdraw(std::uint64_t stream) {
  const std::lock_guard lock(mutex_);
  return std::erase_if(waiting_, [&](const auto& entry) { return entry.first.first == stream; });
}

}  // namespace pgt::video
