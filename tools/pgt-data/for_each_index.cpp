#include "for_each_index.hpp"

#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace pgt::data {

void for_each_index(std::size_t count, int threads, const std::function<void(std::size_t index)>& work,
                    const std::function<void(std::size_t index, std::size_t done)>& done) {
  std::atomic<std::size_t> next = 0;
  std::mutex telling;
  std::size_t ready = 0;
  std::exception_ptr failure;
  const auto work_on = [&](std::size_t index) {
    try {
      work(index);
      const std::lock_guard lock(telling);
      done(index, ++ready);
    } catch (...) {
      const std::lock_guard lock(telling);
      if (!failure) failure = std::current_exception();
      next = count;
    }
  };
  std::vector<std::jthread> workers;
  for (int i = 0; i < threads; ++i) {
    workers.emplace_back([&] {
      for (std::size_t index = next++; index < count; index = next++) work_on(index);
    });
  }
  workers.clear();  // waits for them
  if (failure) std::rethrow_exception(failure);
}

}  // namespace pgt::data
