// Tensors of every kind, as other projects call them.

#include "naming.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace pgt::weights {
namespace {

using Pairs = std::vector<std::pair<const char*, const char*>>;  ///< theirs, ours

void expect_names(const std::string& label, const Pairs& pairs) {
  for (const Naming& naming : namings()) {
    if (naming.label() != label) continue;
    for (const auto& [theirs, ours] : pairs) EXPECT_EQ(naming.translate(theirs), ours);
    return;
  }
  FAIL() << "no naming " << label;
}

TEST(Naming, OfPyslowfastIsOurs) {
  expect_names("PySlowFast",
               {{"s1.pathway0_stem.bn.running_mean", "s1.pathway0_stem.bn.running_mean"},
                {"s2.pathway1_res0.branch2.a_bn.weight", "s2.pathway1_res0.branch2.a_bn.weight"},
                {"s2.pathway0_res0.branch2.a_bn.bn.running_var", "s2.pathway0_res0.branch2.a_bn.running_var"},
                {"s1.pathway0_stem.bn.bn.running_mean", "s1.pathway0_stem.bn.running_mean"}});
}

TEST(Naming, OfCaffe2IsTranslated) {
  expect_names("Caffe2", {{"conv1_w", "s1.pathway0_stem.conv.weight"},
                          {"res_conv1_bn_s", "s1.pathway0_stem.bn.weight"},
                          {"res_conv1_bn_b", "s1.pathway0_stem.bn.bias"},
                          {"res_conv1_bn_rm", "s1.pathway0_stem.bn.running_mean"},
                          {"res_conv1_bn_riv", "s1.pathway0_stem.bn.running_var"},
                          {"t_conv1_w", "s1.pathway1_stem.conv.weight"},
                          {"t_res_conv1_bn_riv", "s1.pathway1_stem.bn.running_var"},
                          {"res2_0_branch1_w", "s2.pathway0_res0.branch1.weight"},
                          {"res2_0_branch1_bn_s", "s2.pathway0_res0.branch1_bn.weight"},
                          {"res4_22_branch2b_w", "s4.pathway0_res22.branch2.b.weight"},
                          {"res4_5_branch2c_bn_rm", "s4.pathway0_res5.branch2.c_bn.running_mean"},
                          {"t_res5_2_branch2a_bn_b", "s5.pathway1_res2.branch2.a_bn.bias"},
                          {"t_pool1_subsample_w", "s1_fuse.conv_f2s.weight"},
                          {"t_pool1_subsample_bn_riv", "s1_fuse.bn.running_var"},
                          {"t_res3_3_branch2c_bn_subsample_w", "s3_fuse.conv_f2s.weight"},
                          {"t_res4_5_branch2c_bn_subsample_bn_s", "s4_fuse.bn.weight"},
                          {"nonlocal_conv3_1_theta_w", "s3.pathway0_nonlocal1.conv_theta.weight"},
                          {"nonlocal_conv4_5_out_b", "s4.pathway0_nonlocal5.conv_out.bias"},
                          {"nonlocal_conv4_5_bn_s", "s4.pathway0_nonlocal5.bn.weight"},
                          {"pred_w", "head.projection.weight"},
                          {"pred_b", "head.projection.bias"}});
}

TEST(Naming, OfPytorchvideoIsTranslated) {
  expect_names("pytorchvideo", {{"blocks.0.conv.weight", "s1.pathway0_stem.conv.weight"},
                                {"blocks.0.norm.running_var", "s1.pathway0_stem.bn.running_var"},
                                {"blocks.1.res_blocks.0.branch1_conv.weight", "s2.pathway0_res0.branch1.weight"},
                                {"blocks.1.res_blocks.0.branch1_norm.bias", "s2.pathway0_res0.branch1_bn.bias"},
                                {"blocks.4.res_blocks.2.branch2.conv_a.weight", "s5.pathway0_res2.branch2.a.weight"},
                                {"blocks.4.res_blocks.2.branch2.norm_c.weight", "s5.pathway0_res2.branch2.c_bn.weight"},
                                {"blocks.5.proj.weight", "head.projection.weight"},
                                {"blocks.0.multipathway_blocks.1.conv.weight", "s1.pathway1_stem.conv.weight"},
                                {"blocks.0.multipathway_blocks.0.norm.bias", "s1.pathway0_stem.bn.bias"},
                                {"blocks.0.multipathway_fusion.conv_fast_to_slow.weight", "s1_fuse.conv_f2s.weight"},
                                {"blocks.3.multipathway_fusion.norm.running_mean", "s4_fuse.bn.running_mean"},
                                {"blocks.2.multipathway_blocks.1.res_blocks.3.branch2.conv_b.weight",
                                 "s3.pathway1_res3.branch2.b.weight"},
                                {"blocks.6.proj.bias", "head.projection.bias"}});
  expect_names("pytorchvideo with pooled time",
               {{"blocks.1.res_blocks.0.branch1_conv.weight", "s2.pathway0_res0.branch1.weight"},
                {"blocks.3.res_blocks.0.branch1_conv.weight", "s3.pathway0_res0.branch1.weight"},
                {"blocks.5.res_blocks.0.branch2.norm_a.bias", "s5.pathway0_res0.branch2.a_bn.bias"},
                {"blocks.6.proj.weight", "head.projection.weight"}});
}

TEST(Naming, OfMmaction2IsTranslated) {
  expect_names("mmaction2",
               {{"backbone.conv1.conv.weight", "s1.pathway0_stem.conv.weight"},
                {"backbone.conv1.bn.running_mean", "s1.pathway0_stem.bn.running_mean"},
                {"backbone.layer1.0.conv1.conv.weight", "s2.pathway0_res0.branch2.a.weight"},
                {"backbone.layer4.2.conv3.bn.bias", "s5.pathway0_res2.branch2.c_bn.bias"},
                {"backbone.layer2.0.downsample.conv.weight", "s3.pathway0_res0.branch1.weight"},
                {"backbone.layer2.0.downsample.bn.weight", "s3.pathway0_res0.branch1_bn.weight"},
                {"backbone.slow_path.conv1.conv.weight", "s1.pathway0_stem.conv.weight"},
                {"backbone.fast_path.conv1.bn.weight", "s1.pathway1_stem.bn.weight"},
                {"backbone.slow_path.layer1.1.conv2.conv.weight", "s2.pathway0_res1.branch2.b.weight"},
                {"backbone.fast_path.layer3.5.conv2.bn.running_var", "s4.pathway1_res5.branch2.b_bn.running_var"},
                {"backbone.slow_path.conv1_lateral.conv.weight", "s1_fuse.conv_f2s.weight"},
                {"backbone.slow_path.layer3_lateral.conv.weight", "s4_fuse.conv_f2s.weight"},
                {"cls_head.fc_cls.weight", "head.projection.weight"}});
}

TEST(Naming, OfTorchvisionIsTranslated) {
  expect_names("a 2D ResNet as in torchvision",
               {{"conv1.weight", "s1.pathway0_stem.conv.weight"},
                {"bn1.running_var", "s1.pathway0_stem.bn.running_var"},
                {"layer1.0.conv1.weight", "s2.pathway0_res0.branch2.a.weight"},
                {"layer3.22.bn2.bias", "s4.pathway0_res22.branch2.b_bn.bias"},
                {"layer4.0.downsample.0.weight", "s5.pathway0_res0.branch1.weight"},
                {"layer4.0.downsample.1.running_mean", "s5.pathway0_res0.branch1_bn.running_mean"},
                {"fc.bias", "head.projection.bias"}});
}

TEST(Naming, OfTorchvisionsVideoNetworksIsTranslated) {
  expect_names("a video ResNet as in torchvision",
               {{"stem.0.weight", "s1.pathway0_stem.conv.weight"},
                {"stem.1.running_mean", "s1.pathway0_stem.bn.running_mean"},
                {"layer1.0.conv1.0.weight", "s2.pathway0_res0.branch2.a.weight"},
                {"layer1.0.conv1.1.bias", "s2.pathway0_res0.branch2.a_bn.bias"},
                {"layer4.1.conv2.0.weight", "s5.pathway0_res1.branch2.b.weight"},
                {"layer4.1.conv2.1.running_var", "s5.pathway0_res1.branch2.b_bn.running_var"},
                {"layer2.0.downsample.0.weight", "s3.pathway0_res0.branch1.weight"},
                {"layer2.0.downsample.1.weight", "s3.pathway0_res0.branch1_bn.weight"},
                {"fc.weight", "head.projection.weight"}});
  expect_names("R(2+1)D as in torchvision",
               {{"stem.0.weight", "s1.pathway0_stem.conv_xy.weight"},
                {"stem.1.weight", "s1.pathway0_stem.bn_xy.weight"},
                {"stem.3.weight", "s1.pathway0_stem.conv.weight"},
                {"stem.4.bias", "s1.pathway0_stem.bn.bias"},
                {"layer1.0.conv1.0.0.weight", "s2.pathway0_res0.branch2.a.weight"},
                {"layer1.0.conv1.0.1.bias", "s2.pathway0_res0.branch2.a_bn.bias"},
                {"layer1.0.conv1.0.3.weight", "s2.pathway0_res0.branch2.b.weight"},
                {"layer1.0.conv1.1.running_var", "s2.pathway0_res0.branch2.b_bn.running_var"},
                {"layer3.1.conv2.0.0.weight", "s4.pathway0_res1.branch2.c.weight"},
                {"layer3.1.conv2.0.1.weight", "s4.pathway0_res1.branch2.c_bn.weight"},
                {"layer3.1.conv2.0.3.weight", "s4.pathway0_res1.branch2.d.weight"},
                {"layer3.1.conv2.1.weight", "s4.pathway0_res1.branch2.d_bn.weight"}});
}

TEST(Naming, OfX3dInPytorchvideoIsTranslated) {
  expect_names("pytorchvideo",
               {{"blocks.0.conv.conv_t.weight", "s1.pathway0_stem.conv_xy.weight"},
                {"blocks.0.conv.conv_xy.weight", "s1.pathway0_stem.conv.weight"},
                {"blocks.0.norm.weight", "s1.pathway0_stem.bn.weight"},
                {"blocks.1.res_blocks.0.branch2.norm_b.0.weight", "s2.pathway0_res0.branch2.b_bn.weight"},
                {"blocks.1.res_blocks.0.branch2.norm_b.1.block.0.weight", "s2.pathway0_res0.branch2.se.fc1.weight"},
                {"blocks.1.res_blocks.0.branch2.norm_b.1.block.2.bias", "s2.pathway0_res0.branch2.se.fc2.bias"},
                {"blocks.5.pool.pre_conv.weight", "head.conv_5.weight"},
                {"blocks.5.pool.pre_norm.running_var", "head.conv_5_bn.running_var"},
                {"blocks.5.pool.post_conv.weight", "head.lin_5.weight"},
                {"blocks.5.proj.bias", "head.projection.bias"}});
}

TEST(Naming, OfTransformersIsTranslated) {
  expect_names("VideoMAE", {{"blocks.3.attn.qkv.weight", "blocks.3.attn.qkv.weight"},
                            {"encoder.blocks.3.attn.q_bias", "blocks.3.attn.qkv.bias/0"},
                            {"blocks.3.attn.v_bias", "blocks.3.attn.qkv.bias/2"},
                            {"fc_norm.weight", "norm.weight"}});
  expect_names(
      "transformers",
      {{"videomae.embeddings.patch_embeddings.projection.weight", "patch_embed.proj.weight"},
       {"videomae.encoder.layer.11.attention.attention.query.weight", "blocks.11.attn.qkv.weight/0"},
       {"videomae.encoder.layer.11.attention.attention.key.weight", "blocks.11.attn.qkv.weight/1"},
       {"videomae.encoder.layer.11.attention.attention.value.weight", "blocks.11.attn.qkv.weight/2"},
       {"videomae.encoder.layer.11.attention.attention.q_bias", "blocks.11.attn.qkv.bias/0"},
       {"videomae.encoder.layer.11.attention.attention.v_bias", "blocks.11.attn.qkv.bias/2"},
       {"videomae.encoder.layer.11.attention.output.dense.bias", "blocks.11.attn.proj.bias"},
       {"videomae.encoder.layer.11.layernorm_before.weight", "blocks.11.norm1.weight"},
       {"videomae.encoder.layer.11.layernorm_after.weight", "blocks.11.norm2.weight"},
       {"videomae.encoder.layer.11.intermediate.dense.weight", "blocks.11.mlp.fc1.weight"},
       {"videomae.encoder.layer.11.output.dense.weight", "blocks.11.mlp.fc2.weight"},
       {"fc_norm.bias", "norm.bias"},
       {"classifier.weight", "head.weight"},
       {"timesformer.encoder.layer.0.temporal_layernorm.weight", "blocks.0.temporal_norm1.weight"},
       {"timesformer.encoder.layer.0.temporal_attention.attention.qkv.weight", "blocks.0.temporal_attn.qkv.weight"},
       {"timesformer.encoder.layer.0.temporal_attention.output.dense.weight", "blocks.0.temporal_attn.proj.weight"},
       {"timesformer.encoder.layer.0.temporal_dense.weight", "blocks.0.temporal_fc.weight"},
       {"timesformer.encoder.layer.0.attention.attention.qkv.bias", "blocks.0.attn.qkv.bias"},
       {"timesformer.layernorm.weight", "norm.weight"},
       {"vit.encoder.layer.0.attention.attention.key.bias", "blocks.0.attn.qkv.bias/1"}});
}

}  // namespace
}  // namespace pgt::weights
