// A backbone with one fault, which the option `fault` names; without it, a good one. tests/plugin_tool says which rule
// finds it.

#include <pgt/sdk/module_backbone.hpp>
#include <pgt/sdk/recompute.hpp>

#include <cstdlib>

namespace {

namespace sdk = pgt::sdk;

/// A convolution across time, a recurrent state and a head.
struct ManyBackbones : torch::nn::Module, sdk::RecomputingBackbone {
  struct Options {
    std::string fault;
    void describe(sdk::Options& o) { o("fault", fault).help("what is wrong; empty: nothing"); }
  };

  ManyBackbones(const Options& options, const sdk::BackboneContext& context) : fault(options.fault) {
    if (is("constructor_throws")) throw std::runtime_error("no such network");
    if (is("constructor_exits")) std::exit(0);
    if (is("threads")) at::set_num_threads(at::get_num_threads() + 3);
    if (is("grad_mode")) at::GradMode::set_enabled(false);
    const std::int64_t pad = is("time_shrinks") ? 0 : 1;
    mix = register_module("mix", torch::nn::Conv3d(torch::nn::Conv3dOptions(3, 4, {3, 1, 1}).padding({pad, 0, 0})));
    fc = register_module("fc", torch::nn::Linear(4, context.classes));
    hidden = torch::randn({4});
    if (!is("unregistered")) hidden = register_parameter("hidden", hidden);
  }

  std::vector<sdk::Site> sites() const {
    std::vector<sdk::Site> sites{{"mix", 0, sdk::SiteKind::block, is("kernel") ? 1 : 3},
                                 {"head", 0, sdk::SiteKind::head, 1}};
    if (is("unused_site")) sites.push_back({"more", 0, sdk::SiteKind::block, 3});
    if (is("grows")) sites.push_back({"memory", 0, sdk::SiteKind::block, 3});
    if (is("site_twice")) sites[1].name = "mix";
    if (is("site_pathway")) sites[1].pathway = 2;
    if (is("info_changes")) sites[1].name += std::to_string(++asked);
    return sites;
  }

  at::Tensor forward(const sdk::Fragment& fragment, sdk::Carry& carry) {
    if (is("exits")) std::exit(0);
    at::Tensor x = fragment.frames[0];
    if (is("batch")) x = x - x.mean(0, true);
    at::Tensor entered = carry.enter(0, x);
    if (is("enters_twice")) entered = carry.enter(0, x);
    if (is("unused_carry")) entered = torch::cat({x.slice(2, 0, entered.size(2) - x.size(2)), x}, 2);
    x = compute_again != nullptr ? compute_again->run("mix", entered, carry, mixing()) : mixing()(entered, carry);
    if (!is("never_leaves")) x = carry.leave(0, x);
    x = torch::tanh(x) * hidden.view({1, 4, 1, 1, 1}).to(x.scalar_type());
    const at::Tensor all = carry.enter(1, x);
    at::Tensor mean = (is("unused_carry") ? x : all).mean({2, 3, 4});
    if (is("gradient")) mean = 0.5 * mean + 0.5 * mean.detach();
    if (is("grows")) mean = grown(mean, carry);
    if (is("member")) mean = mixed_with_last(mean);
    if (is("draws")) mean = mean + torch::randn_like(mean);
    if (is("not_finite")) mean = mean / 0.0;
    return is("shape") ? fc(mean) : fc(mean).unsqueeze(1);
  }

  std::vector<std::string> stages() const override { return {"mix"}; }
  void recompute(sdk::Recomputer& recomputer) override { compute_again = &recomputer; }
  void* extension(std::string_view id) { return sdk::extension_among<sdk::RecomputingBackbone>(this, id); }
  sdk::Part mixing() {
    return [this](const at::Tensor& x, sdk::Carry&) {
      if (is("recompute") && is_training())
        return torch::sin(mix(x) * static_cast<double>(++mixed));  // differs from time to time
      return mix(x);
    };
  }

  at::Tensor grown(const at::Tensor& mean, sdk::Carry& carry) {
    const at::Tensor before = carry.recall(2);
    const at::Tensor all = before.defined() ? torch::cat({before, mean.unsqueeze(1)}, 1) : mean.unsqueeze(1);
    carry.exchange(2, all);
    return all.mean(1);
  }
  at::Tensor mixed_with_last(const at::Tensor& mean) {
    const at::Tensor now = last.defined() && last.sizes() == mean.sizes() ? mean + last : mean;
    last = mean.detach();
    return now;
  }
  bool is(const char* name) const { return fault == name; }

  std::string fault;
  torch::nn::Conv3d mix{nullptr};
  torch::nn::Linear fc{nullptr};
  at::Tensor hidden, last;
  mutable int asked = 0;
  sdk::Recomputer* compute_again = nullptr;
  int mixed = 0;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.many_backbones";
  plugin.version = "1.0.0";
  plugin.add_backbone<sdk::ModuleBackbone<ManyBackbones>>("many", "a small network, or what is wrong with it");
}
