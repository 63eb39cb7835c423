/// The differences between what a case gave and what the golden file says.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "execute.hpp"

namespace pgt::parity {

/// The largest difference of one kind, measured against its tolerance.
struct Difference {
  std::string kind;
  double value = 0.0;
  double tolerance = 0.0;
  std::string where;      ///< step, stage or parameter
  bool is_count = false;  ///< of how many there are, not of values
  bool within() const { return value <= tolerance; }
};

enum class Precision { float64, float32 };

/// In float64 with `expect_float64` and the tight tolerances of tests/golden/README.md; in float32 with `expect` and
/// the case's own tolerances. Anything that is expected and was not computed is an infinite difference.
std::vector<Difference> compare(const Case& golden, const Execution& execution, Precision precision);

}  // namespace pgt::parity
