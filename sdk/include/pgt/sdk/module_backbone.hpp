/// Makes a Backbone of an ordinary torch::nn::Module.
///
///     struct MyNetImpl : torch::nn::Module {
///       struct Options { … };
///       MyNetImpl(const Options&, const pgt::sdk::BackboneContext&);
///       std::vector<pgt::sdk::Site> sites() const;
///       at::Tensor forward(const pgt::sdk::Fragment&, pgt::sdk::Carry&);
///     };
///     PGT_PLUGIN(plugin) { plugin.add_backbone<pgt::sdk::ModuleBackbone<MyNetImpl>>("my_net", "…"); }
///
/// A module may also have `pathways()`, `output()`, `role(name, tensor)` and `extension(id)`; without them it
/// reads one pathway, scores whole videos, the roles follow from the names (`role_by_name`), and it has no extensions.
/// Include it in .cpp files only: it brings <torch/torch.h>.
#pragma once

#include <torch/torch.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <pgt/sdk/backbone.hpp>
#include <pgt/sdk/batch_sums.hpp>
#include <pgt/sdk/plugin.hpp>

namespace pgt::sdk {
inline namespace v1 {

/// Norm: one-dimensional and its module's name contains `bn` or `norm`, or is `downsample.1`, as torchvision calls the
/// normalisation of a shortcut; also within a head. Head: below a child called `head`, `fc` or `classifier`. Bias: its
/// name ends with `bias`. Weight: all other parameters.
inline Role role_by_name(std::string_view name, const at::Tensor& tensor) {
  const auto contains = [name](std::string_view part) { return name.find(part) != std::string_view::npos; };
  if (tensor.dim() <= 1 && (contains("bn") || contains("norm") || contains("downsample.1."))) return Role::norm;
  for (const std::string_view head : {"head.", "fc.", "classifier."}) {
    if (name.starts_with(head)) return Role::head;
  }
  return name.ends_with("bias") ? Role::bias : Role::weight;
}

template <class Module>
class ModuleBackbone final : public Backbone, public FreezableBackbone, public BatchSharing {
 public:
  using Options = typename Module::Options;

  ModuleBackbone(const Options& options, const BackboneContext& context)
      : module_(std::make_shared<Module>(options, context)) {}

  BackboneInfo info() const override {
    BackboneInfo info;
    info.sites = module_->sites();
    if constexpr (requires { module_->pathways(); }) info.pathways = module_->pathways();
    if constexpr (requires { module_->output(); }) info.output = module_->output();
    return info;
  }
  at::Tensor forward(const Fragment& fragment, Carry& carry) override { return module_->forward(fragment, carry); }
  void train(bool on) override {
    module_->train(on);
    for (const auto& item : module_->named_modules()) {
      if (frozen_.contains(item.key())) item.value()->train(false);
    }
  }
  void freeze(const std::vector<std::string>& modules) override { frozen_ = {modules.begin(), modules.end()}; }
  bool share_batches(BatchSums& sums) override {
    bool any = false;
    for (const auto& module : module_->modules()) {
      auto* sharing = dynamic_cast<BatchSharing*>(module.get());
      any = (sharing != nullptr && sharing->share_batches(sums)) || any;
    }
    return any;
  }
  void* extension(std::string_view id) override {
    if constexpr (requires { module_->extension(id); }) {
      if (void* own = module_->extension(id)) return own;
    }
    return extension_among<FreezableBackbone, BatchSharing>(this, id);
  }
  void visit_parameters(ParameterVisitor& visitor) override {
    for (auto& item : module_->named_parameters()) {
      if constexpr (requires { module_->role(item.key(), item.value()); }) {
        visitor.visit(item.key(), item.value(), module_->role(item.key(), item.value()));
      } else {
        visitor.visit(item.key(), item.value(), role_by_name(item.key(), item.value()));
      }
    }
    for (auto& item : module_->named_buffers()) visitor.visit(item.key(), item.value(), Role::buffer);
  }

 private:
  std::shared_ptr<Module> module_;
  std::set<std::string, std::less<>> frozen_;
};

}  // namespace v1
}  // namespace pgt::sdk
