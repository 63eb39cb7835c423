/// A clip of random pictures for a backbone, and how it is walked.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "clip_shape.hpp"
#include "walk/plan_walk.hpp"

namespace pgt::model {

/// What is carried into each step but the first.
using CarriedIn = std::vector<std::map<std::string, at::Tensor>>;

class Trial {
 public:
  /// `rows` videos of the clip's shape, of the type `type`, drawn from a fixed seed. Where the backbone scores boxes,
  /// each video has one in every step.
  Trial(const sdk::BackboneInfo& info, const ClipShape& clip, std::int64_t rows, c10::ScalarType type);

  /// The scores of each step. Where `fixed` is given, each step takes from it what it is carried.
  std::vector<at::Tensor> scores(sdk::Backbone& backbone, const sdk::CarryRule& rule, bool detach,
                                 const CarriedIn* fixed = nullptr) const;
  /// What is carried then.
  CarriedIn carried(sdk::Backbone& backbone, const sdk::CarryRule& rule) const;
  /// The same clip of one of the videos.
  Trial row(std::int64_t row) const;

  walk::PlanWalk plan(const sdk::CarryRule& rule, bool detach) const;
  std::vector<sdk::Fragment> fragments;  ///< of each step

 private:
  sdk::BackboneInfo info_;
  ClipShape clip_;
};

}  // namespace pgt::model
