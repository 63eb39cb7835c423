/// Several ranks in one process, each a thread, that reach each other through Gloo.
#pragma once

#include <torch/csrc/distributed/c10d/HashStore.hpp>

#include <chrono>
#include <cstdlib>
#include <exception>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "dist/join.hpp"

namespace pgt::dist {

/// Does `work` on each of them. What they threw, as text, by rank; empty: nothing.
inline std::vector<std::string> on_ranks(int count, const std::function<void(Group&)>& work,
                                         std::chrono::seconds limit = std::chrono::seconds(60)) {
  // What LibTorch notes down of messages is of the process, and not made for several groups in it.
  setenv("TORCH_FR_BUFFER_SIZE", "0", 0);
  const auto store = c10::make_intrusive<c10d::HashStore>();
  std::vector<std::string> thrown(static_cast<std::size_t>(count));
  std::vector<std::jthread> threads;
  for (int rank = 0; rank < count; ++rank) {
    threads.emplace_back([&, rank] {
      try {
        work(*join(store, rank, count, limit));
      } catch (const std::exception& error) {
        thrown[static_cast<std::size_t>(rank)] = error.what();
      }
    });
  }
  threads.clear();
  return thrown;
}

}  // namespace pgt::dist
