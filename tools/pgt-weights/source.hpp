/// A file of weights of any kind, opened.
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "contents.hpp"
#include "nn/safetensors.hpp"

namespace pgt::weights {

class Source {
 public:
  /// Throws Error(io), or Error(plugin) that names the file and what is wrong with it.
  explicit Source(const std::filesystem::path& path);
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  const std::string& container() const { return contents_.container; }
  /// In a checkpoint's safetensors a name "model/conv.weight" is "conv.weight" in the group "model".
  const std::vector<NamedTensor>& tensors() const { return contents_.tensors; }
  /// Of safetensors: the header's texts.
  const std::map<std::string, std::string>& metadata() const { return safetensors_.metadata; }

  /// The network's weights among all the file holds: those of the group that such files keep them in, or else of the
  /// largest; without the "module." or "model." that stands before every name.
  std::vector<NamedTensor> weights() const;

 private:
  std::string bytes_;
  nn::TensorFile safetensors_;
  Contents contents_;  ///< views of the two above
};

/// A copy of its own.
at::Tensor to_torch(const Tensor& tensor);

/// A view.
Tensor from_torch(const at::Tensor& contiguous);

}  // namespace pgt::weights
