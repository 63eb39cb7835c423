/// What is the same for all batches of a run.
#pragma once

#include <cstdint>

#include <pgt/sdk/backbone.hpp>

#include "dist/batch_sums.hpp"
#include "dist/group.hpp"
#include "nn/precision.hpp"
#include "train/criterion.hpp"

namespace pgt::train {

struct Lesson {
  sdk::Backbone& backbone;
  Criterion criterion;
  std::uint64_t seed;           ///< of dropout
  double moment_smoothing = 0;  ///< train.moment_smoothing
  nn::Precision precision{};
  std::int64_t micro_batch = 0;        ///< rows that go through the network at a time; 0: all …
  dist::Group& group = dist::alone();  ///< the ranks that have the rows of a batch
  dist::BatchSums* sums = nullptr;     ///< of the network's normalisation over all ranks, where it has one
  bool halves = false;                 ///< … which are halved where memory runs out (train.micro_batch = "auto")
};

}  // namespace pgt::train
