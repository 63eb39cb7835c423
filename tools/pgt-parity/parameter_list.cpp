#include "parameter_list.hpp"

#include <torch/torch.h>

#include <cmath>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "fill.hpp"
#include "nn/parameters.hpp"

namespace pgt::parity {
namespace {

using nlohmann::json;

/// Of float32 values summed in another order.
constexpr double tolerance = 1e-6;

void compare(const std::vector<nn::Parameter>& ours, const std::vector<json>& rows, const std::string& kind) {
  for (std::size_t i = 0; i < std::max(ours.size(), rows.size()); ++i) {
    const json here = i < ours.size() ? json{ours[i].name, ours[i].tensor.sizes().vec()} : json();
    const json there = i < rows.size() ? json{rows[i][0], rows[i][1]} : json();
    if (here != there) {
      throw Error(ExitCode::data,
                  kind + " " + std::to_string(i) + " is " + here.dump() + ", in parameters.json " + there.dump());
    }
    const at::Tensor filled = filled_parameter(ours[i].name, ours[i].tensor.sizes(), {}).to(torch::kDouble);
    const double sum = filled.sum().item<double>(), expected = rows[i].at(3);
    if (std::abs(sum - expected) > tolerance * (1 + filled.abs().sum().item<double>())) {
      throw Error(ExitCode::data, "the fill of " + ours[i].name + " sums to " + json(sum).dump() +
                                      ", in parameters.json to " + json(expected).dump());
    }
  }
}

}  // namespace

void compare_with_list(sdk::Backbone& backbone, const json& list) {
  std::vector<nn::Parameter> trained, buffers;
  for (const nn::Parameter& parameter : nn::parameters(backbone)) {
    (parameter.trained() ? trained : buffers).push_back(parameter);
  }
  std::vector<json> parameter_rows, buffer_rows;
  for (const json& row : list.at("ordered")) (row.at(2) == "parameter" ? parameter_rows : buffer_rows).push_back(row);
  compare(trained, parameter_rows, "parameter");
  compare(buffers, buffer_rows, "buffer");
}

}  // namespace pgt::parity
