#include "nn/finite.hpp"

#include <gmock/gmock.h>
#include <torch/torch.h>

#include <limits>

#include "base/error.hpp"

namespace pgt::nn {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string refusal_of(const std::map<std::string, at::Tensor>& tensors) {
  try {
    check_finite(tensors, "w.safetensors");
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::plugin);
    return error.what();
  }
  return "";
}

TEST(Finite, NumbersOfAllTypesPass) {
  EXPECT_EQ(refusal_of({{"a", torch::ones({2, 3})},
                        {"b", torch::ones({2}, torch::kHalf)},
                        {"count", torch::tensor(7)},
                        {"empty", torch::empty({0})}}),
            "");
}

TEST(Finite, TensorsWithNanOrInfinityAreNamedWithTheirFile) {
  at::Tensor nan = torch::ones({4}), infinite = torch::ones({2, 2}, torch::kHalf);
  nan[3] = std::numeric_limits<double>::quiet_NaN();
  infinite[1][0] = -std::numeric_limits<double>::infinity();
  EXPECT_THAT(refusal_of({{"bn.running_var", nan}, {"conv.weight", infinite}, {"good", torch::ones({2})}}),
              AllOf(HasSubstr("w.safetensors holds weights that are not finite"), HasSubstr("in 2 tensors"),
                    HasSubstr("\n  bn.running_var"), HasSubstr("\n  conv.weight"), Not(HasSubstr("good"))));
}

TEST(Finite, OfManyTensorsTheFirstAreNamed) {
  std::map<std::string, at::Tensor> tensors;
  for (int i = 0; i < 12; ++i) tensors[std::string(1, static_cast<char>('a' + i))] = torch::full({1}, std::nan(""));
  EXPECT_THAT(refusal_of(tensors), AllOf(HasSubstr("\n  j"), Not(HasSubstr("\n  k")), HasSubstr("and 2 more")));
}

}  // namespace
}  // namespace pgt::nn
