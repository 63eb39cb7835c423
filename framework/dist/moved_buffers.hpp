/// Running statistics, of which each rank has moved its own by its own rows.
#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "dist/group.hpp"

namespace pgt::dist {

/// Not so booleans and complex numbers.
bool has_mean(const at::Tensor& buffer);

/// `buffers` are what a forward in training has made of `before`. Makes them, on all ranks, `before` moved by the mean
/// of the ranks' moves, in which this rank's weighs `share`; the shares of all ranks add up to 1. What no rank has
/// moved stays as it is, to the bit. Buffers without a mean stay each rank's own. All are on one device.
void share_moves(Group& group, const std::vector<at::Tensor>& buffers, const std::vector<at::Tensor>& before,
                 double share);

}  // namespace pgt::dist
