/// Fits the tensors of a file to those of a backbone.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <string>
#include <vector>

#include "contents.hpp"
#include "naming.hpp"
#include "nn/parameters.hpp"

namespace pgt::weights {

struct Match {
  std::map<std::string, at::Tensor> loaded;  ///< by the backbone's names, with its shapes and types
  /// Among the loaded; joined: of a third each for queries, keys and values.
  std::size_t renamed = 0, reshaped = 0, inflated = 0, joined = 0;
  std::vector<std::string> fresh_head;   ///< of another size in the file, or not there: starts from scratch
  std::vector<std::string> wrong_shape;  ///< or whole numbers where fractions belong: not loaded, with both shapes
  std::vector<std::string> missing;      ///< not in the file; counters of batches do not matter
  std::vector<std::string> left_over;    ///< the file's names that the backbone does not have
  double coverage = 0;                   ///< share of the backbone's values, without head, that was loaded
};

/// A kernel of pictures is spread evenly over the frames of a kernel in time, so that a still video gives what the
/// picture gave; dimensions of size 1 come and go; a bias that some have for queries and values alone is 0 for keys.
/// `naming`: of the file's names.
Match match(const std::vector<nn::Parameter>& backbone, const std::vector<NamedTensor>& file, const Naming& naming);

}  // namespace pgt::weights
