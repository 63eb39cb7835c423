#include "recognise.hpp"

#include <algorithm>
#include <tuple>

namespace pgt::weights {
namespace {

constexpr std::size_t sample = 64;  ///< names that tell the namings apart; trying all takes seconds

/// Names of our residual networks and of our transformers.
bool may_be_ours(const std::string& name) {
  static const std::regex pattern(
      R"(s\d\.pathway\d_(stem|res\d+|nonlocal\d+)\..+|s\d_fuse\..+|head\.(projection|conv_5|lin_5)(_bn)?\..+)"
      R"(|patch_embed\.proj\..+|blocks\.\d+\.(temporal_)?(norm[12]|attn|fc|mlp)\..+)");
  return std::regex_match(name, pattern);
}

/// Of every `step`th tensor.
Recognised count(const Naming& naming, std::span<const NamedTensor> tensors, std::size_t step,
                 const std::set<std::string>& network) {
  Recognised counted{&naming};
  for (std::size_t i = 0; i < tensors.size(); i += step) {
    const std::string name = without_third(naming.translate(tensors[i].name));
    counted.of_network += network.contains(name) ? 1 : 0;
    counted.ours += may_be_ours(name) ? 1 : 0;
  }
  return counted;
}

}  // namespace

Recognised recognise(std::span<const NamedTensor> tensors, const std::set<std::string>& network) {
  const std::size_t step = tensors.size() / sample + 1;
  std::vector<Recognised> counts;
  for (const Naming& naming : namings()) counts.push_back(count(naming, tensors, step, network));
  const auto best = std::max_element(counts.begin(), counts.end(), [](const Recognised& a, const Recognised& b) {
    return std::tie(a.of_network, a.ours) < std::tie(b.of_network, b.ours);
  });
  return count(*best->naming, tensors, 1, network);
}

}  // namespace pgt::weights
