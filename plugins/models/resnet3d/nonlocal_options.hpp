/// What a run file may say about non-local blocks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <pgt/sdk/options.hpp>

#include "layout.hpp"

namespace resnet3d {

enum class NonLocalNorm { network, batch, frozen, layer, none };

/// Each of `places`, the option `name`, must be a block, of stages that have so many `blocks`.
void check_places(pgt::sdk::Problems& problems, const std::string& name, const std::vector<std::string>& places,
                  const std::vector<std::int64_t>& blocks);

/// Source: docs/method.md M2.8.
struct NonLocalOptions {
  std::vector<std::string> places{};
  NonLocalForm form = NonLocalForm::softmax;
  std::vector<std::int64_t> pool{1, 2, 2};
  bool progressive = false;
  NonLocalNorm norm = NonLocalNorm::network;

  void describe(pgt::sdk::Options& o);
  /// `blocks`: of each stage.
  void check(pgt::sdk::Problems& problems, const std::vector<std::int64_t>& blocks) const;
  /// Adds blocks at these places to a pathway whose layers have the normalisation `network`.
  void add_to(PathwayLayout& pathway, const std::vector<std::string>& at, const NormLayout& network) const;

 private:
  std::optional<NormLayout> norm_layout(const NormLayout& network) const;
};

}  // namespace resnet3d
