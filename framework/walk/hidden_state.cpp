#include "walk/hidden_state.hpp"

#include <torch/torch.h>

#include <list>

#include "base/error.hpp"
#include "walk/steps.hpp"

namespace pgt::walk {
namespace {

/// A video on its way through the steps.
class Scored {
 public:
  Scored(sdk::Backbone& backbone, const PlanWalk& plan, const std::vector<sdk::Fragment>& fragments,
         const nn::Precision& precision)
      : backbone_(backbone),
        precision_(precision),
        supply_(fragments),
        steps_(plan, 0, backbone.info().sites, supply_) {}

  /// The scores of the next step; undefined after the last.
  at::Tensor advance() {
    const std::optional<Step> step = steps_.next();
    return step ? nn::scores(backbone_, step->fragment, steps_.carry(), precision_) : at::Tensor();
  }

 private:
  sdk::Backbone& backbone_;
  const nn::Precision precision_;
  GivenFragments supply_;
  Steps steps_;
};

/// What is no number differs from itself, and would be told as hidden state.
void require_finite(const at::Tensor& scores, const std::string& plugin, std::size_t step) {
  if (scores.isfinite().all().item<bool>()) return;
  throw Error(ExitCode::plugin, "plugin " + plugin + ", Backbone::forward: the scores of step " + std::to_string(step) +
                                    " are not finite");
}

}  // namespace

void check_no_hidden_state(sdk::Backbone& backbone, const std::string& plugin, const PlanWalk& plan,
                           const TwoVideos& videos, const nn::Precision& precision) {
  const at::NoGradGuard no_gradient;
  backbone.train(false);
  std::array<std::vector<at::Tensor>, 2> apart;
  std::list<Scored> interleaved;  // a list: they are not moved
  for (std::size_t video = 0; video < videos.size(); ++video) {
    Scored alone(backbone, plan, videos[video], precision);
    while (true) {
      const at::Tensor scores = alone.advance();
      if (!scores.defined()) break;
      require_finite(scores, plugin, apart[video].size());
      apart[video].push_back(scores);
    }
    interleaved.emplace_back(backbone, plan, videos[video], precision);
  }
  for (std::size_t step = 0; step < apart[0].size(); ++step) {
    std::size_t video = 0;
    for (Scored& one : interleaved) {
      if (at::allclose(one.advance(), apart[video++][step], 1e-4, 1e-5)) continue;
      throw Error(
          ExitCode::plugin,
          "plugin " + plugin + ", Backbone::forward: step " + std::to_string(step) +
              " gives different scores when a second video runs in between: it keeps a video's state in its own "
              "members. All state must go through the Carry (docs/write-a-backbone.md)");
    }
  }
}

}  // namespace pgt::walk
