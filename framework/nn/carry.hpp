/// The host's carry: one slot a site, for one batch of videos (DESIGN: "the carry, exactly"; spec/pgt.md 2.1).
///
/// Note [What is detached when]
/// A slot holds what the previous step kept, with its graph. `begin_step` of a step with `detach` cuts that graph for
/// all slots at once, so nothing of an earlier step is alive when the new one runs; without `detach` the graph stays
/// and the losses of both steps are back-propagated together, after the last of them. Blending (momentum) happens in
/// `enter`, from the slot as cut or not, so the gradient also flows through the blend exactly when it flows through
/// the slot.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>

namespace pgt::nn {

class SlotCarry final : public sdk::Carry {
 public:
  SlotCarry(std::vector<sdk::Site> sites, sdk::CarryRule rule);

  /// `step` is about to run; `next` follows it (null: it is the clip's last, nothing is kept). `first` drops all slots.
  void begin_step(bool first, const sdk::Step& step, const sdk::Step* next);

  at::Tensor enter(sdk::SiteIndex site, const at::Tensor& x) override;
  at::Tensor leave(sdk::SiteIndex site, const at::Tensor& y) override;
  at::Tensor exchange(sdk::SiteIndex site, const at::Tensor& state) override;

  /// Keeps only these rows of the batch (their places among the present ones), for videos that go on.
  void keep_rows(const std::vector<std::int64_t>& rows);

  /// Site name to slot, of the slots that are filled; for checkpoints. `restore` replaces all slots.
  std::map<std::string, at::Tensor> slots() const;
  void restore(const std::map<std::string, at::Tensor>& slots);

  /// Bytes of all slots.
  std::int64_t bytes() const;

 private:
  bool carries(sdk::SiteIndex site) const;

  std::vector<sdk::Site> sites_;
  sdk::CarryRule rule_;
  std::vector<at::Tensor> slots_;       ///< what the previous step kept
  std::vector<std::int64_t> taken_;     ///< per pathway: frames that `enter` puts in front in this step
  std::vector<std::int64_t> kept_;      ///< per pathway: frames to keep for the next step; 0: none
};

}  // namespace pgt::nn
