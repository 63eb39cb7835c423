#include "for_each_index.hpp"

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace pgt::data {

void for_each_index(std::size_t count, int threads, const std::function<void(std::size_t index)>& work,
                    const std::function<void(std::size_t index, std::size_t done)>& done) {
  std::atomic<std::size_t> next = 0;
  std::mutex telling;
  std::size_t ready = 0;
  std::vector<std::jthread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      for (std::size_t index = next++; index < count; index = next++) {
        work(index);
        const std::lock_guard lock(telling);
        done(index, ++ready);
      }
    });
  }
}

}  // namespace pgt::data
