#include "nn/guarded_extensions.hpp"

#include <stdexcept>
#include <utility>

#include <pgt/sdk/batch_sums.hpp>
#include <pgt/sdk/recompute.hpp>

#include "plugin/guard.hpp"

namespace pgt::nn {
namespace {

/// Puts the backbone's own, if it has it, behind a `Guarded`, once. Null where it has none.
template <class Extension, class Guarded>
void* behind(std::unique_ptr<Guarded>& guarded, const std::string& plugin, sdk::Backbone& backbone) {
  if (!guarded) {
    auto* own = plugin::guard(plugin, "Backbone::extension", [&] { return sdk::extension_of<Extension>(backbone); });
    if (own != nullptr) guarded = std::make_unique<Guarded>(plugin, *own);
  }
  return static_cast<Extension*>(guarded.get());
}

}  // namespace

class GuardedExtensions::Layers final : public sdk::LayeredBackbone {
 public:
  Layers(const std::string& plugin, const sdk::LayeredBackbone& own) : plugin_(plugin), own_(own) {}

  std::int64_t layers() const override {
    return plugin::guard(plugin_, "LayeredBackbone::layers", [&] {
      const std::int64_t layers = own_.layers();
      if (layers < 1) throw std::runtime_error("gave " + std::to_string(layers) + " layers");
      return layers;
    });
  }
  std::int64_t layer_of(std::string_view parameter) const override {
    return plugin::guard(plugin_, "LayeredBackbone::layer_of", [&] {
      const std::int64_t layer = own_.layer_of(parameter), layers = own_.layers();
      if (layer < 0 || layer >= layers) {
        throw std::runtime_error("gave layer " + std::to_string(layer) + " for " + std::string(parameter) +
                                 ", but the layers are 0 to " + std::to_string(layers - 1));
      }
      return layer;
    });
  }

 private:
  std::string plugin_;
  const sdk::LayeredBackbone& own_;
};

class GuardedExtensions::Freezing final : public sdk::FreezableBackbone {
 public:
  Freezing(const std::string& plugin, sdk::FreezableBackbone& own) : plugin_(plugin), own_(own) {}

  void freeze(const std::vector<std::string>& modules) override {
    plugin::guard(plugin_, "FreezableBackbone::freeze", [&] { own_.freeze(modules); });
  }

 private:
  std::string plugin_;
  sdk::FreezableBackbone& own_;
};

class GuardedExtensions::Recomputing final : public sdk::RecomputingBackbone {
 public:
  Recomputing(const std::string& plugin, sdk::RecomputingBackbone& own) : plugin_(plugin), own_(own) {}

  std::vector<std::string> stages() const override {
    return plugin::guard(plugin_, "RecomputingBackbone::stages", [&] { return own_.stages(); });
  }
  void recompute(sdk::Recomputer& recomputer) override {
    plugin::guard(plugin_, "RecomputingBackbone::recompute", [&] { own_.recompute(recomputer); });
  }

 private:
  std::string plugin_;
  sdk::RecomputingBackbone& own_;
};

class GuardedExtensions::Sharing final : public sdk::BatchSharing {
 public:
  Sharing(const std::string& plugin, sdk::BatchSharing& own) : plugin_(plugin), own_(own) {}

  bool share_batches(sdk::BatchSums& sums) override {
    return plugin::guard(plugin_, "BatchSharing::share_batches", [&] { return own_.share_batches(sums); });
  }

 private:
  std::string plugin_;
  sdk::BatchSharing& own_;
};

GuardedExtensions::GuardedExtensions(std::string plugin, sdk::Backbone& backbone)
    : plugin_(std::move(plugin)), backbone_(backbone) {}

GuardedExtensions::~GuardedExtensions() = default;

void* GuardedExtensions::find(std::string_view id) {
  if (id == sdk::LayeredBackbone::extension_id) return behind<sdk::LayeredBackbone>(layers_, plugin_, backbone_);
  if (id == sdk::FreezableBackbone::extension_id) return behind<sdk::FreezableBackbone>(freezing_, plugin_, backbone_);
  if (id == sdk::RecomputingBackbone::extension_id) {
    return behind<sdk::RecomputingBackbone>(recomputing_, plugin_, backbone_);
  }
  if (id == sdk::BatchSharing::extension_id) return behind<sdk::BatchSharing>(sharing_, plugin_, backbone_);
  return nullptr;
}

}  // namespace pgt::nn
