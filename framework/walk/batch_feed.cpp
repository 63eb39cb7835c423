#include "walk/batch_feed.hpp"

#include <chrono>
#include <utility>

namespace pgt::walk {
namespace {

/// Starts what there is room for; true where nothing is left to start, or nobody wants it any more.
bool all_started(const std::weak_ptr<video::FragmentStream>& stream) {
  const std::shared_ptr<video::FragmentStream> wanted = stream.lock();
  return !wanted || wanted->go_on();
}

}  // namespace

BatchFeed::BatchFeed(std::shared_ptr<video::Loader> loader, Open open)
    : loader_(std::move(loader)),
      open_(std::move(open)),
      thread_([this](const std::stop_token& stop) { work(stop); }) {}

std::unique_ptr<ClipBatch> BatchFeed::take(const std::function<bool()>& stop) {
  constexpr std::chrono::milliseconds between(50);
  while (!stop()) {  // asked without the lock: it may draw a bar
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, between, [this] { return !ready_.empty() || ended_; })) continue;
    if (ready_.empty()) {
      if (failure_) std::rethrow_exception(failure_);
      return nullptr;
    }
    std::unique_ptr<ClipBatch> batch = std::move(ready_.front());
    ready_.pop_front();
    changed_.notify_all();
    return batch;
  }
  return nullptr;
}

void BatchFeed::work(const std::stop_token& stop) {
  try {
    while (!stop.stop_requested()) {
      std::unique_ptr<ClipBatch> batch = open_();
      if (!batch) break;
      const std::weak_ptr<video::FragmentStream> stream = batch->stream;  // the batch's owner may give it up
      {
        std::unique_lock lock(mutex_);
        ready_.push_back(std::move(batch));
        changed_.notify_all();
        // Batches without a readable video take nothing of the budget.
        changed_.wait(lock, stop, [this] { return ready_.size() <= video::ByteBudget::most_fragments; });
      }
      while (!stop.stop_requested() && !all_started(stream)) loader_->budget.wait(stop);
    }
  } catch (...) {
    failure_ = std::current_exception();
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

}  // namespace pgt::walk
