#include "cli/allocator.hpp"

#include <malloc.h>

namespace pgt::cli {

void set_up_allocator() {
  // By default glibc raises the threshold each time a mapped block is freed, so that soon tensors of many sizes share
  // the heap and fragment it by gigabytes. A threshold that was set stays where it is: every tensor is a mapping
  // of its own and goes back to the system when it is freed.
  constexpr int threshold = 256 << 10;
  mallopt(M_MMAP_THRESHOLD, threshold);
  mallopt(M_TRIM_THRESHOLD, threshold);
  // Small blocks, the decoders' above all: by default each thread comes to have a heap of its own, and what one thread
  // freed is not given to another. Two heaps serve four cores as fast.
  mallopt(M_ARENA_MAX, 2);
}

}  // namespace pgt::cli
