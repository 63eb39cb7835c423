/// `check`: whether what is frozen stays as it is.
#pragma once

#include <map>
#include <string>

#include "session/session.hpp"

namespace pgt::cli {

/// What is frozen, as it is before the network learns from its first steps.
class FrozenParts {
 public:
  explicit FrozenParts(const session::Session& session);

  /// Afterwards. Throws Error(plugin) that names a parameter which has got a gradient, or a statistic that has moved.
  void check() const;

 private:
  const session::Session& session_;
  std::map<std::string, at::Tensor> statistics_;  ///< copies
};

}  // namespace pgt::cli
