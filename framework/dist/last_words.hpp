/// Who of a group has gone, and what they said.
#pragma once

#include <torch/csrc/distributed/c10d/Store.hpp>

#include <string>
#include <vector>

#include "base/error.hpp"

namespace pgt::dist {

/// Notes in the ranks' common store. Rank 0 holds the store, so where it has gone, the store has too.
class LastWords {
 public:
  LastWords(c10::intrusive_ptr<c10d::Store> store, int rank, int size);

  /// Lets the others know which process this is. `known` once all have.
  void introduce();
  void known();

  /// This rank goes, because of this. Not where it goes because another one has.
  void say(ExitCode code, const std::string& words);
  /// Waits a few seconds until the others have heard what was said.
  void wait_until_heard();
  /// A call has failed: finds out who is to blame, and waits a few seconds for their words. `reason`: what LibTorch
  /// says.
  [[noreturn]] void explain(const std::string& reason);

 private:
  std::string name_of(int rank) const;
  bool noted(const std::string& key);

  c10::intrusive_ptr<c10d::Store> store_;
  int rank_, size_;
  std::vector<std::string> processes_{};  ///< of each rank
  bool said_ = false, explained_ = false;
};

}  // namespace pgt::dist
