#include "models/common/roi_align.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace pgt::models {
namespace {

/// One number of a map between its places, as docs/method.md M5.7 says.
double sample(const at::Tensor& map, double y, double x) {
  const auto height = static_cast<double>(map.size(0)), width = static_cast<double>(map.size(1));
  if (y < -1 || y > height || x < -1 || x > width) return 0;
  y = std::clamp(y, 0.0, height - 1);
  x = std::clamp(x, 0.0, width - 1);
  double sum = 0;
  for (const double row : {std::floor(y), std::floor(y) + 1}) {
    for (const double column : {std::floor(x), std::floor(x) + 1}) {
      if (row >= height || column >= width) continue;  // its weight is 0
      const double weight = (1 - std::abs(y - row)) * (1 - std::abs(x - column));
      sum += weight * map[static_cast<std::int64_t>(row)][static_cast<std::int64_t>(column)].item<double>();
    }
  }
  return sum;
}

/// Box by box, bin by bin, sample by sample.
at::Tensor one_by_one(const at::Tensor& maps, const at::Tensor& boxes, const RoiLayout& layout) {
  const std::int64_t bins = layout.resolution;
  at::Tensor given = torch::zeros({boxes.size(0), maps.size(1), bins, bins}, torch::kDouble);
  const auto stride = static_cast<double>(layout.stride);
  for (std::int64_t box = 0; box < boxes.size(0); ++box) {
    const auto side = [&](std::int64_t i) {
      return boxes[box][i].item<double>() / stride - (layout.aligned ? 0.5 : 0);
    };
    double width = side(3) - side(1), height = side(4) - side(2);
    if (!layout.aligned) {
      width = std::max(width, 1.0);
      height = std::max(height, 1.0);
    }
    const double bin_width = width / static_cast<double>(bins), bin_height = height / static_cast<double>(bins);
    const double across = std::ceil(bin_width), down = std::ceil(bin_height);
    for (std::int64_t channel = 0; channel < maps.size(1); ++channel) {
      const at::Tensor map = maps[boxes[box][0].item<std::int64_t>()][channel];
      for (std::int64_t row = 0; row < bins; ++row) {
        for (std::int64_t column = 0; column < bins; ++column) {
          double sum = 0;
          for (double i = 0; i < down; ++i) {
            for (double j = 0; j < across; ++j) {
              sum += sample(map, side(2) + (static_cast<double>(row) + (i + 0.5) / down) * bin_height,
                            side(1) + (static_cast<double>(column) + (j + 0.5) / across) * bin_width);
            }
          }
          given[box][channel][row][column] = sum / std::max(across * down, 1.0);
        }
      }
    }
  }
  return given;
}

at::Tensor boxes_of(std::initializer_list<std::array<double, 5>> rows) {
  std::vector<at::Tensor> boxes;
  for (const auto& row : rows) boxes.push_back(torch::tensor(c10::ArrayRef<double>(row), torch::kDouble));
  return torch::stack(boxes);
}

at::Tensor two_maps() {
  torch::manual_seed(3);
  return torch::randn({2, 3, 6, 9}, torch::kDouble);
}

/// On maps of 6×9 places of 16 pixels.
at::Tensor boxes_of_all_kinds() {
  return boxes_of({
      {0, 20, 15, 70, 80},         // inside
      {1, 0, 0, 144, 96},          // the frame
      {1, -50, -30, 40, 30},       // beyond the left and the top
      {0, 100, 60, 190, 150},      // beyond the right and the bottom
      {0, -500, -400, 700, 600},   // much larger than the frame
      {0, 33.3, 20.1, 35.2, 22},   // smaller than a place
      {1, 50, 40, 50, 40},         // without an area
      {1, 1000, 1000, 1100, 1100}  // nowhere
  });
}

TEST(RoiAlign, IsTheMeanOfTheSamplesOfEachBin) {
  for (const bool aligned : {true, false}) {
    for (const std::int64_t resolution : {1, 3, 7}) {
      const RoiLayout layout{resolution, aligned, 16};
      const at::Tensor given = roi_align(two_maps(), boxes_of_all_kinds(), layout);
      const at::Tensor expected = one_by_one(two_maps(), boxes_of_all_kinds(), layout);
      EXPECT_TRUE(given.allclose(expected, 1e-12, 1e-12)) << aligned << " " << resolution << "\n" << given - expected;
    }
  }
}

TEST(RoiAlign, OfABoxWithoutAreaIsZeroUnlessLegacyMakesItAPlace) {
  const at::Tensor maps = torch::ones({1, 1, 6, 9}, torch::kDouble);
  const at::Tensor box = boxes_of({{0, 50, 40, 50, 40}});
  EXPECT_EQ(roi_align(maps, box, {2, true, 16}).abs().sum().item<double>(), 0);
  EXPECT_TRUE(roi_align(maps, box, {2, false, 16}).allclose(torch::ones({1, 1, 2, 2}, torch::kDouble)));
}

TEST(RoiAlign, AlignsTheCentresOfPlacesAndPixels) {
  // The place i is the mean of pixels 4i to 4i + 3: a ramp of pixels is a ramp of places.
  const at::Tensor pixels = torch::arange(32, torch::kDouble) + 0.5;
  const at::Tensor map = pixels.view({8, 4}).mean(1).view({1, 1, 1, 8}).expand({1, 1, 8, 8});
  const at::Tensor box = boxes_of({{0, 6, 6, 22, 22}});
  const auto means = [&](bool aligned) { return roi_align(map, box, {2, aligned, 4})[0][0][0]; };
  EXPECT_TRUE(means(true).allclose(torch::tensor({10.0, 18.0}, torch::kDouble)));
  EXPECT_TRUE(means(false).allclose(torch::tensor({12.0, 20.0}, torch::kDouble))) << "half a place to the right";
}

TEST(RoiAlign, HasTheGradientOfFiniteDifferences) {
  const at::Tensor weights = torch::randn({8, 3, 7, 7}, torch::kDouble);
  const RoiLayout layout{7, true, 16};
  const auto value = [&](const at::Tensor& maps) {
    return (roi_align(maps, boxes_of_all_kinds(), layout) * weights).sum();
  };
  at::Tensor maps = two_maps().requires_grad_();
  value(maps).backward();
  const torch::NoGradGuard no_gradients;
  const at::Tensor flat = maps.view(-1);
  for (std::int64_t i = 0; i < flat.numel(); i += 7) {
    const double before = flat[i].item<double>();
    flat[i] = before + 1;  // linear: any step will do
    const double up = value(maps).item<double>();
    flat[i] = before - 1;
    const double down = value(maps).item<double>();
    flat[i] = before;
    EXPECT_NEAR(maps.grad().view(-1)[i].item<double>(), (up - down) / 2, 1e-10);
  }
}

TEST(RoiAlign, KeepsTheMapsType) {
  const at::Tensor boxes = boxes_of({{1, 20, 15, 70, 80}});
  const at::Tensor exact = roi_align(two_maps(), boxes, {});
  for (const auto type : {torch::kFloat, torch::kHalf}) {
    const at::Tensor given = roi_align(two_maps().to(type), boxes, {});
    EXPECT_EQ(given.scalar_type(), type);
    EXPECT_TRUE(given.to(torch::kDouble).allclose(exact, 1e-2, 1e-2));
  }
}

TEST(RoiAlign, OfNoBoxesIsEmptyAndHasAGradient) {
  at::Tensor maps = two_maps().requires_grad_();
  const at::Tensor given = roi_align(maps, torch::empty({0, 5}, torch::kDouble), {});
  EXPECT_EQ(given.sizes().vec(), (std::vector<std::int64_t>{0, 3, 7, 7}));
  given.sum().backward();
  EXPECT_EQ(maps.grad().abs().sum().item<double>(), 0);
}

TEST(RoiAlign, NamesTheBoxThatCannotBe) {
  const auto error = [](const at::Tensor& boxes) -> std::string {
    try {
      roi_align(two_maps(), boxes, {});
    } catch (const std::runtime_error& problem) {
      return problem.what();
    }
    return "none";
  };
  EXPECT_EQ(error(boxes_of({{0, 1, 2, 3, 4}, {2, 1, 2, 3, 4}})),
            "the box (1, 2, 3, 4) of row 2 in a batch of 2: rows count from 0, and coordinates are pixels below 1e+06");
  EXPECT_THAT(error(boxes_of({{-1, 1, 2, 3, 4}})), testing::HasSubstr("of row -1 in"));
  EXPECT_THAT(error(boxes_of({{0, 1, std::nan(""), 3, 4}})), testing::HasSubstr("the box (1, nan, 3, 4)"));
  EXPECT_THAT(error(boxes_of({{0, 1, 2, INFINITY, 4}})), testing::HasSubstr("the box (1, 2, inf, 4)"));
  EXPECT_EQ(error(torch::zeros({2, 4})),
            "boxes have the shape [2, 4], expected (R, 5): row of the batch, x1, y1, x2, y2");
  EXPECT_THAT(error({}), testing::HasSubstr("boxes have the shape [],"));
}

}  // namespace
}  // namespace pgt::models
