#include "nn/guarded_backbone.hpp"

#include <torch/torch.h>

#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"
#include "config/setting_error.hpp"
#include "nn/full_memory.hpp"
#include "nn/guarded_extensions.hpp"
#include "nn/running_statistics.hpp"
#include "plugin/guard.hpp"

namespace pgt::nn {
namespace {

/// LibTorch's errors end with a stack trace that says nothing to a user.
template <class Call>
auto guard(const std::string& plugin, const char* where, Call&& call) -> decltype(call()) {
  return plugin::guard(plugin, where, [&]() -> decltype(call()) {
    try {
      return naming_full_memory(call);
    } catch (const c10::Error& error) {
      throw std::runtime_error(error.what_without_backtrace());
    }
  });
}

class GuardedBackbone final : public sdk::Backbone, public sdk::FeatureBackbone {
 public:
  GuardedBackbone(std::string plugin, std::unique_ptr<sdk::Backbone> backbone, std::int64_t classes)
      : plugin_(std::move(plugin)),
        backbone_(std::move(backbone)),
        extensions_(plugin_, *backbone_),
        classes_(classes),
        output_(info().output) {}

  sdk::BackboneInfo info() const override {
    return guard(plugin_, "Backbone::info", [&] { return backbone_->info(); });
  }
  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry& carry) override {
    return guard(plugin_, "Backbone::forward", [&] {
      check_boxes(fragment.boxes);
      at::Tensor scores = backbone_->forward(fragment, carry);
      check(scores, scores_boxes() ? fragment.boxes.size(0) : fragment.frames.at(0).size(0));
      if (training_ && running_) check_variances(fragment.frames);
      return scores;
    });
  }
  void visit_parameters(sdk::ParameterVisitor& visitor) override {
    guard(plugin_, "Backbone::visit_parameters", [&] { backbone_->visit_parameters(visitor); });
  }
  void train(bool on) override {
    training_ = on;
    guard(plugin_, "Backbone::train", [&] { backbone_->train(on); });
    running_.reset();
    if (on) running_.emplace(*this);
    if (on && !running_->layer_of_single_values().empty()) running_.reset();  // came so: it is not the batch's doing
  }
  void* extension(std::string_view id) override {
    if (id == sdk::FeatureBackbone::extension_id) return find_parts();
    if (void* guarded = extensions_.find(id)) return guarded;
    return guard(plugin_, "Backbone::extension", [&] { return backbone_->extension(id); });
  }
  at::Tensor features(const sdk::Fragment& fragment, sdk::Carry& carry) override {
    return guard(plugin_, "FeatureBackbone::features", [&] {
      at::Tensor features = parts_->features(fragment, carry);
      check_features(features, fragment.frames.at(0).size(0));
      if (training_ && running_) check_variances(fragment.frames);
      return features;
    });
  }
  at::Tensor head(const at::Tensor& features, const sdk::Fragment& fragment, sdk::Carry& carry) override {
    return guard(plugin_, "FeatureBackbone::head", [&] {
      at::Tensor scores = parts_->head(features, fragment, carry);
      check(scores, features.size(0));
      if (training_ && running_) check_variances({features});
      return scores;
    });
  }

 private:
  /// This object, where the backbone has features and a head: their results are checked as the scores are.
  void* find_parts() {
    parts_ = guard(plugin_, "Backbone::extension", [&] { return sdk::extension_of<sdk::FeatureBackbone>(*backbone_); });
    return parts_ != nullptr ? static_cast<sdk::FeatureBackbone*>(this) : nullptr;
  }

  bool scores_boxes() const { return output_ == sdk::Output::boxes; }

  void check_boxes(const at::Tensor& boxes) const {
    if (scores_boxes() && !boxes.defined()) {
      throw std::runtime_error(
          "scores boxes, but is given none: use a dataset that has them, or a head that scores "
          "whole videos (in the residual networks head = \"basic\")");
    }
    if (!scores_boxes() && boxes.defined()) {
      throw std::runtime_error(
          "scores whole videos, but is given boxes: use a head that scores boxes (in the residual "
          "networks head = \"roi\")");
    }
  }

  static void check_features(const at::Tensor& features, std::int64_t rows) {
    if (!features.defined()) throw std::runtime_error("gave no tensor");
    if (features.dim() == 3 && features.size(0) == rows && features.size(1) > 0 && features.is_floating_point()) return;
    std::ostringstream text;
    text << "gave shape " << features.sizes() << " of type " << features.scalar_type() << ", expected (N, F, C) = ("
         << rows << ", F, C) of floating point: rows of the batch, moments, channels";
    throw std::runtime_error(text.str());
  }

  void check(const at::Tensor& scores, std::int64_t rows) const {
    if (!scores.defined()) throw std::runtime_error("gave no tensor");
    const bool fits = scores.dim() == 3 && scores.size(0) == rows && scores.size(2) == classes_ &&
                      (scores_boxes() ? scores.size(1) == 1 : scores.size(1) > 0);
    std::ostringstream text;
    if (!fits) {
      text << "gave shape " << scores.sizes() << ", expected ";
      if (scores_boxes()) {
        text << "(R, 1, K) = (" << rows << ", 1, " << classes_ << "): boxes, 1, classes";
      } else {
        text << "(N, P, K) = (" << rows << ", P, " << classes_ << "): rows of the batch, positions, classes";
      }
    } else if (training_ && output_ == sdk::Output::clip && scores.size(1) != 1) {
      text << "gave " << scores.size(1) << " positions in training, where there must be 1: pool the whole map";
    } else if (!scores.is_floating_point()) {
      text << "gave scores of type " << scores.scalar_type() << ", expected floating point";
    }
    if (!text.view().empty()) throw std::runtime_error(text.str());
  }

  /// The shape of what is fed decides it, so each is looked at once: looking waits for the device.
  void check_variances(const std::vector<at::Tensor>& fed) {
    std::vector<std::vector<std::int64_t>> shapes;
    for (const at::Tensor& tensor : fed) shapes.push_back(tensor.sizes().vec());
    if (!checked_shapes_.insert(std::move(shapes)).second) return;
    const std::string layer = running_->layer_of_single_values();
    if (layer.empty()) return;
    throw config::SettingError(
        "train.batch_size",
        layer +
            " normalises by the batch, but this batch gives it a single value of each channel, which has no "
            "variance: use a larger train.batch_size or data.size, or a normalisation that needs no batch "
            "(in the residual networks model.norm = \"group\")");
  }

  std::string plugin_;
  std::unique_ptr<sdk::Backbone> backbone_;
  GuardedExtensions extensions_;
  sdk::FeatureBackbone* parts_ = nullptr;  ///< the backbone's own, once it was asked for
  std::int64_t classes_;
  sdk::Output output_;
  bool training_ = true;
  std::optional<RunningStatistics> running_;
  std::set<std::vector<std::vector<std::int64_t>>> checked_shapes_;
};

}  // namespace

std::unique_ptr<sdk::Backbone> make_backbone(plugin::Registry& registry, const std::string& name,
                                             const sdk::OptionSet& options, const sdk::BackboneContext& context,
                                             std::uint64_t seed) {
  const std::string plugin = registry.provider(plugin::Kind::backbone, name).id;
  const sdk::BackboneFactory& factory = registry.backbone_factory(name);
  return make_backbone(plugin, factory, options, context, seed);
}

std::unique_ptr<sdk::Backbone> make_backbone(const std::string& plugin, const sdk::BackboneFactory& factory,
                                             const sdk::OptionSet& options, const sdk::BackboneContext& context,
                                             std::uint64_t seed) {
  torch::manual_seed(mix({seed, static_cast<std::uint64_t>(Purpose::model_init)}));
  std::unique_ptr<sdk::Backbone> backbone =
      guard(plugin, "Backbone's constructor", [&] { return factory.create(options, context); });
  if (!backbone) throw Error(ExitCode::plugin, "plugin " + plugin + ", Backbone's constructor: made nothing");
  return std::make_unique<GuardedBackbone>(plugin, std::move(backbone), context.classes);
}

}  // namespace pgt::nn
