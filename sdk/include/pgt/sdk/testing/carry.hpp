/// A carry for tests of a backbone without a host.
///
///     pgt::sdk::testing::LastFrames carry(network.sites());
///     network.forward({{frames}}, carry);
///     carry.next_step();
///     network.forward({{more_frames}}, carry);
///
/// Include it in .cpp files only: it brings <torch/torch.h>.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <pgt/sdk/backbone.hpp>

namespace pgt::sdk {
inline namespace v1 {
namespace testing {

/// What the host's carry does with `Reduce::last`: each site that looks across time, and the head, takes the last
/// frames of the step before, cut from their gradient; a site with an `overlap` of its own takes zeros in front of them
/// where the clip has had fewer. Throws std::logic_error, which names the site, where a backbone breaks the rules that
/// the host enforces.
class LastFrames final : public Carry {
 public:
  /// `overlap`: frames that cross a border, at sites that do not ask for another number. `videos`: how many the batch
  /// has, which every state that is exchanged is compared with; 0: as many as what entered a site, if anything did.
  explicit LastFrames(std::vector<Site> sites, std::int64_t overlap = 1, std::int64_t videos = 0)
      : sites_(std::move(sites)), overlap_(overlap), videos_(videos), before_(sites_.size()), after_(sites_.size()) {}

  /// What the sites have kept is what they get from now on.
  void next_step() {
    before_ = std::exchange(after_, std::vector<Parts>(sites_.size()));
    first_ = false;
  }

  at::Tensor enter(SiteIndex site, const at::Tensor& x) override {
    videos_ = x.size(0);
    const std::int64_t frames = overlap_of(site);
    if (frames == 0) return x;
    const at::Tensor input = first_ ? x : torch::cat({taken(site), x}, time);
    if (input.size(time) < frames && !sites_[site].overlap) {
      throw std::logic_error("site " + sites_[site].name + " has fewer frames than cross a border");
    }
    part(after_, site, 0) = last(input.detach(), frames);
    return input;
  }
  at::Tensor leave(SiteIndex site, const at::Tensor& y) override {
    return first_ ? y : y.slice(time, overlap_of(site));
  }
  at::Tensor exchange(SiteIndex site, const at::Tensor& state, std::size_t number = 0) override {
    check_videos(site, state, number);
    part(after_, site, number) = state.detach().clone();
    return recall(site, number);
  }
  at::Tensor recall(SiteIndex site, std::size_t number = 0) override { return part(before_, site, number); }

 private:
  using Parts = std::vector<at::Tensor>;
  static constexpr std::int64_t time = 2;  ///< of (N, C, T, H, W)

  std::int64_t overlap_of(SiteIndex site) const {
    const Site& declared = sites_.at(site);
    const bool carries = declared.kind == SiteKind::head || declared.temporal_kernel > 1;
    return declared.overlap.value_or(carries ? overlap_ : 0);
  }
  /// The last frames, after zeros where there are fewer: what a causal convolution with zeros in front has seen.
  static at::Tensor last(const at::Tensor& x, std::int64_t frames) {
    const std::int64_t missing = frames - x.size(time);
    if (missing <= 0) return x.slice(time, -missing).clone();
    std::vector<std::int64_t> shape = x.sizes().vec();
    shape[time] = missing;
    return torch::cat({torch::zeros(shape, x.options()), x}, time);
  }
  void check_videos(SiteIndex site, const at::Tensor& state, std::size_t number) const {
    if (!state.defined() || state.dim() == 0 || (videos_ > 0 && state.size(0) != videos_)) {
      std::ostringstream text;
      text << "site " << sites_.at(site).name << ", part " << number << ": a state of shape " << state.sizes()
           << " is exchanged, whose first dimension must be the batch, of " << videos_ << " videos: transpose it";
      throw std::logic_error(text.str());
    }
  }
  at::Tensor taken(SiteIndex site) {
    const at::Tensor& kept = part(before_, site, 0);
    if (!kept.defined()) throw std::logic_error("site " + sites_[site].name + " was not entered in the step before");
    return kept;
  }
  static at::Tensor& part(std::vector<Parts>& slots, SiteIndex site, std::size_t number) {
    Parts& parts = slots.at(site);
    if (parts.size() <= number) parts.resize(number + 1);
    return parts[number];
  }

  std::vector<Site> sites_;
  std::int64_t overlap_;
  std::int64_t videos_;  ///< of the batch; 0: not known
  std::vector<Parts> before_, after_;
  bool first_ = true;
};

}  // namespace testing
}  // namespace v1
}  // namespace pgt::sdk
