/// How deep parameters lie in a backbone that does not say so itself.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "nn/parameters.hpp"

namespace pgt::train {

/// A layer is an outermost module, the first part of the names: of a residual network s1, s2, … and the head. They are
/// as deep as they are visited late.
class LayersByName final : public sdk::LayeredBackbone {
 public:
  explicit LayersByName(const std::vector<nn::Parameter>& parameters);
  std::int64_t layers() const override { return static_cast<std::int64_t>(places_.size()); }
  std::int64_t layer_of(std::string_view parameter) const override;

 private:
  std::map<std::string, std::int64_t, std::less<>> places_;  ///< of the outermost modules
};

}  // namespace pgt::train
