#include "base/distributions.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace pgt {
namespace {

constexpr int draws = 20000;

Random stream(std::uint64_t sample) { return Random(1, 2, sample, Purpose::mixing); }

double moment(const std::vector<double>& values, int power, double around = 0) {
  double sum = 0;
  for (const double value : values) sum += std::pow(value - around, power);
  return sum / static_cast<double>(values.size());
}

/// The share of the values below `limit`.
double below(const std::vector<double>& values, double limit) {
  return static_cast<double>(std::count_if(values.begin(), values.end(), [&](double value) { return value < limit; })) /
         static_cast<double>(values.size());
}

TEST(Normal, HasTheMomentsAndQuantilesOfItsName) {
  std::vector<double> values;
  for (std::uint64_t i = 0; i < draws; ++i) {
    Random random = stream(i);
    values.push_back(normal(random));
  }
  EXPECT_NEAR(moment(values, 1), 0, 0.03);
  EXPECT_NEAR(moment(values, 2), 1, 0.04);
  EXPECT_NEAR(moment(values, 4), 3, 0.2);
  EXPECT_NEAR(below(values, -1), 0.1587, 0.01);
  EXPECT_NEAR(below(values, 0), 0.5, 0.015);
  EXPECT_NEAR(below(values, 2), 0.9772, 0.005);
}

std::vector<double> betas(double alpha) {
  std::vector<double> values;
  for (std::uint64_t i = 0; i < draws; ++i) {
    Random random = stream(i);
    values.push_back(symmetric_beta(random, alpha));
    EXPECT_GE(values.back(), 0);
    EXPECT_LE(values.back(), 1);
  }
  return values;
}

TEST(SymmetricBeta, HasItsMeanAndVariance) {
  for (const double alpha : {0.2, 0.8, 1.0, 4.0, 50.0}) {
    const std::vector<double> values = betas(alpha);
    const double variance = 1 / (4 * (2 * alpha + 1));
    EXPECT_NEAR(moment(values, 1), 0.5, 4 * std::sqrt(variance / draws)) << alpha;
    EXPECT_NEAR(moment(values, 2, 0.5), variance, 0.03 * variance) << alpha;
  }
}

TEST(SymmetricBeta, HasItsQuantiles) {
  const std::vector<double> uniform = betas(1), parabola = betas(2);
  for (const double x : {0.1, 0.3, 0.5, 0.8}) {
    EXPECT_NEAR(below(uniform, x), x, 0.015) << x;
    EXPECT_NEAR(below(parabola, x), 3 * x * x - 2 * x * x * x, 0.015) << x;
  }
}

TEST(SymmetricBeta, GoesToTheEndsWithASmallAlpha) {
  const std::vector<double> values = betas(1e-4);
  EXPECT_NEAR(below(values, 0.01), 0.5, 0.015);
  EXPECT_NEAR(below(values, 0.99), 0.5, 0.015);
}

}  // namespace
}  // namespace pgt
