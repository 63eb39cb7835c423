/// AVA's label maps: which actions are evaluated, and what they are called.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "datasets/common/annotations.hpp"

namespace pgt::datasets {

/// Action id (from 1, with gaps) to name. Reads both ways in which these files are written:
///
///     item { name: "bend/bow (at the waist)" id: 1 }
///     label { name: "bend/bow (at the waist)" label_id: 1 label_type: PERSON_MOVEMENT }
///
/// What is wrong, ids above `most` among it, goes to `findings`.
std::map<std::int64_t, std::string> read_label_map(const std::string& text, const std::string& file, std::int64_t most,
                                                   Findings& findings);

}  // namespace pgt::datasets
