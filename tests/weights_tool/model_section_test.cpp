// What a run file should say, from tensors' shapes alone; that the lines make the weights fit is tested with the
// program (model_lines_test.cpp).

#include "model_section.hpp"

#include <gmock/gmock.h>

#include "recognise.hpp"

namespace pgt::weights {
namespace {

using Numbers = std::vector<std::int64_t>;
using Shaped = std::vector<std::pair<std::string, Numbers>>;

ModelSection read(const Shaped& shapes) {
  std::vector<NamedTensor> tensors;
  for (const auto& [name, shape] : shapes) tensors.push_back({"", name, {Type::f32, shape, {}, {}}});
  return read_model(tensors, *recognise(tensors, {}).naming);
}

sdk::OptionValue value(const ModelSection& section, const std::string& key) {
  for (const ModelLine& line : section.lines) {
    if (line.key == key) return line.value;
  }
  return std::string("none");
}

/// A bottleneck of pytorchvideo whose first convolution looks at `frames`.
void add_block(Shaped& shapes, const std::string& name, std::int64_t frames) {
  shapes.push_back({name + ".branch2.conv_a.weight", {64, 64, frames, 1, 1}});
  shapes.push_back({name + ".branch2.conv_b.weight", {64, 64, 1, 3, 3}});
  shapes.push_back({name + ".branch2.conv_c.weight", {256, 64, 1, 1, 1}});
  shapes.push_back({name + ".branch2.norm_c.running_mean", {256}});
}

/// A network of one pathway, with the places of its stages among pytorchvideo's blocks.
Shaped pytorchvideo(std::int64_t stem_frames, const Numbers& places, std::int64_t frames) {
  Shaped shapes{{"blocks.0.conv.weight", {64, 3, stem_frames, 7, 7}}, {"blocks.5.proj.weight", {400, 2048}}};
  for (std::size_t stage = 0; stage < places.size(); ++stage) {
    for (int block = 0; block < (stage == 1 ? 2 : 1); ++block) {
      add_block(shapes, "blocks." + std::to_string(places[stage]) + ".res_blocks." + std::to_string(block), frames);
    }
  }
  return shapes;
}

TEST(ModelSection, AsksForPooledTimeWhereTheNamesShowIt) {
  const ModelSection pooled = read(pytorchvideo(1, {1, 3, 4, 5}, 1));
  EXPECT_EQ(value(pooled, "use"), sdk::OptionValue(std::string("c2d")));
  EXPECT_EQ(value(pooled, "pool_frames"), sdk::OptionValue(std::int64_t{2}));
  EXPECT_EQ(value(read(pytorchvideo(1, {1, 2, 3, 4}, 1)), "pool_frames"), sdk::OptionValue(std::string("none")));
}

TEST(ModelSection, ReadsDepthAndClasses) {
  const ModelSection section = read(pytorchvideo(1, {1, 2, 3, 4}, 3));
  EXPECT_EQ(value(section, "use"), sdk::OptionValue(std::string("slow")));
  EXPECT_EQ(value(section, "depth"), sdk::OptionValue(std::int64_t{50}));
  EXPECT_EQ(value(section, "blocks"), sdk::OptionValue(Numbers{1, 2, 1, 1}));
  EXPECT_EQ(value(section, "temporal_kernels"), sdk::OptionValue(Numbers{3, 3, 3, 3}));
  EXPECT_EQ(section.classes, 400);
}

TEST(ModelSection, KnowsConvolutionsThatWeDoNotHave) {
  Shaped shapes{{"conv1.weight", {64, 3, 7, 7, 7}},
                {"layer1.0.conv1.weight", {64, 64, 1, 1, 1}},
                {"layer1.0.conv2.weight", {64, 64, 3, 3, 3}},
                {"layer1.0.conv3.weight", {256, 64, 1, 1, 1}}};
  EXPECT_THAT(read(shapes).foreign, testing::HasSubstr("bottlenecks of 3×3×3"));
  shapes[2].second = {64, 1, 3, 3, 3};
  EXPECT_EQ(read(shapes).foreign, "CSN");
  shapes[2].second = {64, 64, 1, 3, 3};
  EXPECT_EQ(read(shapes).foreign, "");
  shapes[2].second = {64, 2, 1, 3, 3};
  EXPECT_EQ(read(shapes).foreign, "");
  EXPECT_EQ(value(read(shapes), "groups"), sdk::OptionValue(std::int64_t{32}));
  EXPECT_EQ(value(read(shapes), "width_per_group"), sdk::OptionValue(std::int64_t{2}));
}

TEST(ModelSection, SaysNothingOfUnknownNames) {
  const ModelSection section = read({{"encoder.0.weight", {8, 8}}, {"decoder.0.weight", {8, 8}}});
  EXPECT_TRUE(section.lines.empty());
  EXPECT_EQ(section.classes, 0);
}

}  // namespace
}  // namespace pgt::weights
