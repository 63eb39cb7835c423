#include "weight_sets.hpp"

#include <gmock/gmock.h>

#include "base/error.hpp"
#include "recognise.hpp"

namespace pgt::weights {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

using Names = std::vector<std::string>;

const Names network{"s1.pathway0_stem.conv.weight", "s1.pathway0_stem.bn.weight", "s2.pathway0_res0.branch2.a.weight",
                    "head.projection.weight"};

/// Tensors of these names, each after `prefix`.
std::vector<NamedTensor> tensors(const std::string& group, const std::string& prefix, const Names& names = network) {
  std::vector<NamedTensor> made;
  for (const std::string& name : names) made.push_back({group, prefix + name, {Type::f32, {1}, {1}, {}}});
  return made;
}

std::vector<NamedTensor> operator+(std::vector<NamedTensor> a, const std::vector<NamedTensor>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::vector<WeightSet> sets_of(const std::vector<NamedTensor>& file) {
  return weight_sets(file, {network.begin(), network.end()});
}

Names set_names(const std::vector<WeightSet>& sets) {
  Names names;
  for (const WeightSet& set : sets) names.push_back(set.name());
  return names;
}

Names tensor_names(const WeightSet& set) {
  Names names;
  for (const NamedTensor& tensor : set.tensors) names.push_back(tensor.name);
  return names;
}

TEST(WeightSets, AreFoundBehindAnyWrapperBesideOtherTensors) {
  const std::vector<NamedTensor> others = tensors("", "", {"criterion.weight", "n_averaged", "queue"});
  for (const std::string wrapper :
       {"", "module.", "model.", "net.", "backbone.", "_orig_mod.", "module._orig_mod.", "student.model.module."}) {
    const std::vector<WeightSet> sets = sets_of(tensors("", wrapper) + others);
    ASSERT_EQ(sets.size(), 1U) << wrapper;
    EXPECT_EQ(recognise(sets.front().tensors, {network.begin(), network.end()}).of_network, network.size()) << wrapper;
  }
}

TEST(WeightSets, LoseWhatCompilersAndShardersPutIntoNames) {
  const Names wrapped{"s1._orig_mod.pathway0_stem.conv.weight",
                      "s2.pathway0_res0._checkpoint_wrapped_module.branch2.a.weight",
                      "_fsdp_wrapped_module.head.projection.weight"};
  EXPECT_THAT(
      tensor_names(sets_of(tensors("", "", wrapped)).front()),
      ElementsAre("s1.pathway0_stem.conv.weight", "s2.pathway0_res0.branch2.a.weight", "head.projection.weight"));
}

TEST(WeightSets, OfAnAverageAreListedAfterTheWeights) {
  EXPECT_THAT(set_names(sets_of(tensors("state_dict_ema", "") + tensors("state_dict", ""))),
              ElementsAre("state_dict", "state_dict_ema"));
  EXPECT_THAT(set_names(sets_of(tensors("model_ema", "module.") + tensors("model", ""))),
              ElementsAre("model", "model_ema.module"));
  EXPECT_THAT(set_names(sets_of(tensors("state_dict", "model.") + tensors("state_dict", "ema_model."))),
              ElementsAre("state_dict.model", "state_dict.ema_model"));
  EXPECT_THAT(set_names(sets_of(tensors("", "") + tensors("ema", ""))), ElementsAre("top", "ema"));
  EXPECT_THAT(set_names(sets_of(tensors("ema", "") + tensors("network", ""))), ElementsAre("network", "ema"));
}

TEST(WeightSets, AreNotAnOptimizersAverages) {
  EXPECT_THAT(set_names(sets_of(tensors("optimizer_state.exp_avg", "") + tensors("model", ""))), ElementsAre("model"));
}

TEST(WeightSets, DoNotHideWhatIsBesideThem) {
  const std::vector<NamedTensor> file = tensors("state_dict", "model.") +
                                        tensors("state_dict", "model_ema.", {"s1stemconvweight"}) +
                                        tensors("optimizer.state.0", "", {"exp_avg"});
  EXPECT_THAT(beside(file, sets_of(file)), ElementsAre("state_dict.model_ema.s1stemconvweight"));
}

TEST(WeightSets, OfUnknownNamesAreTheUsualGroup) {
  const std::vector<NamedTensor> file = tensors("other", "", {"a", "b", "c"}) + tensors("state_dict", "module.", {"x"});
  const std::vector<WeightSet> sets = sets_of(file);
  EXPECT_THAT(set_names(sets), ElementsAre("state_dict.module"));
  EXPECT_THAT(tensor_names(sets.front()), ElementsAre("x"));
}

TEST(WeightSets, AreChosenByTheirNames) {
  const std::vector<WeightSet> sets = sets_of(tensors("state_dict_ema", "") + tensors("state_dict", ""));
  EXPECT_EQ(choose(sets, "").name(), "state_dict");
  EXPECT_EQ(choose(sets, "state_dict_ema").name(), "state_dict_ema");
  EXPECT_THAT(describe_choice(sets, sets[0]), AllOf(HasSubstr("taken is state_dict, not taken state_dict_ema"),
                                                    HasSubstr("--weights state_dict_ema takes that")));
  EXPECT_EQ(describe_choice({sets[0]}, sets[0]), "");
  try {
    choose(sets, "ema");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::usage);
    EXPECT_THAT(error.what(), HasSubstr("--weights ema: the file holds state_dict, state_dict_ema"));
  }
}

}  // namespace
}  // namespace pgt::weights
