/// A file of weights of any kind, opened.
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "contents.hpp"
#include "nn/safetensors.hpp"
#include "weight_sets.hpp"

namespace pgt::weights {

class Source {
 public:
  /// Throws Error(usage) where there is no such file, Error(io) where it cannot be read, and Error(plugin) that names
  /// the file and what is wrong with it.
  explicit Source(const std::filesystem::path& path);
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  const std::string& container() const { return contents_.container; }
  /// In a checkpoint's safetensors a name "model/conv.weight" is "conv.weight" in the group "model". Where the
  /// checkpoint has an average of the weights, the whole network is there twice: in the groups "average" and "raw".
  const std::vector<NamedTensor>& tensors() const { return contents_.tensors; }
  /// Of safetensors: the header's texts.
  const std::map<std::string, std::string>& metadata() const { return safetensors_.metadata; }

  /// The sets of weights among all that the file holds, for the network that has these names: see weight_sets. Of a
  /// checkpoint: the one of its network, or the average and the raw weights, in this order.
  std::vector<WeightSet> sets(const std::set<std::string>& network) const;
  /// The same for whatever network it is whose weights the file keeps where such files keep them.
  std::vector<WeightSet> sets() const;
  /// What is beside these sets: see weights::beside.
  std::vector<std::string> beside(const std::vector<WeightSet>& sets) const;

 private:
  bool is_checkpoint() const { return metadata().contains("progress"); }
  void add_checkpoint();
  std::vector<NamedTensor> weights() const;

  std::string bytes_;
  nn::TensorFile safetensors_;
  Contents contents_;  ///< views of the two above
};

/// Throws Error(usage) where `out` lies among a run's checkpoints, where weights alone cannot be used.
void refuse_place_of_checkpoints(const std::filesystem::path& out);

/// A copy of its own.
at::Tensor to_torch(const Tensor& tensor);

/// A view.
Tensor from_torch(const at::Tensor& contiguous);

}  // namespace pgt::weights
