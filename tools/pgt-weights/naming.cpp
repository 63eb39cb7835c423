#include "naming.hpp"

namespace pgt::weights {
namespace {

using Rules = Naming::Rules;

Rules operator+(Rules rules, const Rules& more) {
  rules.insert(rules.end(), more.begin(), more.end());
  return rules;
}

/// `text` with the number in place of %N.
std::string with(std::size_t number, std::string text) {
  return text.replace(text.find("%N"), 2, std::to_string(number));
}

/// The convolutions of a bottleneck, which others count: conv2 is ours' branch2.b. `conv` and `norm` are what others
/// call convolution %N and its normalisation.
Rules bottleneck(const std::string& conv, const std::string& norm) {
  Rules rules;
  for (std::size_t i = 1; i <= 3; ++i) {
    const std::string ours = std::string("$1.branch2.") + "abc"[i - 1];
    rules.emplace_back(with(i, R"((.+_res\d+)\.)" + conv + R"(\.(.+))"), ours + ".$2");
    rules.emplace_back(with(i, R"((.+_res\d+)\.)" + norm + R"(\.(.+))"), ours + "_bn.$2");
  }
  return rules;
}

/// PySlowFast's own; its sub-batchnorm keeps the statistics of all splits together one level further down.
Rules pyslowfast() { return {{R"((.+bn)\.bn\.(running_mean|running_var|num_batches_tracked))", "$1.$2"}}; }

Rules caffe2() {
  return {{R"(t_pool1_subsample_bn_(.+))", "s1_fuse.bn_$1"},
          {R"(t_pool1_subsample_(.+))", "s1_fuse.conv_f2s_$1"},
          {R"(t_res(\d)_\d+_branch2c_bn_subsample_bn_(.+))", "s$1_fuse.bn_$2"},
          {R"(t_res(\d)_\d+_branch2c_bn_subsample_(.+))", "s$1_fuse.conv_f2s_$2"},
          {R"(t_(?:res_)?conv1_bn_(.+))", "s1.pathway1_stem.bn_$1"},
          {R"(t_(?:res_)?conv1_(.+))", "s1.pathway1_stem.conv_$1"},
          {R"((?:res_)?conv1_bn_(.+))", "s1.pathway0_stem.bn_$1"},
          {R"((?:res_)?conv1_(.+))", "s1.pathway0_stem.conv_$1"},
          {R"(t_res(\d)_(\d+)_branch(.+))", "s$1.pathway1_res$2.branch$3"},
          {R"(res(\d)_(\d+)_branch(.+))", "s$1.pathway0_res$2.branch$3"},
          {R"((.+)\.branch2([abc])_(.+))", "$1.branch2.$2_$3"},
          {R"(nonlocal_conv(\d)_(\d+)_bn_(.+))", "s$1.pathway0_nonlocal$2.bn_$3"},
          {R"(nonlocal_conv(\d)_(\d+)_(theta|phi|g|out)_(.+))", "s$1.pathway0_nonlocal$2.conv_$3_$4"},
          {R"(pred_(.+))", "head.projection_$1"},
          {R"((.+bn)_s)", "$1.weight"},
          {R"((.+bn)_rm)", "$1.running_mean"},
          {R"((.+bn)_riv)", "$1.running_var"},
          {R"((.+)_w)", "$1.weight"},
          {R"((.+)_b)", "$1.bias"}};
}

/// `stages`: the place of each stage among pytorchvideo's blocks.
Rules pytorchvideo(const std::vector<std::size_t>& stages) {
  Rules rules;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    rules.emplace_back(with(stages[i], R"(blocks\.%N\.((?:multipathway|res_blocks|conv|norm).+))"),
                       with(i + 1, "s%N.$1"));
  }
  return std::move(rules) + Rules{{R"(blocks\.\d\.proj\.(.+))", "head.projection.$1"},
                                  {R"((s\d)\.multipathway_fusion\.conv_fast_to_slow\.(.+))", "$1_fuse.conv_f2s.$2"},
                                  {R"((s\d)\.multipathway_fusion\.norm\.(.+))", "$1_fuse.bn.$2"},
                                  {R"((s\d)\.multipathway_blocks\.(\d)\.(.+))", "$1.pathway$2_$3"},
                                  {R"((s\d)\.((?:res_blocks|conv|norm)\..+))", "$1.pathway0_$2"},
                                  {R"((s1\.pathway\d)_conv\.(.+))", "$1_stem.conv.$2"},
                                  {R"((s1\.pathway\d)_norm\.(.+))", "$1_stem.bn.$2"},
                                  {R"((.+)_res_blocks\.(\d+)\.(.+))", "$1_res$2.$3"},
                                  {R"((.+)\.branch1_conv\.(.+))", "$1.branch1.$2"},
                                  {R"((.+)\.branch1_norm\.(.+))", "$1.branch1_bn.$2"},
                                  {R"((.+)\.branch2\.conv_([abc])\.(.+))", "$1.branch2.$2.$3"},
                                  {R"((.+)\.branch2\.norm_([abc])\.(.+))", "$1.branch2.$2_bn.$3"}};
}

/// layer1 to layer4 are the stages 2 to 5; `pathway` is the pattern that finds the pathway's number, or the number.
Rules layers(const std::string& before, const std::string& pathway, const std::string& after) {
  Rules rules;
  for (std::size_t layer = 1; layer <= 4; ++layer) {
    rules.emplace_back(with(layer, before + R"(layer%N\.(\d+)\.(.+))"),
                       with(layer + 1, "s%N.pathway" + pathway + "_res" + after));
  }
  return rules;
}

Rules mmaction2() {
  Rules rules{{R"(backbone\.(.+))", "$1"},
              {R"(cls_head\.fc_cls\.(.+))", "head.projection.$1"},
              {R"(slow_path\.conv1_lateral\.conv\.(.+))", "s1_fuse.conv_f2s.$1"}};
  for (std::size_t layer = 1; layer <= 3; ++layer) {
    rules.emplace_back(with(layer, R"(slow_path\.layer%N_lateral\.conv\.(.+))"),
                       with(layer + 1, "s%N_fuse.conv_f2s.$1"));
  }
  return std::move(rules) +
         Rules{{R"(slow_path\.(.+))", "path0.$1"},
               {R"(fast_path\.(.+))", "path1.$1"},
               {R"(((?:conv1|layer\d)\..+))", "path0.$1"},
               {R"(path(\d)\.conv1\.(conv|bn)\.(.+))", "s1.pathway$1_stem.$2.$3"}} +
         layers("path(\\d)\\.", "$1", "$2.$3") + bottleneck("conv%N\\.conv", "conv%N\\.bn") +
         Rules{{R"((.+)\.downsample\.conv\.(.+))", "$1.branch1.$2"},
               {R"((.+)\.downsample\.bn\.(.+))", "$1.branch1_bn.$2"}};
}

Rules torchvision() {
  return Rules{{R"(conv1\.(.+))", "s1.pathway0_stem.conv.$1"},
               {R"(bn1\.(.+))", "s1.pathway0_stem.bn.$1"},
               {R"(fc\.(.+))", "head.projection.$1"}} +
         layers("", "0", "$1.$2") + bottleneck("conv%N", "bn%N") +
         Rules{{R"((.+)\.downsample\.0\.(.+))", "$1.branch1.$2"}, {R"((.+)\.downsample\.1\.(.+))", "$1.branch1_bn.$2"}};
}

}  // namespace

Naming::Naming(std::string label, const Rules& rules) : label_(std::move(label)) {
  for (const auto& [pattern, replacement] : rules) rules_.emplace_back(std::regex(pattern), replacement);
}

std::string Naming::translate(std::string name) const {
  std::smatch match;
  for (const auto& [pattern, replacement] : rules_) {
    if (std::regex_match(name, match, pattern)) name = match.format(replacement);
  }
  return name;
}

std::span<const Naming> namings() {
  static const std::vector<Naming> all{{"PySlowFast", pyslowfast()},
                                       {"Caffe2", caffe2()},
                                       {"pytorchvideo", pytorchvideo({0, 1, 2, 3, 4})},
                                       {"pytorchvideo with pooled time", pytorchvideo({0, 1, 3, 4, 5})},
                                       {"mmaction2", mmaction2()},
                                       {"a 2D ResNet as in torchvision", torchvision()}};
  return all;
}

}  // namespace pgt::weights
