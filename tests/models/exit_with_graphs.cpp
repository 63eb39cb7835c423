// exit_with_graphs FOLDER [FILE]: loads every plugin of the folder, trains a step of each of its backbones that needs
// no option, keeps all of it (networks, carries, gradients, graphs), and exits. Under AddressSanitizer nothing may be
// found. FILE: a TorchScript program, for the backbone that needs one.

#include <torch/torch.h>

#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <pgt/sdk/recompute.hpp>

#include "nn/carry.hpp"
#include "nn/guarded_backbone.hpp"
#include "nn/recompute.hpp"

namespace {

using namespace pgt;
using plugin::Kind;

/// What is there when the program ends.
struct Kept {
  std::unique_ptr<plugin::Registry> registry;
  std::vector<std::unique_ptr<sdk::Backbone>> backbones;
  std::vector<std::unique_ptr<sdk::Schedule>> schedules;
  std::vector<std::unique_ptr<sdk::OptionSet>> options;
  std::vector<std::unique_ptr<nn::StageRecomputer>> recomputers;
  std::vector<nn::SlotCarry> carries;
  std::vector<at::Tensor> scores;
  std::set<std::string> loaded;  ///< plugins
};
Kept& kept() {
  static Kept kept;
  return kept;
}

std::unique_ptr<sdk::OptionSet>& make_options(Kind kind, const std::string& name) {
  kept().loaded.insert(kept().registry->provider(kind, name).id);
  return kept().options.emplace_back(kept().registry->options(kind, name));
}

/// Narrow, where a backbone has a width.
void make_small(sdk::OptionSet& options, const std::string& program) {
  for (const auto& option : options.fields().all()) {
    if (option->spec.name == "width") option->assign(std::int64_t{48});
    if (option->spec.name == "file") option->assign(program);
  }
}

/// The first of two steps, whose graph is kept by the scores and, as no gradient is cut, by the carry.
void keep_graph(const std::string& name, const std::string& program) {
  const auto& options = make_options(Kind::backbone, name);
  make_small(*options, program);
  auto& backbone = kept().backbones.emplace_back(nn::make_backbone(*kept().registry, name, *options, {3}, 0));
  backbone->train(true);
  if (auto* recomputing = sdk::extension_of<sdk::RecomputingBackbone>(*backbone)) {
    auto& recomputer = kept().recomputers.emplace_back(std::make_unique<nn::StageRecomputer>(name, *backbone));
    recomputer->choose(recomputing->stages());
    recomputing->recompute(*recomputer);
  }
  sdk::Fragment fragment;
  sdk::Step first, next;
  for (const sdk::Pathway& pathway : backbone->info().pathways) {
    fragment.frames.push_back(torch::rand({2, 3, 4 * pathway.ratio, 32, 32}));
    first.frames.push_back({0, 4 * pathway.ratio});
    first.overlap.push_back(0);
    next.overlap.push_back(pathway.ratio);
  }
  next.detach = false;
  nn::SlotCarry& carry = kept().carries.emplace_back(backbone->info().sites, sdk::CarryRule{});
  carry.begin_step(true, first, &next);
  const at::Tensor scores = backbone->forward(fragment, carry);
  scores.sum().backward({}, /*keep_graph=*/true);
  kept().scores.push_back(scores);
}

}  // namespace

int main(int count, char** words) {
  torch::set_num_threads(1);
  const std::filesystem::path folders[] = {words[1]};
  kept().registry = std::make_unique<plugin::Registry>(folders, PGT_HOST);
  for (const std::string& name : kept().registry->names(Kind::backbone)) {
    if (name != "exported" || count > 2) keep_graph(name, count > 2 ? words[2] : "");
  }
  for (const std::string& name : kept().registry->names(Kind::dataset)) make_options(Kind::dataset, name);
  for (const std::string& name : kept().registry->names(Kind::schedule)) {
    const auto& options = make_options(Kind::schedule, name);
    kept().schedules.push_back(kept().registry->make_schedule(name, *options, {}));
    kept().schedules.back()->plan({});
  }
  const std::size_t graphs = kept().scores.size();
  std::printf("%zu plugins, %zu graphs\n", kept().loaded.size(), graphs);
  return kept().loaded.size() >= 20 && graphs >= 8 ? 0 : 1;
}
