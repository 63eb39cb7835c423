/// Cases of a golden file of the group "optimizers": updates by an optimizer, and tables of learning rates.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "compare.hpp"

namespace pgt::parity {

/// Updates the case's parameters by the rule of training, in float64 on the CPU, and compares them after the steps that
/// it lists: 1e-9, of values over 1 relative. Throws Error(data) that names what the run file cannot say.
std::vector<Difference> compare_optimizer(const nlohmann::json& golden);

/// Compares the rates of training, one iteration an epoch, with a table: 1e-10, relative. Throws as above.
std::vector<Difference> compare_learning_rates(const nlohmann::json& table);

/// What a table is called, which has no id: "learning_rate/poly".
std::string table_id(const nlohmann::json& table);

}  // namespace pgt::parity
