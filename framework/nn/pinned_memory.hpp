#pragma once

#include <c10/core/Device.h>

#include <memory_resource>

namespace pgt::nn {

/// Memory of the CPU from which copies to this device are fastest: pinned where it is a GPU. What is given back there
/// is used again only when copies that were queued from it are done. Thread: any. Lives as long as the process.
std::pmr::memory_resource* memory_to_send_from(c10::Device device);

}  // namespace pgt::nn
