#include "families.hpp"

#include <gtest/gtest.h>

namespace pgt::weights {
namespace {

std::string family(const std::string& name) {
  const NamedTensor tensor{"", name, {}};
  return foreign_family(std::span(&tensor, 1));
}

TEST(Families, ThatWeDoNotHaveAreKnownByTheirNames) {
  EXPECT_EQ(family("blocks.3.attn.pool_k.weight"), "MViT");
  EXPECT_EQ(family("backbone.blocks.3.attn.rel_pos_t"), "MViT");
  EXPECT_EQ(family("layers.0.blocks.1.attn.relative_position_bias_table"), "Swin Transformer");
  EXPECT_EQ(family("backbone.layers.2.blocks.0.attn.relative_position_index"), "Swin Transformer");
  EXPECT_EQ(family("features.1.0.attn.relative_position_bias_table"), "Swin Transformer");
  EXPECT_EQ(family("blocks1.0.pos_embed.weight"), "UniFormer");
  EXPECT_EQ(family("backbone.patch_embed2.proj.weight"), "UniFormer");
  EXPECT_EQ(family("transformer.resblocks.0.lmhra1.ln.weight"), "UniFormerV2");
  EXPECT_EQ(family("visual.transformer.resblocks.0.attn.in_proj_weight"), "CLIP");
  EXPECT_EQ(family("vivit.encoder.layer.0.output.dense.weight"), "ViViT");
  EXPECT_EQ(family("blocks.b0_l0.expand.conv_1.conv2d.weight"), "MoViNet");
  EXPECT_EQ(family("layers.0.mixer.A_log"), "VideoMamba");
  EXPECT_EQ(family("Mixed_3b.b0.conv3d.weight"), "Inception I3D");
  EXPECT_EQ(family("features.5.branch0.0.weight"), "S3D");
  EXPECT_EQ(family("backbone.conv3a.conv.weight"), "C3D");
  EXPECT_EQ(family("base_model.layer1.0.conv1.net.weight"), "TSM");
}

TEST(Families, OfOursAreNotTakenForOthers) {
  for (const char* name :
       {"s2.pathway0_res0.branch2.a.weight", "blocks.0.attn.qkv.weight", "blocks.0.temporal_attn.qkv.weight",
        "blocks.1.res_blocks.0.branch2.norm_b.1.block.0.weight", "blocks.0.conv.conv_t.weight", "pos_embed",
        "time_embed", "backbone.slow_path.layer1.0.conv1.conv.weight", "layer1.0.conv1.0.weight",
        "layer1.0.conv2.weight", "videomae.encoder.layer.0.attention.attention.query.weight",
        "encoder.blocks.0.attn.q_bias", "timesformer.encoder.layer.0.temporal_dense.weight", "res2_0_branch2a_w",
        "blocks.4.res_blocks.2.branch2.conv_a.weight"}) {
    EXPECT_EQ(family(name), "") << name;
  }
}

}  // namespace
}  // namespace pgt::weights
