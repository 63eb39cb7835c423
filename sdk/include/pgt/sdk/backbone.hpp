/// Backbones: networks that say where time crosses a fragment's border.
///
/// Thread: the host calls one backbone from one thread at a time. Includes <ATen/core/Tensor.h> only.
///
/// Source: arXiv 2103.11313, section 3; docs/method.md M2.1 to M2.13.
#pragma once

#include <ATen/core/Tensor.h>
#include <torch/headeronly/version.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pgt/sdk/extension.hpp>
#include <pgt/sdk/schedule.hpp>

// A plugin whose PGT_PLUGIN sees this header hands tensors to the host, so both must use one LibTorch.
#undef PGT_SDK_TORCH_VERSION
#define PGT_SDK_TORCH_VERSION TORCH_VERSION

namespace pgt::sdk {
inline namespace v1 {

using SiteIndex = std::size_t;

/// What kind of layer a site is; the schedule may treat heads differently (`CarryRule::head`).
enum class SiteKind { stem, block, attention, head };

/// A place in a backbone that looks across time, and so owns a slot in the carry. Names are unique within a backbone;
/// checkpoints use them for the slots.
struct Site {
  std::string name;
  std::size_t pathway = 0;
  SiteKind kind = SiteKind::block;
  std::int64_t temporal_kernel = 1;  ///< frames that it looks at around each frame, that frame included
  /// Frames that this site takes from the carry whatever the schedule's overlap, reduction and momentum: always the
  /// last ones, also with a schedule that carries nothing of other sites of its kind, and zeros in front of them where
  /// the clip has had fewer. A causal convolution asks for its kernel less one.
  std::optional<std::int64_t> overlap{};
};

/// What crosses the border between two steps. Implemented by the host and passed to every forward. A backbone calls
/// `enter` once per site and forward, and then, except for heads, `leave`.
class Carry {
 public:
  virtual ~Carry() = default;
  /// The frames carried over to `site`, followed by `x`, along time: shape (N, C, o+T, H, W). Just `x` in the first
  /// step and at a site that does not carry.
  virtual at::Tensor enter(SiteIndex site, const at::Tensor& x) = 0;
  /// `y`, which the site computed from what `enter` returned, without the carried frames in front.
  virtual at::Tensor leave(SiteIndex site, const at::Tensor& y) = 0;
  /// For state that is not frames (keys and values, a recurrent state): keeps `state` for the next step and returns
  /// what the previous step kept, undefined in the first. The batch is the first dimension, as the host checks:
  /// transpose a state that has it elsewhere, such as that of torch::nn::LSTM. A site with several tensors (an LSTM's
  /// two, keys and values) numbers them as `part`, from 0.
  virtual at::Tensor exchange(SiteIndex site, const at::Tensor& state, std::size_t part = 0) = 0;
  /// What `exchange` would return, without changing anything: for a state that is computed from the previous one. Call
  /// it before `exchange`.
  virtual at::Tensor recall(SiteIndex site, std::size_t part = 0) = 0;
};

/// What one step feeds to a backbone.
struct Fragment {
  std::vector<at::Tensor> frames;  ///< per pathway (N, 3, T, H, W), normalised, on the backbone's device
  std::int64_t head_bins = 1;      ///< time bins that the head scores separately
  /// For a backbone that scores boxes (`BackboneInfo::boxes`): (R, 5), for each box its video's row in the batch, then
  /// x1, y1, x2, y2 in pixels of the frames, on the backbone's device. R may be 0, and a video may have no box; its
  /// frames are carried nevertheless. Undefined for every other backbone.
  at::Tensor boxes{};
};

/// What a tensor is, so that the host decays, reports and exchanges it properly.
enum class Role {
  weight,  ///< decays
  norm,    ///< scale or shift of a normalisation: `train.norm_weight_decay`
  bias,    ///< decays as weights do (docs/method.md M3.4)
  head,    ///< of the classifier: decays; re-initialised when the classes change
  /// Not trained, but part of the state. Those named `….running_mean` and `….running_var`, as torch names them, are the
  /// statistics of a batch normalisation: the host may gather and replace them (`train.precise_statistics`).
  buffer,
};

/// Called once for every tensor of a backbone's state.
class ParameterVisitor {
 public:
  virtual ~ParameterVisitor() = default;
  /// `tensor` is the backbone's own: the host moves it with `set_data` and reads its gradient.
  virtual void visit(std::string_view name, at::Tensor& tensor, Role role) = 0;
};

/// What a backbone scores. `clip`: its videos, as far as the fragment shows them. `boxes`: the boxes of the fragment.
/// `moments`: P moments, evenly spread over the fragment's new frames (docs/method.md M2.12).
enum class Output { clip, boxes, moments };

/// What the host knows about a backbone before it runs.
struct BackboneInfo {
  std::vector<Pathway> pathways{Pathway{}};
  std::vector<Site> sites;  ///< a site's place is its SiteIndex
  Output output = Output::clip;
};

/// A backbone keeps no state of a video in its own members: all state goes through the Carry. `pgt-host check` runs two
/// videos interleaved and compares.
class Backbone {
 public:
  virtual ~Backbone() = default;
  /// The same for the life of the object.
  virtual BackboneInfo info() const = 0;
  /// Class scores before any activation: (N, P, K) for P positions (`head_bins` × places) and K classes. In training
  /// P must be 1. The host applies softmax or sigmoid at each position and averages over positions. A backbone that
  /// scores boxes returns (R, 1, K), in the order of the boxes. One that scores moments returns (N, P, K), in training
  /// too: moment p is in the middle of the p-th of P equal parts of the fragment's new frames, and P follows from the
  /// number of these frames alone.
  virtual at::Tensor forward(const Fragment& fragment, Carry& carry) = 0;
  /// Calls the visitor with every parameter and buffer, each once, in an order that never changes.
  virtual void visit_parameters(ParameterVisitor& visitor) = 0;
  /// Training mode (dropout, batch statistics) or evaluation mode. Called before every evaluation, even if the mode
  /// does not change, because weights or statistics may have been replaced.
  virtual void train(bool on) = 0;
  /// What it can do beyond this interface, by its id; null where it cannot. Asked for with `extension_of`.
  virtual void* extension(std::string_view /*id*/) { return nullptr; }
};

/// Extension of a backbone that can be cut in two: `forward(f, c)` equals `head(features(f, c), c)`. Two passes
/// (`Passes::two`) and `pgt-host features` ask for it.
class FeatureBackbone {
 public:
  static constexpr std::string_view extension_id = "org.pgt.backbone.features";
  virtual ~FeatureBackbone() = default;
  /// The features of a fragment's new frames: (N, F, C), F moments evenly spread over them, as in `Output::moments`.
  virtual at::Tensor features(const Fragment& fragment, Carry& carry) = 0;
  /// What `forward` returns, from the features of a fragment or, one after another along F, of all steps of a clip.
  /// `fragment` says what else a forward is told (`head_bins`); it has no frames.
  virtual at::Tensor head(const at::Tensor& features, const Fragment& fragment, Carry& carry) = 0;
};

/// Extension of a backbone that says how deep its parameters lie, for `train.layer_decay`.
class LayeredBackbone {
 public:
  static constexpr std::string_view extension_id = "org.pgt.backbone.layers";
  virtual ~LayeredBackbone() = default;
  /// The layers, the first and the head included.
  virtual std::int64_t layers() const = 0;
  /// The layer of a parameter, by the name that `visit_parameters` gives it: 0 is the first, `layers() - 1` the head.
  virtual std::int64_t layer_of(std::string_view parameter) const = 0;
};

/// Extension of a backbone whose modules can stay in evaluation mode while the others train, for `train.freeze`: the
/// statistics of their normalisations stay as they are. `ModuleBackbone` has it.
class FreezableBackbone {
 public:
  static constexpr std::string_view extension_id = "org.pgt.backbone.freezing";
  virtual ~FreezableBackbone() = default;
  /// `train(true)` leaves these modules, and all below them, in evaluation mode from now on. They are named as their
  /// parameters begin: "s1" has "s1.conv.weight".
  virtual void freeze(const std::vector<std::string>& modules) = 0;
};

/// What a backbone is constructed with, besides its options.
struct BackboneContext {
  std::int64_t classes = 0;
};

}  // namespace v1
}  // namespace pgt::sdk
