/// What the streams of one pass over a dataset share.
#pragma once

#include <cstddef>
#include <memory_resource>
#include <stop_token>

#include "video/byte_budget.hpp"
#include "video/reader_pool.hpp"
#include "video/work_queue.hpp"

namespace pgt::video {

struct Loader {
  /// `threads` that decode, 0: one per core. `prefetch_bytes`: see ByteBudget. `keep_open`: whether clips of one video
  /// follow one another, so that it pays to keep as many readers as there are threads. `frame_memory`: for the frames.
  Loader(int threads, std::size_t prefetch_bytes, bool keep_open = false,
         std::pmr::memory_resource* frame_memory = std::pmr::new_delete_resource())
      : work(threads),
        budget(prefetch_bytes),
        readers(keep_open ? static_cast<std::size_t>(work.threads()) : 0),
        memory(frame_memory) {}

  WorkQueue work;
  ByteBudget budget;
  ReaderPool readers;
  std::pmr::memory_resource* memory;
  std::stop_source stop;  ///< requested when no more batches are wanted: opening one is given up
};

}  // namespace pgt::video
