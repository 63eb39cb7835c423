/// What a run file may say about a recurrent network.
#pragma once

#include <cstdint>
#include <vector>

#include <pgt/sdk/options.hpp>

#include "models/common/norm_layout.hpp"

namespace recurrent {

enum class Stem { imagenet, small };
enum class CellKind { gru, lstm };
enum class Head { basic, moments };

struct Options {
  std::int64_t depth = 18;
  std::vector<std::int64_t> blocks{};
  std::int64_t width = 64;
  Stem stem = Stem::imagenet;
  pgt::models::NormKind norm = pgt::models::NormKind::frozen;
  std::int64_t norm_groups = 4;
  CellKind cell = CellKind::gru;
  std::int64_t state_width = 512;
  std::int64_t state_layers = 1;
  Head head = Head::basic;
  double dropout = 0.5;

  void describe(pgt::sdk::Options& o);
  void check(pgt::sdk::Problems& problems) const;

  /// `blocks`, or those that `depth` stands for.
  std::vector<std::int64_t> stage_blocks() const;
  bool bottlenecks() const { return depth >= 50; }
  pgt::models::NormLayout norm_layout() const { return {norm, norm_groups, 1}; }
};

}  // namespace recurrent
