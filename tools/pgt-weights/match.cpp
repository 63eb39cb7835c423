#include "match.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "source.hpp"

namespace pgt::weights {
namespace {

using Sizes = std::vector<std::int64_t>;

bool counts_batches(const std::string& name) { return name.ends_with("num_batches_tracked"); }

Sizes without_ones(const Sizes& sizes) {
  Sizes kept;
  std::copy_if(sizes.begin(), sizes.end(), std::back_inserter(kept), [](std::int64_t size) { return size != 1; });
  return kept;
}

bool is_fraction(Type type) {
  return type == Type::f64 || type == Type::f32 || type == Type::f16 || type == Type::bf16;
}

std::string with_shapes(const nn::Parameter& parameter, const Tensor& theirs) {
  std::ostringstream text;
  text << parameter.name << ' ' << at::IntArrayRef(theirs.shape);
  if (!is_fraction(theirs.type)) text << ' ' << name_of(theirs.type);
  text << " -> " << parameter.tensor.sizes();
  return text.str();
}

class Matcher {
 public:
  Matcher(const std::vector<nn::Parameter>& backbone, const std::vector<NamedTensor>& file, const Naming& naming) {
    std::set<std::string> names;
    for (const nn::Parameter& parameter : backbone) names.insert(parameter.name);
    for (const NamedTensor& tensor : file) {
      const std::string name = naming.translate(tensor.name);
      const bool taken = names.contains(without_third(name)) && sources_.emplace(name, &tensor).second;
      if (!taken && !counts_batches(name)) match_.left_over.push_back(tensor.name);
    }
    for (const nn::Parameter& parameter : backbone) fit(parameter);
    match_.coverage = all_ > 0 ? static_cast<double>(loaded_) / static_cast<double>(all_) : 0;
  }

  Match take() { return std::move(match_); }

 private:
  void fit(const nn::Parameter& parameter) {
    const bool head = parameter.role == sdk::Role::head;
    const bool counted = !head && !counts_batches(parameter.name);
    if (counted) all_ += parameter.tensor.numel();

    const auto found = sources_.find(parameter.name);
    if (const auto third = sources_.find(parameter.name + "/0"); found == sources_.end() && third != sources_.end()) {
      if (!join(parameter)) {
        match_.wrong_shape.push_back(with_shapes(parameter, third->second->tensor));
      } else if (counted) {
        loaded_ += parameter.tensor.numel();
      }
      return;
    }
    if (found == sources_.end()) {
      if (head) match_.fresh_head.push_back(parameter.name);
      if (counted) match_.missing.push_back(parameter.name);
      return;
    }
    const NamedTensor& source = *found->second;
    const at::Tensor values = shaped(parameter, source.tensor);
    if (!values.defined()) {
      (head ? match_.fresh_head : match_.wrong_shape).push_back(with_shapes(parameter, source.tensor));
      return;
    }
    load(parameter, values);
    match_.renamed += source.name != parameter.name ? 1 : 0;
    if (counted) loaded_ += parameter.tensor.numel();
  }

  /// Loads the parameter from its thirds; false where they are not there, or of another shape.
  bool join(const nn::Parameter& parameter) {
    const at::Tensor& wanted = parameter.tensor;
    const bool bias = wanted.dim() == 1;
    if (wanted.dim() == 0 || wanted.size(0) % 3 != 0) return false;
    const Sizes third = wanted.narrow(0, 0, wanted.size(0) / 3).sizes().vec();
    std::vector<at::Tensor> thirds;
    for (const char* part : {"/0", "/1", "/2"}) {
      const auto found = sources_.find(parameter.name + part);
      const bool keys_without_bias = found == sources_.end() && bias && thirds.size() == 1;
      if (!keys_without_bias && (found == sources_.end() || found->second->tensor.shape != third)) return false;
      thirds.push_back(keys_without_bias ? torch::zeros(third)
                                         : to_torch(found->second->tensor).to(wanted.scalar_type()));
    }
    load(parameter, torch::cat(thirds));
    ++match_.joined;
    return true;
  }

  void load(const nn::Parameter& parameter, const at::Tensor& values) {
    match_.loaded.emplace(parameter.name, values.to(parameter.tensor.scalar_type()).contiguous());
  }

  /// The values in the parameter's shape; undefined where there is no way to that.
  at::Tensor shaped(const nn::Parameter& parameter, const Tensor& source) {
    const Sizes wanted = parameter.tensor.sizes().vec();
    if (parameter.tensor.is_floating_point() && !is_fraction(source.type)) return {};
    if (source.shape == wanted) return to_torch(source);
    if (without_ones(source.shape) == without_ones(wanted)) {
      ++match_.reshaped;
      return to_torch(source).reshape(wanted);
    }
    if (source.shape.size() == 4 && wanted.size() == 5) {
      Sizes picture = wanted;
      picture.erase(picture.begin() + 2);
      if (source.shape != picture) return {};
      ++match_.inflated;
      return to_torch(source).unsqueeze(2).expand(wanted) / static_cast<double>(wanted[2]);
    }
    return {};
  }

  Match match_;
  std::map<std::string, const NamedTensor*> sources_;  ///< by the backbone's names
  std::int64_t all_ = 0;
  std::int64_t loaded_ = 0;
};

}  // namespace

Match match(const std::vector<nn::Parameter>& backbone, const std::vector<NamedTensor>& file, const Naming& naming) {
  return Matcher(backbone, file, naming).take();
}

}  // namespace pgt::weights
