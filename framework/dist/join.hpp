/// From a process to one of a group.
#pragma once

#include <torch/csrc/distributed/c10d/Store.hpp>

#include <chrono>
#include <memory>

#include "dist/group.hpp"
#include "dist/world.hpp"

namespace pgt::dist {

/// The group that the world says, through Gloo: `Alone` where the process is. Waits for the other ranks. `limit`: how
/// long a call waits for them. Throws Error(failure) that says who has not come.
std::unique_ptr<Group> join(const World& world, std::chrono::seconds limit);

/// The same over a store that is there, on this machine.
std::unique_ptr<Group> join(c10::intrusive_ptr<c10d::Store> store, int rank, int size, std::chrono::seconds limit);

}  // namespace pgt::dist
