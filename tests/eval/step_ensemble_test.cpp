#include "eval/step_ensemble.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace pgt::eval {
namespace {

using sdk::Ensemble;
using testing::ElementsAre;

std::vector<double> ensemble_of(Ensemble ensemble, const std::vector<std::vector<double>>& steps) {
  StepEnsemble clip(ensemble);
  for (const std::vector<double>& step : steps) clip.add(step);
  return clip.result();
}

const std::vector<std::vector<double>> three_steps = {{0.75, 0.125}, {0.25, 0.25}, {0.5, 0.75}};

TEST(StepEnsemble, MakesOneOfTheSteps) {
  EXPECT_THAT(ensemble_of(Ensemble::mean, three_steps), ElementsAre(0.5, 0.375));
  EXPECT_THAT(ensemble_of(Ensemble::max, three_steps), ElementsAre(0.75, 0.75));
  EXPECT_THAT(ensemble_of(Ensemble::last, three_steps), ElementsAre(0.5, 0.75));
  EXPECT_THAT(ensemble_of(Ensemble::reference, three_steps), ElementsAre(1.5, 1.125));
  EXPECT_TRUE(ensemble_of(Ensemble::mean, {}).empty());
}

TEST(StepEnsemble, GivesTheSameHoweverManyStepsSayTheSame) {
  for (const Ensemble ensemble : {Ensemble::mean, Ensemble::max, Ensemble::last}) {
    const std::vector<std::vector<double>> steps(100, {0.9, 0.3});
    EXPECT_THAT(ensemble_of(ensemble, steps),
                ElementsAre(testing::DoubleNear(0.9, 1e-12), testing::DoubleNear(0.3, 1e-12)));
  }
}

TEST(StepEnsemble, DoesNotHideAStepWithoutANumber) {
  const double nan = std::nan("");
  for (const Ensemble ensemble : {Ensemble::mean, Ensemble::max}) {
    EXPECT_TRUE(std::isnan(ensemble_of(ensemble, {{nan}, {0.5}}).front()));
    EXPECT_TRUE(std::isnan(ensemble_of(ensemble, {{0.5}, {nan}, {0.25}}).front()));
  }
}

TEST(ClipEnsemble, AveragesOneLabelAndKeepsTheLargestOfSeveral) {
  const auto of = [](config::Loss loss, const std::vector<std::vector<double>>& clips) {
    ClipEnsemble video(loss);
    for (const std::vector<double>& clip : clips) video.add(clip);
    return video.result();
  };
  // The first adds up steps.
  EXPECT_THAT(of(config::Loss::cross_entropy, {{3, 1}, {0.25, 0.75}}), ElementsAre(0.5, 0.5));
  EXPECT_THAT(of(config::Loss::binary_cross_entropy, {{0.25, 0.5}, {0.75, 0.125}}), ElementsAre(0.75, 0.5));
  EXPECT_TRUE(of(config::Loss::cross_entropy, {}).empty());
}

TEST(StepEnsemble, LeftAloneIsWhatSuitsTheTask) {
  EXPECT_EQ(resolve_ensemble(Ensemble::automatic, sdk::Task::multi_label), Ensemble::mean);
  EXPECT_EQ(resolve_ensemble(Ensemble::automatic, sdk::Task::single_label), Ensemble::mean);
  EXPECT_EQ(resolve_ensemble(Ensemble::automatic, sdk::Task::boxes), Ensemble::last);
  EXPECT_EQ(resolve_ensemble(Ensemble::reference, sdk::Task::boxes), Ensemble::last);
  EXPECT_EQ(resolve_ensemble(Ensemble::reference, sdk::Task::multi_label), Ensemble::reference);
  EXPECT_EQ(resolve_ensemble(Ensemble::max, sdk::Task::boxes), Ensemble::max);
}

}  // namespace
}  // namespace pgt::eval
