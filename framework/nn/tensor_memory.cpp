#include "nn/tensor_memory.hpp"

#include <c10/core/CPUAllocator.h>
#include <c10/core/CachingDeviceAllocator.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <unordered_map>

namespace pgt::nn {
namespace {

constexpr std::size_t alignment = 64;
constexpr std::size_t slack = std::size_t{64} << 20;

/// How much may be held, for tensors and for the next ones, where tensors have used at most `used` at a time. Less, and
/// blocks that the next step needs go back to the system in every step.
constexpr std::size_t budget(std::size_t used) { return used + used / 4 + slack; }

class BlockAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(std::size_t size) override {
    void* block = size == 0 ? nullptr : take(size);
    return {block, block, &give_back, c10::Device(c10::kCPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &give_back; }
  void copy_data(void* to, const void* from, std::size_t size) const override { std::memcpy(to, from, size); }

  void release_unused() {
    const std::lock_guard lock(mutex_);
    release();
  }
  TensorMemory state() {
    const std::lock_guard lock(mutex_);
    return {static_cast<std::int64_t>(used_), static_cast<std::int64_t>(kept_), static_cast<std::int64_t>(most_used_)};
  }
  std::int64_t refused() {
    const std::lock_guard lock(mutex_);
    return refused_;
  }

  /// Never destroyed: tensors in static objects may outlive every other static object.
  static BlockAllocator& instance() {
    static auto* const allocator = new BlockAllocator;
    return *allocator;
  }

 private:
  void* take(std::size_t size) {
    const std::lock_guard lock(mutex_);
    // A block up to a quarter too large will do: the fragments after the first are a little shorter than it.
    const auto fit = free_.lower_bound(size);
    if (fit != free_.end() && fit->first <= size + size / 4 + alignment) {
      void* block = fit->second;
      kept_ -= fit->first;
      used_ += fit->first;
      most_used_ = std::max(most_used_, used_);
      free_.erase(fit);
      return block;
    }
    const std::size_t rounded = (size + alignment - 1) / alignment * alignment;
    most_used_ = std::max(most_used_, used_ + rounded);
    while (!free_.empty() && used_ + kept_ + rounded > budget(most_used_)) release_largest();
    void* block = std::aligned_alloc(alignment, rounded);
    if (!block) {  // the system has no more: what is kept is the last that there is
      release();
      block = std::aligned_alloc(alignment, rounded);
    }
    if (!block) {
      ++refused_;
      throw std::bad_alloc();
    }
    sizes_.emplace(block, rounded);
    used_ += rounded;
    return block;
  }

  static void give_back(void* block) {
    if (!block) return;
    BlockAllocator& self = instance();
    const std::lock_guard lock(self.mutex_);
    const std::size_t size = self.sizes_.at(block);
    // Before its equals: the block freed last is handed out first, while the processor's caches still hold it.
    self.free_.emplace_hint(self.free_.lower_bound(size), size, block);
    self.used_ -= size;
    self.kept_ += size;
  }

  void release_largest() {
    const auto largest = std::prev(free_.end());
    kept_ -= largest->first;
    sizes_.erase(largest->second);
    std::free(largest->second);
    free_.erase(largest);
  }

  void release() {
    while (!free_.empty()) release_largest();
    most_used_ = used_;
  }

  std::mutex mutex_;
  std::multimap<std::size_t, void*> free_;        ///< size to block
  std::unordered_map<void*, std::size_t> sizes_;  ///< of every block, used or free
  std::size_t used_ = 0;
  std::size_t most_used_ = 0;  ///< since `release`
  std::size_t kept_ = 0;
  std::int64_t refused_ = 0;
};

c10::CachingDeviceAllocator::DeviceStats stats(c10::Device device) {
  return c10::getDeviceAllocator(device.type())->getDeviceStats(device.index());
}

const c10::CachingAllocator::Stat& of_all(const c10::CachingAllocator::StatArray& stats) {
  return stats.at(static_cast<std::size_t>(c10::CachingAllocator::StatType::AGGREGATE));
}

}  // namespace

void use_tensor_memory() { c10::SetCPUAllocator(&BlockAllocator::instance(), /*priority=*/1); }

void release_unused_tensor_memory() { BlockAllocator::instance().release_unused(); }

TensorMemory tensor_memory() { return BlockAllocator::instance().state(); }

std::int64_t refused_allocations() { return BlockAllocator::instance().refused(); }

std::int64_t used_bytes(c10::Device device) {
  return device.is_cpu() ? tensor_memory().used : of_all(stats(device).allocated_bytes).current;
}

void reset_held_bytes(c10::Device device) {
  if (device.is_cpu()) {
    release_unused_tensor_memory();
  } else {
    c10::getDeviceAllocator(device.type())->emptyCache();
    c10::getDeviceAllocator(device.type())->resetPeakStats(device.index());
  }
}

std::int64_t held_bytes(c10::Device device) {
  if (!device.is_cpu()) return peak_device_bytes(device);
  const TensorMemory memory = tensor_memory();
  return memory.used + memory.kept;
}

std::int64_t most_used_bytes(c10::Device device) {
  return device.is_cpu() ? tensor_memory().most_used : peak_device_bytes(device);
}

std::int64_t most_held_of(std::int64_t used) {
  return static_cast<std::int64_t>(budget(static_cast<std::size_t>(used)));
}

std::int64_t device_capacity(c10::Device device) {
  try {
    const auto [free, all] = c10::getDeviceAllocator(device.type())->getMemoryInfo(device.index());
    return static_cast<std::int64_t>(free) + of_all(stats(device).reserved_bytes).current;
  } catch (const c10::Error&) {  // this accelerator does not say
    return 0;
  }
}

std::int64_t peak_device_bytes(c10::Device device) {
  return device.is_cpu() ? 0 : of_all(stats(device).allocated_bytes).peak;
}

}  // namespace pgt::nn
