/// Mixup and CutMix over whole clips.
///
/// Note [Mixing]
/// For each batch of clips a partner of each row and the shares are drawn once; every step of the clip uses them. A row
/// shows its own frames and those of its partner at the same place of the clip, blended (mixup) or with a rectangle of
/// the partner's (CutMix), and its loss is the sum of both videos' losses, each times its share. The larger share is
/// always the row's own (which loses nothing: the partner's row has it the other way round), so a row is mostly its own
/// video, and its own label is the one that accuracy counts. Where a row is its own partner, and from the step on in
/// which its partner has left the batch, nothing is mixed in.
///
/// Sources: Zhang et al., "mixup", 2018; Yun et al., "CutMix", 2019.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "base/random.hpp"
#include "config/augment_options.hpp"
#include "train/criterion.hpp"
#include "video/fragment_stream.hpp"

namespace pgt::train {

class Mix {
 public:
  /// Mixes nothing.
  Mix() = default;
  /// Draws for a batch of clips, whose pictures are all of one size.
  Mix(const config::AugmentOptions& options, const std::vector<video::ClipRequest>& rows, Random random);

  /// Mixes the frames of a step. `rows`: those of the batch that the fragment has, ascending.
  void blend(sdk::Fragment& fragment, const std::vector<std::size_t>& rows) const;

  /// Of each row, that of the own targets and that of the partners', each times its share: losses and weights. The
  /// targets are those of all `rows`, the scores those of some, which begin at the place `first`.
  Losses losses(const at::Tensor& scores, const at::Tensor& targets, const Criterion& criterion,
                const std::vector<std::size_t>& rows, std::int64_t first = 0) const;
  /// The weights of all rows, in the type of `scores`, of which nothing else is read.
  at::Tensor weights(const at::Tensor& targets, const at::Tensor& scores, const Criterion& criterion,
                     const std::vector<std::size_t>& rows) const;

 private:
  /// The partners' rows, and how much each row shows of its own, both (N); without a partner 1.
  struct Pairing {
    at::Tensor partner;
    at::Tensor own;
  };
  Pairing pair(const std::vector<std::size_t>& rows, const at::Tensor& like) const;

  struct Rectangle {
    std::int64_t x, y, width, height;
  };

  std::vector<std::size_t> partners_{};  ///< of each row; empty: nothing is mixed
  double own_ = 1;                       ///< share of a row's own video
  bool cut_ = false;                     ///< CutMix, of `rectangle_`
  Rectangle rectangle_{};
};

}  // namespace pgt::train
