#include "walk/hidden_state.hpp"

#include <torch/torch.h>

#include "base/error.hpp"
#include "nn/carry.hpp"

namespace pgt::walk {
namespace {

/// A video on its way through the steps.
struct Walk {
  nn::SlotCarry carry;
  std::vector<at::Tensor> scores{};
};

void advance(sdk::Backbone& backbone, const std::vector<sdk::Step>& steps, const sdk::Fragment& fragment, Walk& walk) {
  const std::size_t step = walk.scores.size();
  walk.carry.begin_step(step == 0, steps[step], step + 1 < steps.size() ? &steps[step + 1] : nullptr);
  walk.scores.push_back(backbone.forward(fragment, walk.carry));
}

}  // namespace

void check_no_hidden_state(sdk::Backbone& backbone, const std::string& plugin, const sdk::CarryRule& rule,
                           const std::vector<sdk::Step>& steps, const std::vector<FragmentPair>& fragments) {
  const at::NoGradGuard no_gradient;
  backbone.train(false);
  const std::vector<sdk::Site> sites = backbone.info().sites;
  std::vector<Walk> apart(2, Walk{nn::SlotCarry(sites, rule)});
  std::vector<Walk> interleaved = apart;
  for (std::size_t video = 0; video < 2; ++video) {
    for (std::size_t step = 0; step < steps.size(); ++step) {
      advance(backbone, steps, fragments[step][video], apart[video]);
    }
  }
  for (std::size_t step = 0; step < steps.size(); ++step) {
    for (std::size_t video = 0; video < 2; ++video) {
      advance(backbone, steps, fragments[step][video], interleaved[video]);
      if (!at::allclose(interleaved[video].scores[step], apart[video].scores[step], 1e-4, 1e-5)) {
        throw Error(ExitCode::plugin,
                    "plugin " + plugin + ", Backbone::forward: step " + std::to_string(step) +
                        " gives other scores when a second video runs in between: it keeps a video's state in its own "
                        "members. All state must go through the Carry (docs/write-a-backbone.md)");
      }
    }
  }
}

}  // namespace pgt::walk
