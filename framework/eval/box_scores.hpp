/// The scores of boxes in key frames.
#pragma once

#include <vector>

#include <pgt/sdk/dataset.hpp>
#include <pgt/sdk/schedule.hpp>

#include "config/run_options.hpp"
#include "dist/group.hpp"
#include "eval/clip_scores.hpp"
#include "eval/detection.hpp"
#include "walk/targets.hpp"

namespace pgt::eval {

/// Ensemble `last`: the boxes of each clip's last step count; any other: those of every step. Boxes that are scored
/// more than once, in several steps or clips, get the mean of their scores (docs/method.md M4.6). A box outside of what
/// a clip shows is not scored.
class BoxScores final : public ClipScores {
 public:
  BoxScores(std::size_t samples, sdk::Ensemble ensemble, config::Loss loss);

  void begin(const walk::ClipBatch& batch) override;
  void take(const walk::Step& step, const at::Tensor& scores) override;
  void end(const std::vector<std::size_t>& rows) override;

  /// What each rank has scored becomes known to all of them. All ranks call it.
  void gather(dist::Group& group);
  /// What the given samples have of key frames, each box once.
  KeyFrames key_frames(const std::vector<std::size_t>& samples) const;

 private:
  /// A key frame as one step of one clip saw it.
  struct Sight {
    std::string name;
    KeyFrame frame;

    template <typename Archive>
    friend void members(Archive& archive, Sight& sight) {
      archive(sight.name, sight.frame);
    }
  };
  using Sights = std::vector<std::vector<Sight>>;

  bool last_step_alone_;
  config::Loss loss_;
  const walk::ClipBatch* batch_ = nullptr;
  Sights clips_;    ///< of each row of the batch
  Sights samples_;  ///< of each sample of the split
};

}  // namespace pgt::eval
