/// What a part of a network got from the carry, so that it can be computed once more without it: the carry has gone on.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include <pgt/sdk/backbone.hpp>

namespace pgt::nn {

/// Call by call. Without graphs; each needs a gradient if it did.
struct CarryRecord {
  std::vector<at::Tensor> tensors;    ///< frames that `enter` put in front, states; undefined: none
  std::vector<std::int64_t> dropped;  ///< frames, by each `leave`
};

/// Hands on to another carry, and takes down what comes from it. What that carry itself saves for a backward is saved
/// as usual: it is not done again.
class RecordingCarry final : public sdk::Carry {
 public:
  RecordingCarry(sdk::Carry& carry, CarryRecord& record) : carry_(carry), record_(record) {}

  at::Tensor enter(sdk::SiteIndex site, const at::Tensor& x) override;
  at::Tensor leave(sdk::SiteIndex site, const at::Tensor& y) override;
  at::Tensor exchange(sdk::SiteIndex site, const at::Tensor& state, std::size_t part) override;
  at::Tensor recall(sdk::SiteIndex site, std::size_t part) override;

 private:
  const at::Tensor& note(const at::Tensor& tensor);

  sdk::Carry& carry_;
  CarryRecord& record_;
};

/// Hands out what was taken down, in the same order, and keeps nothing. Throws std::runtime_error where more is asked
/// for.
class ReplayingCarry final : public sdk::Carry {
 public:
  explicit ReplayingCarry(const CarryRecord& record) : record_(record) {}

  at::Tensor enter(sdk::SiteIndex site, const at::Tensor& x) override;
  at::Tensor leave(sdk::SiteIndex site, const at::Tensor& y) override;
  at::Tensor exchange(sdk::SiteIndex site, const at::Tensor& state, std::size_t part) override;
  at::Tensor recall(sdk::SiteIndex site, std::size_t part) override;

 private:
  at::Tensor next();

  const CarryRecord& record_;
  std::size_t tensor_ = 0, dropped_ = 0;
};

}  // namespace pgt::nn
