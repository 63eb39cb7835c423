#include "families.hpp"

#include <algorithm>
#include <regex>

namespace pgt::weights {
namespace {

struct Family {
  const char* name;
  const char* mark;  ///< is in a name of each such network, and in none of ours; the first family with its mark counts
};

constexpr Family families[] = {
    {"MViT", R"(\.attn\.(pool_[qkv]|norm_[qkv]|rel_pos_[hwt]|rel_[hwt]))"},
    {"Swin Transformer", R"((layers\.\d+\.blocks\.\d+|features\.\d+\.\d+)\..*relative_position)"},
    {"UniFormerV2", R"(\.lmhra\d|(^|\.)dpe\.\d)"},
    {"UniFormer", R"((^|\.)(blocks|patch_embed)[1-4]\.)"},
    {"CLIP", R"(transformer\.resblocks\.\d+\.)"},
    {"ViViT", R"((^|\.)vivit\.)"},
    {"MoViNet", R"((^|\.)blocks\.b\d+_l\d+\.)"},
    {"VideoMamba", R"(\.mixer\.(A_log|A_b_log|x_proj|dt_proj))"},
    {"Hiera", R"((^|\.)pos_embed_(spatial|temporal)$)"},
    {"Inception I3D", R"((^|\.)[Mm]ixed_[345][b-f]\.)"},
    {"S3D", R"((^|\.)(features|base)\.\d+\.branch[0-3]\.)"},
    {"C3D", R"((^|\.)conv[345][ab]\.)"},
    {"TSM", R"(layer\d\.\d+\.conv1\.net\.)"},
    {"ConvNeXt", R"(downsample_layers\.\d|stages\.\d+\.\d+\.dwconv)"},
    {"BEiT or DINOv2", R"(blocks\.\d+\.(ls[12]\.gamma|gamma_[12]$))"},
    {"LLaMA", R"(layers\.\d+\.(self_attn|attention)\.(q_proj|wq))"}};

}  // namespace

std::string foreign_family(std::span<const NamedTensor> tensors) {
  for (const Family& family : families) {
    const std::regex mark(family.mark);
    if (std::ranges::any_of(tensors, [&](const auto& tensor) { return std::regex_search(tensor.name, mark); })) {
      return family.name;
    }
  }
  return "";
}

}  // namespace pgt::weights
