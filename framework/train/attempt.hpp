/// A step for which memory may run out, perhaps on one of several ranks only.
///
/// Note [Memory that runs out on one rank]
/// The other ranks are in the middle of the step and wait for what this one has to say. So with train.micro_batch =
/// "auto" it leaves out the rest of its work, but says all that it would have said, whatever that is worth. After the
/// step the ranks tell each other whether memory ran out on any of them, which is one short message, and if it did, the
/// step fails on all of them alike, and its clip begins again. What a schedule that updates the weights within a clip
/// has learned of it by then stays, and is learned once more.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "dist/group.hpp"
#include "nn/full_memory.hpp"

namespace pgt::train {

class Attempt {
 public:
  /// `rows`: that go through the network at a time. `goes_on`: after memory has run out; else that ends the run at
  /// once.
  Attempt(dist::Group& group, std::int64_t rows, bool goes_on);

  /// Does a part of the step in which no rank waits for another; nothing after memory has run out. Throws
  /// nn::FullMemory where nobody waits for this rank, or the run ends.
  void part(const std::function<void()>& work);
  /// All ranks call it after the parts: throws nn::FullMemory on all of them where memory ran out on any.
  void end() const;

 private:
  dist::Group& group_;
  std::int64_t rows_;
  bool agrees_;
  std::optional<nn::FullMemory> full_{};
};

}  // namespace pgt::train
