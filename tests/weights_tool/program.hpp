/// `pgt-host weights` on real files and a small network.
#pragma once

#include <torch/torch.h>

#include <functional>
#include <map>
#include <string>

#include "nn/safetensors.hpp"
#include "plugin/support.hpp"
#include "source.hpp"
#include "state_dict.hpp"

namespace pgt::weights {

namespace fs = std::filesystem;
using plugin::HostRun;
using Tensors = std::map<std::string, at::Tensor>;

/// The test's folder holds `run.toml`; its videos are not there.
class Program : public plugin::PluginTest {
 protected:
  void write_run_file(const std::string& model) const {
    write("run.toml",
          "[model]\n" + model + "[dataset]\nuse = \"folder\"\nroot = \"none\"\n[schedule]\nuse = \"pgt\"\n");
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

  HostRun weights(const std::vector<std::string>& arguments) const {
    std::vector<std::string> command{PGT_HOST, "weights"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return plugin::run_program(std::move(command));
  }
  /// `import FILE --model run.toml --out out.safetensors --classes 3`, and more.
  HostRun import(const std::string& file, std::vector<std::string> more = {"--classes", "3"}) const {
    std::vector<std::string> arguments{"import",         path(file), "--model",
                                       path("run.toml"), "--out",    path("out.safetensors")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return weights(arguments);
  }
  Tensors imported() const { return nn::read_safetensors(folder_ / "out.safetensors").tensors; }

  /// The tensors of the run file's network but for the head, filled with random values.
  /// `norm`: one of its tensors, of 8 numbers.
  Tensors random_backbone(const std::string& norm = "s1.pathway0_stem.bn.weight") const {
    Tensors one{{norm, torch::ones({8})}};
    write_torch("one.pth", one);
    const HostRun run = import("one.pth", {"--classes", "3", "--allow-partial"});
    EXPECT_EQ(run.code, 0) << run.err;
    Tensors tensors = imported();
    torch::manual_seed(1);
    for (auto& [name, tensor] : tensors) {
      if (tensor.is_floating_point()) tensor = torch::rand(tensor.sizes());
    }
    return tensors;
  }

  /// Writes a state dict with every name as `rename` has it.
  void write_torch(
      const std::string& file, const Tensors& tensors, const std::string& group = "",
      const std::function<std::string(const std::string&)>& rename = [](const std::string& name) {
        return name;
      }) const {
    std::vector<NamedTensor> named;
    for (const auto& [name, tensor] : tensors) named.push_back({"", rename(name), from_torch(tensor)});
    write_state_dict(folder_ / file, named, group);
  }
};

inline void expect_equal(const Tensors& tensors, const Tensors& others) {
  for (const auto& [name, tensor] : tensors) {
    ASSERT_TRUE(others.contains(name)) << name;
    EXPECT_EQ(tensor.scalar_type(), others.at(name).scalar_type()) << name;
    EXPECT_TRUE(tensor.equal(others.at(name))) << name;
  }
  EXPECT_EQ(tensors.size(), others.size());
}

}  // namespace pgt::weights
