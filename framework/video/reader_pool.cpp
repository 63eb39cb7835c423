#include "video/reader_pool.hpp"

#include <utility>

namespace pgt::video {

Reader ReaderPool::take(const std::shared_ptr<const VideoIndex>& index, std::int64_t frame, int threads,
                        std::stop_token stop) {
  {
    const std::lock_guard lock(mutex_);
    auto best = parked_.end();
    const auto before = [&](const Reader& reader) { return reader.position() <= frame; };
    for (auto reader = parked_.begin(); reader != parked_.end(); ++reader) {
      if (&reader->index() != index.get() || reader->threads() != threads) continue;
      const bool better =
          best == parked_.end() || (before(*reader) && (!before(*best) || reader->position() > best->position()));
      if (better) best = reader;
    }
    if (best != parked_.end()) {
      Reader reader = std::move(*best);
      parked_.erase(best);
      reader.set_stop(std::move(stop));
      return reader;
    }
  }
  return Reader(index, threads, std::move(stop));
}

void ReaderPool::park(Reader reader) {
  reader.set_stop({});
  std::list<Reader> closed;  // files are closed without the lock
  const std::lock_guard lock(mutex_);
  parked_.push_front(std::move(reader));
  if (parked_.size() > most_) closed.splice(closed.begin(), parked_, std::prev(parked_.end()));
}

std::size_t ReaderPool::size() const {
  const std::lock_guard lock(mutex_);
  return parked_.size();
}

}  // namespace pgt::video
