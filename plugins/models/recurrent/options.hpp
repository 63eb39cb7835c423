/// What a run file may say about a recurrent network.
#pragma once

#include <cstdint>
#include <vector>

#include <pgt/sdk/options.hpp>

#include "models/common/recurrence.hpp"
#include "models/resnet3d/layout.hpp"
#include "models/resnet3d/resnet_options.hpp"

namespace recurrent {

enum class Head { basic, moments };

struct Options {
  std::int64_t depth = 18;
  std::vector<std::int64_t> blocks{};
  std::int64_t width = 64;
  std::vector<std::int64_t> strides{1, 2, 2, 2};
  resnet3d::StemKind stem = resnet3d::StemKind::imagenet;
  pgt::models::NormKind norm = pgt::models::NormKind::frozen;
  std::int64_t norm_groups = 4;
  pgt::models::Cell cell = pgt::models::Cell::gru;
  std::int64_t state_width = 512;
  std::int64_t state_layers = 1;
  Head head = Head::basic;
  double dropout = 0.5;

  void describe(pgt::sdk::Options& o);
  void check(pgt::sdk::Problems& problems) const;
  /// Of the network of single frames.
  resnet3d::Layout layout() const;

 private:
  resnet3d::ResNetOptions pictures() const;
};

}  // namespace recurrent
