/// Batch after batch, made ready ahead of the training thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

#include "walk/clip_batch.hpp"

namespace pgt::walk {

/// A thread of its own opens the batches one after another: the next when all of the one before it is being decoded or
/// is done, so that what is needed first is started first. The loader's budget holds it back.
class BatchFeed {
 public:
  /// Called from that thread; its batch decodes with the feed's loader.
  using Open = std::function<std::unique_ptr<ClipBatch>()>;
  /// `open` gives one batch after another; null: there are no more.
  BatchFeed(std::shared_ptr<video::Loader> loader, Open open);
  /// Ends what is under way; a batch that was taken is not touched.
  ~BatchFeed() { loader_->stop.request_stop(); }
  BatchFeed(const BatchFeed&) = delete;
  BatchFeed& operator=(const BatchFeed&) = delete;

  /// The next batch; null after the last, and where `stop`, which is asked now and then, no longer wants it. Throws
  /// what `open` threw for it.
  std::unique_ptr<ClipBatch> take(const std::function<bool()>& stop = [] { return false; });

 private:
  void work(const std::stop_token& stop);

  std::shared_ptr<video::Loader> loader_;
  Open open_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::unique_ptr<ClipBatch>> ready_;
  std::exception_ptr failure_;  ///< after them
  bool ended_ = false;
  std::jthread thread_;  ///< the last member: it ends before the others do
};

}  // namespace pgt::walk
