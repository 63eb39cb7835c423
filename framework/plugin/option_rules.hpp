/// What a description of options must keep so that a run file can be checked against it.
#pragma once

#include <string>
#include <vector>

#include <pgt/sdk/options.hpp>

namespace pgt::plugin {

/// The first key that two options have; empty: there is none.
std::string key_of_two(const std::vector<sdk::OptionSpec>& specs);

/// Why the default of an option is not a value that a run file could give it: "is 0 by default, which is less than its
/// minimum 1". Empty: it is one, or the run file must give another.
std::string wrong_default(const sdk::OptionSpec& spec);

}  // namespace pgt::plugin
