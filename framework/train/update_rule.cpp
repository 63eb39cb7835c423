#include "train/update_rule.hpp"

#include <torch/torch.h>

#include <utility>

#include "base/error.hpp"
#include "train/adam.hpp"
#include "train/adamw.hpp"
#include "train/lars.hpp"
#include "train/sgd.hpp"

namespace pgt::train {
namespace {

bool laid_out_alike(const at::Tensor& a, const at::Tensor& b) {
  for (std::int64_t dim = 0; dim < a.dim(); ++dim) {
    if (a.size(dim) > 1 && a.stride(dim) != b.stride(dim)) return false;
  }
  return true;
}

}  // namespace

std::unique_ptr<UpdateRule> make_update_rule(std::vector<ParameterGroup> groups,
                                             const config::OptimizerOptions& options) {
  switch (options.optimizer) {
    case config::Optimizer::adam:
      return std::make_unique<Adam>(std::move(groups), options);
    case config::Optimizer::adamw:
      return std::make_unique<AdamW>(std::move(groups), options);
    case config::Optimizer::lars:
      return std::make_unique<Lars>(std::move(groups), options);
    case config::Optimizer::sgd:
      break;
  }
  return std::make_unique<Sgd>(std::move(groups), options);
}

at::Tensor same_layout(const at::Tensor& parameter, const at::Tensor& values) {
  if (values.strides() == parameter.strides()) return values;
  if (laid_out_alike(values, parameter)) return values.as_strided(parameter.sizes(), parameter.strides());
  return at::empty_like(parameter.detach()).copy_(values);
}

at::Tensor laid_out_like(const at::Tensor& parameter, const at::Tensor& value, const std::string& name) {
  if (value.sizes() != parameter.sizes()) {
    throw Error(ExitCode::plugin, "\"" + name + "\" of the checkpoint has another shape than the network's parameter");
  }
  return at::empty_like(parameter.detach()).copy_(value);
}

}  // namespace pgt::train
