/// Python's torch, where it can be imported, and a backbone beside it.
#pragma once

#include "config/document.hpp"
#include "nn/carry.hpp"
#include "nn/guarded_backbone.hpp"
#include "plugin/registry.hpp"
#include "program.hpp"

namespace pgt::weights {

using Options = std::map<std::string, sdk::OptionValue>;

/// (N, K) of a clip of one step.
inline at::Tensor scores_of(sdk::Backbone& backbone, const sdk::Fragment& clip) {
  const torch::NoGradGuard no_gradients;
  nn::SlotCarry carry(backbone.info().sites, {});
  return backbone.forward(clip, carry).squeeze(1);
}

class PythonTorch : public Program {
 protected:
  /// Runs torch_check.py. False where there is no torch, or not what else it needs, with the reason in `printed_`.
  bool check(const std::vector<std::string>& arguments) {
    const char* set = std::getenv("PYTHONPATH");
    setenv("PYTHONPATH", set != nullptr ? set : PGT_PYTHON_PATH, 1);
    std::vector<std::string> command{PGT_PYTHON, PGT_SOURCE_DIR "/tests/weights_tool/torch_check.py"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const HostRun run = plugin::run_program(std::move(command));
    printed_ = run.out;
    if (run.code == 77) return false;
    EXPECT_EQ(run.code, 0) << run.out << run.err;
    return true;
  }
  /// The backbone for five classes, in evaluation, with those of `wanted` options that it has; run.toml describes it.
  std::unique_ptr<sdk::Backbone> make_backbone(const std::string& name, const Options& wanted) {
    const fs::path plugins[] = {fs::path(PGT_BUILD_DIR) / "plugins"};
    plugin::Registry registry(plugins, PGT_HOST);
    const auto options = registry.options(plugin::Kind::backbone, name);
    std::string run_file = "use = \"" + name + "\"\n";
    for (const auto& option : options->fields().all()) {
      const auto found = wanted.find(option->spec.name);
      if (found == wanted.end()) continue;
      option->assign(found->second);
      run_file += found->first + " = " + config::to_toml(found->second) + "\n";
    }
    write_run_file(run_file);
    std::unique_ptr<sdk::Backbone> backbone = nn::make_backbone(registry, name, *options, {5}, 1);
    backbone->train(false);
    return backbone;
  }
  std::string printed_;
};

}  // namespace pgt::weights
