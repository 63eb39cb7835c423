/// The scores of whole videos.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <pgt/sdk/schedule.hpp>

#include "config/run_options.hpp"
#include "eval/clip_scores.hpp"
#include "eval/localisation.hpp"
#include "eval/step_ensemble.hpp"

namespace pgt::eval {

/// The seconds from the first to the last frame that was seen of a video, in all its clips.
struct Seen {
  double first = 0;
  double last = 0;
};

/// The steps' probabilities become one as the ensemble says (StepEnsemble), and those of a video's clips as
/// ClipEnsemble does.
class VideoScores final : public ClipScores {
 public:
  /// `ensemble`: resolved.
  VideoScores(std::size_t videos, sdk::Ensemble ensemble, config::Loss loss);

  void begin(const walk::ClipBatch& batch) override;
  void take(const walk::Step& step, const at::Tensor& scores) override;
  void end(const std::vector<std::size_t>& rows) override;

  /// Of a video that has been scored.
  std::vector<double> probabilities(std::size_t video) const { return videos_[video].clips.result(); }
  /// The same, without the truth. Empty for cross entropy: one label holds throughout.
  std::vector<LocalisedSecond> localised(std::size_t video) const;
  Seen seen(std::size_t video) const { return *videos_[video].seen; }

 private:
  struct Video {
    ClipEnsemble clips;
    std::optional<Localisation> localisation{};
    std::optional<Seen> seen{};
  };
  void add_seconds(std::size_t row, const std::vector<std::vector<double>>& stretches);
  /// What a step that saw these stretches says about the moments of a row's video.
  void add_localised(std::size_t row, const std::vector<std::vector<double>>& stretches,
                     const std::vector<double>& probabilities);

  std::vector<Video> videos_;
  sdk::Ensemble ensemble_;
  config::Loss loss_;
  const walk::ClipBatch* batch_ = nullptr;
  std::vector<StepEnsemble> clips_;  ///< of each row of the batch
};

}  // namespace pgt::eval
