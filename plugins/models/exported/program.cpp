#include "program.hpp"

#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/torch.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include <pgt/sdk/module_backbone.hpp>

namespace exported {
namespace {

constexpr const char* how_to_make_one =
    "save one with torch.jit.script(model).save(\"model.pt\") or torch.jit.trace(model, frames).save(\"model.pt\")";

bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

/// What a file is that TorchScript cannot read, as far as the names in its zip archive tell.
std::string kind_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), {});
  if (bytes.empty()) return "cannot be read, or is empty";
  if (!bytes.starts_with("PK")) return "is not a TorchScript file";
  if (contains(bytes, "models/model.json") || contains(bytes, "serialized_exported_program.json")) {
    return "is a torch.export program, which holds no code that can be trained here";
  }
  if (contains(bytes, "/constants.pkl")) return "is a damaged TorchScript file";
  if (contains(bytes, "/data.pkl")) return "holds weights without a program";
  return "is not a TorchScript file";
}

bool is_tensor(const c10::TypePtr& type) { return type->kind() == c10::TypeKind::TensorType; }

bool is_state(const c10::TypePtr& type) {
  return type->kind() == c10::TypeKind::OptionalType && is_tensor(type->castRaw<c10::OptionalType>()->getElementType());
}

}  // namespace

void Options::describe(pgt::sdk::Options& o) {
  o("file", file).required().path().help("TorchScript file: torch.jit.script(model).save(file) in Python");
  o("pathways", pathways).range(1, 1024).unit("frames").help("frames of each pathway per frame of the slowest");
}

void Options::check(pgt::sdk::Problems& problems) const {
  if (pathways.empty() || *std::min_element(pathways.begin(), pathways.end()) != 1) {
    problems.push_back({"pathways", "must name at least one pathway, the slowest as 1"});
  }
}

Program::Program(const Options& options, const pgt::sdk::BackboneContext&) : options_(options) {
  if (!std::filesystem::is_regular_file(options_.file)) fail(std::string("is not a file: ") + how_to_make_one);
  try {
    module_ = torch::jit::load(options_.file, c10::Device(c10::kCPU));
  } catch (const c10::Error&) {
    fail(kind_of(options_.file) + ": " + how_to_make_one);
  }
  // As the program is written: the optimising executor changes its ways after some calls, and with them the bits.
  torch::jit::setGraphExecutorOptimize(false);
  read_signature();
  for (const auto& parameter : module_.named_parameters()) {
    if (parameter.value.requires_grad()) trained_.insert(parameter.name);
  }
  if (trained_.empty()) {
    fail("has no parameters to train: save it without torch.jit.freeze, and with requires_grad where it is to learn");
  }
}

void Program::fail(const std::string& text) const {
  throw std::runtime_error("file = \"" + options_.file + "\" " + text);
}

void Program::read_signature() {
  const auto forward = module_.find_method("forward");
  if (!forward) fail("has no method forward");
  const std::vector<c10::Argument>& arguments = forward->function().getSchema().arguments();  // the first is self
  const std::size_t frames = options_.pathways.size();
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const c10::Argument& argument = arguments[i];
    const bool of_frames = i <= frames;
    if (of_frames ? !is_tensor(argument.type()) : !is_state(argument.type())) {
      fail("takes " + argument.name() + ": " + argument.type()->annotation_str() + " in forward, where " +
           (of_frames ? "the frames of a pathway are expected, a Tensor"
                      : "a state is expected, an Optional[Tensor] (for more pathways of frames set pathways)"));
    }
    if (!of_frames) states_.push_back(argument.name());
  }
  if (arguments.size() <= frames) {
    fail("takes " + std::to_string(arguments.size() - 1) + " arguments in forward, too few for " +
         std::to_string(frames) + " pathways");
  }
}

pgt::sdk::BackboneInfo Program::info() const {
  pgt::sdk::BackboneInfo info;
  info.pathways.clear();
  for (const std::int64_t ratio : options_.pathways) {
    info.pathways.push_back({options_.pathways.size() == 1 ? "frames" : "frames" + std::to_string(ratio), ratio});
  }
  for (const std::string& state : states_) info.sites.push_back({state, 0, pgt::sdk::SiteKind::block, 1});
  return info;
}

at::Tensor Program::forward(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  std::vector<c10::IValue> inputs(fragment.frames.begin(), fragment.frames.end());
  for (std::size_t site = 0; site < states_.size(); ++site) {
    const at::Tensor before = carry.recall(site);
    inputs.emplace_back(before.defined() ? c10::IValue(before) : c10::IValue());
  }
  const c10::IValue output = module_.forward(std::move(inputs));
  const std::vector<c10::IValue> parts =
      output.isTuple() ? output.toTupleRef().elements().vec() : std::vector<c10::IValue>{output};
  const bool tensors = std::all_of(parts.begin(), parts.end(), [](const c10::IValue& part) { return part.isTensor(); });
  if (parts.size() != states_.size() + 1 || !tensors) {
    fail("gave " + (tensors ? std::to_string(parts.size()) + " tensors" : output.type()->annotation_str()) +
         ", expected the scores and " + std::to_string(states_.size()) + " states, all tensors");
  }
  const std::int64_t videos = fragment.frames.front().size(0);
  for (std::size_t site = 0; site < states_.size(); ++site) {
    const at::Tensor state = parts[site + 1].toTensor();
    if (state.dim() == 0 || state.size(0) != videos) {
      std::ostringstream shape;
      shape << state.sizes();
      fail("gave a state " + states_[site] + " of shape " + shape.str() + " for " + std::to_string(videos) +
           " videos: a state's first dimension is the video");
    }
    carry.exchange(site, state);
  }
  const at::Tensor scores = parts.front().toTensor();
  return scores.dim() == 2 ? scores.unsqueeze(1) : scores;
}

void Program::train(bool on) {
  module_.train(on);
  for (const auto& module : module_.named_modules()) {
    torch::jit::Module below = module.value;  // a handle to the program's own
    if (frozen_.contains(module.name)) below.train(false);
  }
}

void Program::visit_parameters(pgt::sdk::ParameterVisitor& visitor) {
  for (const auto& parameter : module_.named_parameters()) {
    at::Tensor tensor = parameter.value;  // a handle to the program's own
    visitor.visit(
        parameter.name, tensor,
        trained_.contains(parameter.name) ? pgt::sdk::role_by_name(parameter.name, tensor) : pgt::sdk::Role::buffer);
  }
  for (const auto& buffer : module_.named_buffers()) {
    at::Tensor tensor = buffer.value;
    visitor.visit(buffer.name, tensor, pgt::sdk::Role::buffer);
  }
}

}  // namespace exported
