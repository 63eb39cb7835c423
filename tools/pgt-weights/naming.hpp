/// What other projects call the tensors of our networks. Those of our residual networks have PySlowFast's names
/// (docs/method.md M6.9), those of our transformers TimeSformer's.
#pragma once

#include <regex>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace pgt::weights {

class Naming {
 public:
  /// Pairs of a pattern of the whole name and what replaces it, applied one after the other.
  using Rules = std::vector<std::pair<std::string, std::string>>;

  Naming(std::string label, const Rules& rules);

  const std::string& label() const { return label_; }
  /// Our name for `name`; some name that no backbone has where it means nothing here. "NAME/0", "NAME/1" and "NAME/2"
  /// are a tensor's first, second and last third: queries, keys and values that others keep apart.
  std::string translate(std::string name) const;

 private:
  std::string label_;
  std::vector<std::pair<std::regex, std::string>> rules_;
};

std::span<const Naming> namings();

/// "blocks.0.attn.qkv.bias" of "blocks.0.attn.qkv.bias/2".
std::string without_third(const std::string& name);

/// The naming of pytorchvideo's networks that pool time after their first stage.
inline constexpr const char* with_pooled_time = "pytorchvideo with pooled time";

}  // namespace pgt::weights
