/// A network that was written in Python and saved as a TorchScript file.
///
/// The program's `forward` takes the frames of each pathway (N, 3, T, H, W), then, if it carries anything, one
/// `Optional[Tensor]` for each state, the batch first: None in the first step of a clip, later what the step before
/// gave. It returns the scores, (N, K) or (N, P, K), or where it carries a tuple of them and the new states in the same
/// order.
#pragma once

#include <torch/script.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include <pgt/sdk/backbone.hpp>
#include <pgt/sdk/options.hpp>

namespace exported {

struct Options {
  std::string file;
  std::vector<std::int64_t> pathways{1};  ///< frames of each for one of the slowest

  void describe(pgt::sdk::Options& o);
  void check(pgt::sdk::Problems& problems) const;
};

class Program final : public pgt::sdk::Backbone, public pgt::sdk::FreezableBackbone {
 public:
  using Options = exported::Options;

  /// Throws std::runtime_error if the file cannot be trained: what it is and what to do.
  Program(const Options& options, const pgt::sdk::BackboneContext& context);

  pgt::sdk::BackboneInfo info() const override;
  at::Tensor forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) override;
  void visit_parameters(pgt::sdk::ParameterVisitor& visitor) override;
  void train(bool on) override;
  void freeze(const std::vector<std::string>& modules) override { frozen_ = {modules.begin(), modules.end()}; }
  void* extension(std::string_view id) override {
    return pgt::sdk::extension_among<pgt::sdk::FreezableBackbone>(this, id);
  }

 private:
  [[noreturn]] void fail(const std::string& text) const;
  void read_signature();

  Options options_;
  mutable torch::jit::Module module_;  // reads only where it is asked for names
  std::vector<std::string> states_;    ///< the arguments that are carried
  std::set<std::string> trained_;      ///< the parameters that need a gradient as the file has them
  std::set<std::string> frozen_;       ///< the modules that stay in evaluation mode
};

}  // namespace exported
