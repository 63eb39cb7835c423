/// A clip in two passes: the features of all steps, the head over all of them at once, then each step again with the
/// gradient of its features (sdk::Passes::two; docs/method.md M3.9). Where moments are scored, those of all steps are
/// one after another, as if they were of a single step (M3.11).
///
/// Note [Twice the same]
/// The second pass must compute what the first has computed. The caller walks over the same frames, seeds dropout by
/// the step, and nothing updates the weights in between. In training, a forward also moves running statistics, which
/// nothing reads before the next evaluation: the first pass puts them back as they were, the second moves them.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "nn/kept_buffers.hpp"
#include "nn/precision.hpp"
#include "train/clip_features.hpp"
#include "walk/steps.hpp"

namespace pgt::train {

class TwoPass {
 public:
  /// A step of a clip whose moments are scored.
  struct Part {
    walk::Step step;           ///< of the rows that took as many steps, without frames and targets
    std::int64_t moments = 0;  ///< of each row
  };
  /// What the head makes of the features of a clip's steps.
  struct Whole {
    walk::Step step;          ///< over all frames; its targets are those of all steps
    at::Tensor scores;        ///< of the rows that took as many steps
    std::vector<Part> parts;  ///< where moments are scored: whose scores follow one another in those of a row
  };

  /// Throws Error(config) where the backbone is no sdk::FeatureBackbone.
  TwoPass(sdk::Backbone& backbone, const sdk::CarryRule& rule, const nn::Precision& precision = {});

  /// The next step of the present pass. In the second it is back-propagated.
  void take(const walk::Step& step, sdk::Carry& carry);
  /// Ends the first pass: the head's scores, where gradients are enabled with a graph. Rows that have ended earlier
  /// have scores of their own; `broken` rows have none. The losses of these are to be back-propagated before the second
  /// pass.
  std::vector<Whole> end_first(const std::set<std::size_t>& broken);
  bool in_first() const { return first_; }

 private:
  /// A step of the first pass.
  struct Seen {
    walk::Step step;            ///< without its frames
    std::int64_t features = 0;  ///< of each row
  };
  /// Rows that took as many steps, and what the head has read of them.
  struct Group {
    std::vector<std::size_t> rows;
    at::Tensor features;  ///< a leaf, (rows, features, channels); gone in the second pass
    at::Tensor gradient;  ///< of the same, in the second pass; undefined: none
  };

  void begin_second();
  at::Tensor features(const walk::Step& step, sdk::Carry& carry);
  /// What the head is to read of these rows, which took so many steps: a new group. Without scores.
  Whole gather(const std::vector<std::size_t>& rows, std::size_t steps);
  void score(Whole& whole, const at::Tensor& features);
  /// Scores of all features of a clip.
  at::Tensor head(const at::Tensor& features, const walk::Step& step);
  at::Tensor gradient(const walk::Step& step, const at::Tensor& features) const;

  sdk::Backbone& backbone_;
  sdk::CarryRule rule_;
  nn::Precision precision_;
  sdk::FeatureBackbone& parts_;
  std::optional<nn::KeptBuffers> buffers_;  ///< as they were before the first pass; none: nothing is learned
  bool first_ = true;
  std::vector<Seen> seen_;
  ClipFeatures features_{};  ///< of the steps seen
  std::vector<Group> groups_;
  std::int64_t done_ = 0;  ///< features of the steps that the second pass has done
};

/// Throws config::SettingError that says what is missing where a plan asks for two passes and the backbone cannot:
/// `model` and `schedule` are what the run file calls them.
void check_two_pass(const sdk::Plan& plan, sdk::Backbone& backbone, const std::string& model,
                    const std::string& schedule);

}  // namespace pgt::train
