#include "nn/pinned_memory.hpp"

#include <ATen/core/CachingHostAllocator.h>

#include <mutex>
#include <unordered_map>
#include <utility>

namespace pgt::nn {
namespace {

class PinnedMemory final : public std::pmr::memory_resource {
 private:
  void* do_allocate(std::size_t bytes, std::size_t /*alignment*/) override {
    c10::DataPtr block = at::getHostAllocator(at::kCUDA)->allocate(bytes);
    void* const memory = block.get();
    const std::lock_guard lock(mutex_);
    blocks_.emplace(memory, std::move(block));
    return memory;
  }
  void do_deallocate(void* memory, std::size_t /*bytes*/, std::size_t /*alignment*/) override {
    const std::lock_guard lock(mutex_);
    blocks_.erase(memory);
  }
  bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override { return this == &other; }

  std::mutex mutex_;
  std::unordered_map<void*, c10::DataPtr> blocks_;
};

}  // namespace

std::pmr::memory_resource* memory_to_send_from(c10::Device device) {
  if (!device.is_cuda()) return std::pmr::new_delete_resource();
  static auto* const pinned = new PinnedMemory;  // never destroyed: frames may be freed while the process exits
  return pinned;
}

}  // namespace pgt::nn
