#include "models/exported/program.hpp"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "nn/parameters.hpp"
#include "steps.hpp"

namespace exported {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* without_carry = R"(
def forward(self, frames):
    return torch.matmul(frames.mean([2, 3, 4]), self.weight)
)";

/// Adds up what it has seen, and counts the steps.
constexpr const char* with_carry = R"(
def forward(self, frames, seen: Optional[Tensor], steps: Optional[Tensor]):
    sums = frames.sum([2, 3, 4])
    count = torch.ones([frames.size(0), 1], dtype=frames.dtype)
    if seen is not None and steps is not None:
        sums = sums + seen
        count = count + steps
    return torch.matmul(sums, self.weight) / count, sums, count
)";

class Exported : public testing::Test {
 protected:
  Exported() { fs::create_directories(folder_); }
  ~Exported() override { fs::remove_all(folder_); }

  /// Saves a program with this forward and a weight (3, 2).
  std::string save(const std::string& forward) const {
    torch::manual_seed(5);
    torch::jit::Module module("Net");
    module.register_parameter("weight", torch::randn({3, 2}).requires_grad_(), false);
    module.register_buffer("offset", torch::zeros({2}));
    module.define(forward);
    const std::string file = folder_ / "net.pt";
    module.save(file);
    return file;
  }
  static std::unique_ptr<Program> open(const std::string& file, std::vector<std::int64_t> pathways = {1}) {
    return std::make_unique<Program>(Options{file, std::move(pathways)}, pgt::sdk::BackboneContext{2});
  }
  std::string error_of(const std::string& file, std::vector<std::int64_t> pathways = {1}) const {
    try {
      open(file, std::move(pathways));
    } catch (const std::runtime_error& error) {
      EXPECT_THAT(error.what(), testing::StartsWith("file = \"" + file + "\" "));
      return error.what();
    }
    return "none";
  }

  const fs::path folder_ = fs::temp_directory_path() / ("pgt_exported_" + std::to_string(::getpid()));
};

/// What a step of the host gives the program, one after the other.
std::vector<at::Tensor> scores_of(Program& program, const std::vector<at::Tensor>& fragments, bool detach = true) {
  std::vector<pgt::sdk::Fragment> given;
  for (const at::Tensor& fragment : fragments) given.push_back({{fragment}, 1});
  return pgt::models::scores_of_fragments(
      given, program.info().sites, {}, 0, detach,
      [&](const auto& fragment, auto& carry) { return program.forward(fragment, carry); });
}

at::Tensor frames(std::int64_t length, std::uint64_t seed = 1) {
  torch::manual_seed(seed);
  return torch::randn({2, 3, length, 4, 4});
}

TEST_F(Exported, ScoresAsTheProgramDoes) {
  const auto program = open(save(without_carry));
  EXPECT_TRUE(program->info().sites.empty());
  const at::Tensor x = frames(5);
  const at::Tensor weight = pgt::nn::parameters(*program).at(0).tensor;
  EXPECT_TRUE(scores_of(*program, {x})[0].allclose(x.mean({2, 3, 4}).matmul(weight).unsqueeze(1)));
}

TEST_F(Exported, CarriesTheStatesThatTheProgramNames) {
  const auto program = open(save(with_carry));
  const auto sites = program->info().sites;
  ASSERT_EQ(sites.size(), 2u);
  EXPECT_EQ(sites[0].name, "seen");
  EXPECT_EQ(sites[1].name, "steps");
  const at::Tensor weight = pgt::nn::parameters(*program).at(0).tensor;
  const auto scores = scores_of(*program, {frames(4), frames(3, 2), frames(3, 3)});
  const at::Tensor all = torch::cat({frames(4), frames(3, 2), frames(3, 3)}, 2);
  EXPECT_TRUE(scores[2].squeeze(1).allclose(all.sum({2, 3, 4}).matmul(weight) / 3, 1e-4, 1e-5));
  EXPECT_TRUE(scores[0].equal(scores_of(*program, {frames(4)})[0])) << "a clip's first step has no state";
}

TEST_F(Exported, IsTrainedThroughTheCarryOrNot) {
  const auto program = open(save(with_carry));
  const at::Tensor first = frames(4).requires_grad_();
  scores_of(*program, {first, frames(3, 2)}, true)[1].sum().backward();
  EXPECT_FALSE(first.grad().defined());
  const auto weight = pgt::nn::parameters(*program).at(0);
  EXPECT_GT(weight.tensor.grad().abs().sum().item<double>(), 0);
  scores_of(*program, {first, frames(3, 2)}, false)[1].sum().backward();
  EXPECT_GT(first.grad().abs().sum().item<double>(), 0);
}

TEST_F(Exported, HasTheProgramsOwnTensors) {
  const auto program = open(save(without_carry));
  const auto parameters = pgt::nn::parameters(*program);
  ASSERT_EQ(parameters.size(), 2u);
  EXPECT_EQ(parameters[0].name, "weight");
  EXPECT_EQ(parameters[0].role, pgt::sdk::Role::weight);
  EXPECT_EQ(parameters[1].name, "offset");
  EXPECT_EQ(parameters[1].role, pgt::sdk::Role::buffer);
  pgt::nn::move(*program, c10::Device(c10::kCPU), at::kDouble);
  EXPECT_EQ(scores_of(*program, {frames(4).to(torch::kDouble)})[0].scalar_type(), torch::kDouble);
}

TEST_F(Exported, FreezesModulesOfTheProgram) {
  torch::jit::Module below("Below"), net("Net");
  below.register_parameter("weight", torch::ones({3, 2}).requires_grad_(), false);
  below.register_attribute("training", c10::BoolType::get(), true);
  below.define("def forward(self, x):\n    return torch.matmul(x, self.weight) + int(self.training)\n");
  net.register_attribute("training", c10::BoolType::get(), true);
  net.register_module("below", below);
  net.define(
      "def forward(self, frames):\n    return self.below.forward(frames.mean([2, 3, 4])) + 10 * int(self.training)\n");
  net.save(folder_ / "nested.pt");
  const auto program = open(folder_ / "nested.pt");
  const at::Tensor zeros = torch::zeros({1, 3, 1, 1, 1});
  EXPECT_EQ(scores_of(*program, {zeros})[0][0][0][0].item<float>(), 11);
  auto* freezable = pgt::sdk::extension_of<pgt::sdk::FreezableBackbone>(*program);
  ASSERT_NE(freezable, nullptr);
  freezable->freeze({"below"});
  program->train(true);
  EXPECT_EQ(scores_of(*program, {zeros})[0][0][0][0].item<float>(), 10);
  for (const auto& parameter : pgt::nn::parameters(*program)) parameter.tensor.set_requires_grad(false);
  EXPECT_EQ(pgt::nn::parameters(*program)[0].role, pgt::sdk::Role::weight) << "frozen, it is no buffer";
}

TEST_F(Exported, HasATensorThatTwoModulesShareOnce) {
  torch::jit::Module shared("Net");
  const at::Tensor weight = torch::ones({3, 5}).requires_grad_();
  shared.register_parameter("weight", weight, false);
  shared.register_parameter("again", weight, false);
  shared.define(
      "def forward(self, frames):\n    return torch.matmul(frames.mean([2, 3, 4]), self.weight + self.again)\n");
  shared.save(folder_ / "shared.pt");
  const auto parameters = pgt::nn::parameters(*open(folder_ / "shared.pt"));
  ASSERT_EQ(parameters.size(), 1U);
  EXPECT_EQ(parameters[0].name, "weight");
}

TEST_F(Exported, TakesSeveralPathways) {
  const std::string file = save(R"(
def forward(self, slow, fast):
    return torch.matmul(slow.mean([2, 3, 4]) + fast.mean([2, 3, 4]), self.weight)
)");
  const auto program = open(file, {1, 4});
  ASSERT_EQ(program->info().pathways.size(), 2u);
  EXPECT_EQ(program->info().pathways[1].ratio, 4);
  EXPECT_THAT(error_of(file), HasSubstr("takes fast: Tensor in forward, where a state is expected, an Optional[Tensor] "
                                        "(for more pathways of frames set pathways)"));
  EXPECT_THAT(error_of(file, {1, 2, 4}), HasSubstr("takes 2 arguments in forward, too few for 3 pathways"));
}

TEST_F(Exported, SaysWhatAFileIsInstead) {
  EXPECT_THAT(error_of(folder_ / "none.pt"), HasSubstr("is not a file: save one with torch.jit.script"));
  EXPECT_THAT(error_of(folder_), HasSubstr("is not a file"));
  std::ofstream(folder_ / "cut.pt") << "PK\3\4 net/data.pkl net/constants.pkl";
  EXPECT_THAT(error_of(folder_ / "cut.pt"), HasSubstr("is a damaged TorchScript file"));
  std::ofstream(folder_ / "text.pt") << "hello";
  EXPECT_THAT(error_of(folder_ / "text.pt"), HasSubstr("is not a TorchScript file"));
  std::ofstream(folder_ / "weights.pt") << "PK\3\4 weights/data.pkl";
  EXPECT_THAT(error_of(folder_ / "weights.pt"), HasSubstr("holds weights without a program"));
  std::ofstream(folder_ / "program.pt2") << "PK\3\4 program/models/model.json";
  EXPECT_THAT(error_of(folder_ / "program.pt2"), HasSubstr("is a torch.export program"));
  torch::jit::Module frozen("Net");
  frozen.register_parameter("weight", torch::ones({2}), false);
  frozen.define("def forward(self, frames):\n    return frames.mean([2, 3, 4])\n");
  frozen.save(folder_ / "frozen.pt");
  EXPECT_THAT(error_of(folder_ / "frozen.pt"), HasSubstr("has no parameters to train"));
}

/// What a step of the program throws.
std::string refusal_of(Program& program) {
  try {
    scores_of(program, {frames(4)});
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "none";
}

TEST_F(Exported, SaysWhatAProgramGaveInsteadOfScoresAndStates) {
  const auto program = open(save(R"(
def forward(self, frames, state: Optional[Tensor]):
    return torch.matmul(frames.mean([2, 3, 4]), self.weight)
)"));
  EXPECT_THAT(refusal_of(*program), HasSubstr("gave 1 tensors, expected the scores and 1 states"));
  const auto row = open(save(R"(
def forward(self, frames, state: Optional[Tensor]):
    return torch.matmul(frames.mean([2, 3, 4]), self.weight), frames.mean([0, 2, 3, 4])
)"));
  EXPECT_THAT(refusal_of(*row), HasSubstr("gave a state state of shape [3] for 2 videos"));
}

}  // namespace
}  // namespace exported
