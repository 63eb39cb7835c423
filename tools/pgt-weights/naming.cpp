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

/// What its X3D has besides; its stem's convolution across space is the one called conv_t.
Rules x3d_of_pytorchvideo() {
  return {{R"((.+_stem)\.conv\.conv_t\.(.+))", "$1.conv_xy.$2"},
          {R"((.+_stem)\.conv\.conv_xy\.(.+))", "$1.conv.$2"},
          {R"((.+)\.branch2\.b_bn\.0\.(.+))", "$1.branch2.b_bn.$2"},
          {R"((.+)\.branch2\.b_bn\.1\.block\.0\.(.+))", "$1.branch2.se.fc1.$2"},
          {R"((.+)\.branch2\.b_bn\.1\.block\.2\.(.+))", "$1.branch2.se.fc2.$2"},
          {R"(blocks\.5\.pool\.pre_conv\.(.+))", "head.conv_5.$1"},
          {R"(blocks\.5\.pool\.pre_norm\.(.+))", "head.conv_5_bn.$1"},
          {R"(blocks\.5\.pool\.post_conv\.(.+))", "head.lin_5.$1"}};
}

/// `stages`: the place of each stage among pytorchvideo's blocks.
Rules pytorchvideo(const std::vector<std::size_t>& stages) {
  Rules rules;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    rules.emplace_back(with(stages[i], R"(blocks\.%N\.((?:multipathway|res_blocks|conv|norm).+))"),
                       with(i + 1, "s%N.$1"));
  }
  return std::move(rules) +
         Rules{{R"(blocks\.\d\.proj\.(.+))", "head.projection.$1"},
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
               {R"((.+)\.branch2\.norm_([abc])\.(.+))", "$1.branch2.$2_bn.$3"}} +
         x3d_of_pytorchvideo();
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

/// `convolutions`: those of a block, below "s2.pathway0_res0.".
Rules torchvision(const Rules& stem, const Rules& convolutions) {
  return stem + Rules{{R"(fc\.(.+))", "head.projection.$1"}} + layers("", "0", "$1.$2") + convolutions +
         Rules{{R"((.+)\.downsample\.0\.(.+))", "$1.branch1.$2"}, {R"((.+)\.downsample\.1\.(.+))", "$1.branch1_bn.$2"}};
}

Rules torchvision_pictures() {
  return torchvision({{R"(conv1\.(.+))", "s1.pathway0_stem.conv.$1"}, {R"(bn1\.(.+))", "s1.pathway0_stem.bn.$1"}},
                     bottleneck("conv%N", "bn%N"));
}

/// r3d_18 and mc3_18.
Rules torchvision_videos() {
  return torchvision({{R"(stem\.0\.(.+))", "s1.pathway0_stem.conv.$1"}, {R"(stem\.1\.(.+))", "s1.pathway0_stem.bn.$1"}},
                     {{R"((.+_res\d+)\.conv1\.0\.(.+))", "$1.branch2.a.$2"},
                      {R"((.+_res\d+)\.conv1\.1\.(.+))", "$1.branch2.a_bn.$2"},
                      {R"((.+_res\d+)\.conv2\.0\.(.+))", "$1.branch2.b.$2"},
                      {R"((.+_res\d+)\.conv2\.1\.(.+))", "$1.branch2.b_bn.$2"}});
}

/// r2plus1d_18, whose convolutions are two each, the first with a normalisation.
Rules torchvision_factored() {
  return torchvision({{R"(stem\.0\.(.+))", "s1.pathway0_stem.conv_xy.$1"},
                      {R"(stem\.1\.(.+))", "s1.pathway0_stem.bn_xy.$1"},
                      {R"(stem\.3\.(.+))", "s1.pathway0_stem.conv.$1"},
                      {R"(stem\.4\.(.+))", "s1.pathway0_stem.bn.$1"}},
                     {{R"((.+_res\d+)\.conv1\.0\.0\.(.+))", "$1.branch2.a.$2"},
                      {R"((.+_res\d+)\.conv1\.0\.1\.(.+))", "$1.branch2.a_bn.$2"},
                      {R"((.+_res\d+)\.conv1\.0\.3\.(.+))", "$1.branch2.b.$2"},
                      {R"((.+_res\d+)\.conv1\.1\.(.+))", "$1.branch2.b_bn.$2"},
                      {R"((.+_res\d+)\.conv2\.0\.0\.(.+))", "$1.branch2.c.$2"},
                      {R"((.+_res\d+)\.conv2\.0\.1\.(.+))", "$1.branch2.c_bn.$2"},
                      {R"((.+_res\d+)\.conv2\.0\.3\.(.+))", "$1.branch2.d.$2"},
                      {R"((.+_res\d+)\.conv2\.1\.(.+))", "$1.branch2.d_bn.$2"}});
}

/// VideoMAE's own files. Keys have no bias there.
Rules videomae() {
  return {{R"(encoder\.(.+))", "$1"},  // of pre-training
          {R"((.+\.attn)\.q_bias)", "$1.qkv.bias/0"},
          {R"((.+\.attn)\.v_bias)", "$1.qkv.bias/2"},
          {R"(fc_norm\.(.+))", "norm.$1"}};
}

/// TimeSformer, VideoMAE and ViT in Hugging Face's transformers.
Rules transformers() {
  return {{R"((?:timesformer|videomae|vit)\.(.+))", "$1"},
          {R"(embeddings\.patch_embeddings\.projection\.(.+))", "patch_embed.proj.$1"},
          {R"(encoder\.layer\.(\d+)\.(.+))", "blocks.$1.$2"},
          {R"((blocks\.\d+\.)temporal_layernorm\.(.+))", "$1temporal_norm1.$2"},
          {R"((blocks\.\d+\.)temporal_dense\.(.+))", "$1temporal_fc.$2"},
          {R"((blocks\.\d+\.(?:temporal_)?)attention\.(.+))", "$1attn.$2"},
          {R"((.+attn)\.attention\.qkv\.(.+))", "$1.qkv.$2"},
          {R"((.+attn)\.attention\.query\.(.+))", "$1.qkv.$2/0"},
          {R"((.+attn)\.attention\.key\.(.+))", "$1.qkv.$2/1"},
          {R"((.+attn)\.attention\.value\.(.+))", "$1.qkv.$2/2"},
          {R"((.+attn)\.attention\.q_bias)", "$1.qkv.bias/0"},
          {R"((.+attn)\.attention\.v_bias)", "$1.qkv.bias/2"},
          {R"((.+attn)\.output\.dense\.(.+))", "$1.proj.$2"},
          {R"((blocks\.\d+\.)layernorm_before\.(.+))", "$1norm1.$2"},
          {R"((blocks\.\d+\.)layernorm_after\.(.+))", "$1norm2.$2"},
          {R"((blocks\.\d+\.)intermediate\.dense\.(.+))", "$1mlp.fc1.$2"},
          {R"((blocks\.\d+\.)output\.dense\.(.+))", "$1mlp.fc2.$2"},
          {R"((?:fc_norm|layernorm)\.(.+))", "norm.$1"},
          {R"(classifier\.(.+))", "head.$1"}};
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

std::string without_third(const std::string& name) { return name.substr(0, name.find('/')); }

std::span<const Naming> namings() {
  static const std::vector<Naming> all{{"PySlowFast", pyslowfast()},
                                       {"Caffe2", caffe2()},
                                       {"pytorchvideo", pytorchvideo({0, 1, 2, 3, 4})},
                                       {with_pooled_time, pytorchvideo({0, 1, 3, 4, 5})},
                                       {"mmaction2", mmaction2()},
                                       {"a 2D ResNet as in torchvision", torchvision_pictures()},
                                       {"a video ResNet as in torchvision", torchvision_videos()},
                                       {"R(2+1)D as in torchvision", torchvision_factored()},
                                       {"VideoMAE", videomae()},
                                       {"transformers", transformers()}};
  return all;
}

}  // namespace pgt::weights
