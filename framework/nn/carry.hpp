/// The host's carry: one slot per site, for one batch of videos (docs/architecture.md A3.5; docs/method.md M2.1).
///
/// Note [What is detached when]
/// A slot is made in the step before the one that takes it. If that next step has `detach`, the slot is made without a
/// graph at once, so nothing of the earlier step is alive when the next one runs; without `detach` the slot keeps its
/// graph and the losses of both steps are back-propagated together, after the last of them. Blending (momentum) belongs
/// to making the slot, so the gradient flows through the blend exactly when it flows through the slot. If the next step
/// reaches back (sdk::Step::gradient_reach), the slot keeps its graph and the next step takes a leaf with its values:
/// nn/borders.hpp.
///
/// Every error is an Error(plugin): the backbone or the plan breaks a rule that the text names.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "nn/borders.hpp"

namespace pgt::nn {

/// y (N, C, T, H, W) without its first frames, as a copy: the gradient of a slice loses y's layout, and a slice of
/// several rows has gaps, which the next layer copies.
at::Tensor without_first(const at::Tensor& y, std::int64_t frames);

class SlotCarry final : public sdk::Carry {
 public:
  SlotCarry(std::vector<sdk::Site> sites, sdk::CarryRule rule);

  /// `step` is about to run; `next` follows it (null: it is the clip's last, nothing is kept). `first` drops all slots:
  /// nothing else decides what is first. `videos` are in the batch: what is exchanged must be of so many; 0: of any
  /// number.
  void begin_step(bool first, const sdk::Step& step, const sdk::Step* next, std::int64_t videos = 0);

  at::Tensor enter(sdk::SiteIndex site, const at::Tensor& x) override;
  at::Tensor leave(sdk::SiteIndex site, const at::Tensor& y) override;
  at::Tensor exchange(sdk::SiteIndex site, const at::Tensor& state, std::size_t part = 0) override;
  at::Tensor recall(sdk::SiteIndex site, std::size_t part = 0) override;

  /// Keeps only these rows of the batch (their places among the present ones), for videos that continue.
  void keep_rows(const std::vector<std::int64_t>& rows);

  /// A carry of these rows alone, for the step that has begun. Its gradient must not cross into the next.
  SlotCarry of_rows(std::int64_t first, std::int64_t count) const;
  /// Keeps what such carries have kept in the step: of all rows, one after another.
  void join(const std::vector<SlotCarry>& parts);

  /// Site name to slot, of the slots that are filled, for checkpoints; "NAME/1", "NAME/2", … of a site's further parts.
  /// `restore` replaces all slots.
  std::map<std::string, at::Tensor> slots() const;
  void restore(const std::map<std::string, at::Tensor>& slots);

  /// Those that the present step's gradient flows back over, the earliest first.
  const std::deque<Border>& borders() const { return borders_; }

  /// Bytes of all slots.
  std::int64_t bytes() const;

 private:
  const sdk::Site& site_at(sdk::SiteIndex site) const;
  bool carries(const sdk::Site& site) const;
  std::int64_t overlap(const std::vector<std::int64_t>& frames, const sdk::Site& site) const;
  /// The slot, grown to have that part.
  at::Tensor& slot(sdk::SiteIndex site, std::size_t part = 0);
  /// Makes the slots leaves of the step that begins, which reaches back over so many borders.
  void put_border(std::int64_t reach);
  void check_state(const sdk::Site& site, std::size_t part, const at::Tensor& state) const;
  at::Tensor keep(const sdk::Site& site, const at::Tensor& input, const at::Tensor& before, std::int64_t frames) const;

  std::vector<sdk::Site> sites_;
  sdk::CarryRule rule_;
  std::int64_t videos_ = 0;                     ///< in the batch of the present step; 0: not known
  std::vector<std::vector<at::Tensor>> slots_;  ///< of each site, what the previous step kept: one part, or several
  bool keeps_ = false;                          ///< a step follows this one …
  bool cut_ = false;                            ///< … and no gradient comes back from it
  std::deque<Border> borders_;
  std::vector<std::int64_t> taken_;  ///< per pathway: frames that `enter` puts in front in this step; empty: none
  std::vector<std::int64_t> kept_;   ///< per pathway: frames to keep for the next step; empty: none
};

}  // namespace pgt::nn
