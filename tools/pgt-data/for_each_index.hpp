/// Work on many files by several threads.
#pragma once

#include <cstddef>
#include <functional>

namespace pgt::data {

/// Calls `work` for each of `count` indices, from `threads` threads, and after each of them `done`, with the index and
/// how many are done, from one thread at a time. What either throws first ends the work and is thrown.
void for_each_index(std::size_t count, int threads, const std::function<void(std::size_t index)>& work,
                    const std::function<void(std::size_t index, std::size_t done)>& done);

}  // namespace pgt::data
