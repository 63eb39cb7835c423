/// A backbone that the host's rules are tried on.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>

#include "clip_shape.hpp"
#include "rule.hpp"
#include "trial.hpp"

namespace pgt::model {

/// On the CPU, on random pictures; in 64 bits where the backbone runs in them. Its parameters are not those that it
/// began with.
class Tried {
 public:
  /// Makes one, behind the host's guard, with weights that the seed decides.
  using Make = std::function<std::unique_ptr<sdk::Backbone>(std::uint64_t seed)>;
  /// `plugin`: its id.
  Tried(Make make, std::string plugin, const ClipShape& clip)
      : make_(std::move(make)), plugin_(std::move(plugin)), clip_(clip) {}

  std::unique_ptr<sdk::Backbone> make(std::uint64_t seed) const { return make_(seed); }
  const std::string& plugin() const { return plugin_; }
  const ClipShape& clip() const { return clip_; }

  /// These throw check::CannotBeTried where it cannot be made, or does not run.
  sdk::Backbone& backbone() const;
  const sdk::BackboneInfo& info() const;
  /// Of two videos.
  const Trial& trial() const;
  /// Why it does not run in 64 bits; empty: it does.
  const std::string& no_64_bits() const;
  double tolerance() const { return no_64_bits().empty() ? 1e-8 : 1e-4; }

  /// Scores a clip in this mode, and throws what the backbone throws.
  std::vector<at::Tensor> scores_in(bool training) const;
  /// In evaluation. Throws check::CannotBeTried where the backbone does not run, or gives scores that are not finite:
  /// that is one finding, not one for each rule.
  std::vector<at::Tensor> scores(const Trial& trial, sdk::SiteFilter sites = sdk::SiteFilter::temporal) const;
  void need_finite_scores() const;

 private:
  void prepare() const;

  Make make_;
  std::string plugin_;
  ClipShape clip_;
  mutable std::unique_ptr<sdk::Backbone> backbone_;
  mutable sdk::BackboneInfo info_;
  mutable std::optional<Trial> trial_;
  mutable std::string no_64_bits_;
  mutable std::optional<std::string> not_usable_;  ///< why scores cannot be compared; empty: they can
};

/// What is carried while a rule is tried: all that can be.
sdk::CarryRule rule_of(sdk::SiteFilter sites);

/// Where two lists of steps' scores differ by more than rounding; empty: nowhere.
std::string difference(const Tried& tried, const std::vector<at::Tensor>& a, const std::vector<at::Tensor>& b);

}  // namespace pgt::model
