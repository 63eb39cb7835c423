/// The scores of the moments of whole videos.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "config/run_options.hpp"
#include "eval/clip_scores.hpp"
#include "eval/moment_track.hpp"

namespace pgt::eval {

/// From scores (N, moments, classes): softmax or sigmoid, in memory of the CPU.
at::Tensor moment_probabilities(const at::Tensor& scores, config::Loss loss);

/// Each part of a step's new frames becomes the moments within it.
class MomentScores final : public ClipScores {
 public:
  /// `moments_per_second`: of the tracks; 0: one for each sampled frame.
  MomentScores(std::size_t videos, config::Loss loss, double moments_per_second)
      : videos_(videos), loss_(loss), rate_(moments_per_second) {}

  void begin(const walk::ClipBatch& batch) override { batch_ = &batch; }
  void take(const walk::Step& step, const at::Tensor& scores) override;
  void end(const std::vector<std::size_t>&) override { batch_ = nullptr; }

  /// Of a video that has been scored, without the truth. It is handed over.
  MomentTrack take_track(std::size_t video);

 private:
  /// That of a row's video. `frame`: seconds from one sampled frame to the next.
  MomentGathering& gathering_of(std::size_t row, double frame, std::size_t classes);

  std::vector<std::optional<MomentGathering>> videos_;
  config::Loss loss_;
  double rate_;
  const walk::ClipBatch* batch_ = nullptr;
};

}  // namespace pgt::eval
