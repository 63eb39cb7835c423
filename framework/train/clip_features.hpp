/// The features of a clip's steps, one after another.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace pgt::train {

/// One block of memory that doubles when it is full: of hundreds of small ones the holes would stay, in which nothing
/// larger has room.
class ClipFeatures {
 public:
  /// Of the next step: (rows, F, C). Rows are ascending, and each has been in all steps before.
  void add(const std::vector<std::size_t>& rows, const at::Tensor& features);
  /// The first `count` of these rows along F: (rows, count, C).
  at::Tensor of(const std::vector<std::size_t>& rows, std::int64_t count) const;

 private:
  std::vector<std::size_t> rows_;  ///< of the first step
  at::Tensor all_;                 ///< (rows, room, C)
  std::int64_t count_ = 0;
};

/// The places of `rows` among `all`, both ascending, where `like` is.
at::Tensor index_of(const std::vector<std::size_t>& rows, const std::vector<std::size_t>& all, const at::Tensor& like);

}  // namespace pgt::train
