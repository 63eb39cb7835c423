#include "source.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cstring>

#include "base/error.hpp"
#include "base/file.hpp"
#include "not_weights.hpp"
#include "train/average.hpp"

namespace pgt::weights {
namespace {

constexpr std::pair<Type, at::ScalarType> types[] = {
    {Type::f64, at::kDouble}, {Type::f32, at::kFloat},   {Type::f16, at::kHalf},  {Type::bf16, at::kBFloat16},
    {Type::i64, at::kLong},   {Type::i32, at::kInt},     {Type::i16, at::kShort}, {Type::i8, at::kChar},
    {Type::u8, at::kByte},    {Type::boolean, at::kBool}};

constexpr const char* model_group = "model";
constexpr const char* average_group = "average";
constexpr const char* raw_group = "raw";

/// Eight bytes of length, then JSON.
bool is_safetensors(const std::string& bytes) {
  return bytes.size() > 8 && bytes[8] == '{' && bytes.compare(4, 4, std::string(4, '\0')) == 0;
}

/// Of a checkpoint, whose names begin with that of a group.
NamedTensor grouped(const std::string& name, const at::Tensor& tensor) {
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos) return {"", name, from_torch(tensor)};
  return {name.substr(0, slash), name.substr(slash + 1), from_torch(tensor)};
}

}  // namespace

Source::Source(const std::filesystem::path& path) {
  if (std::error_code unknown; std::filesystem::is_directory(path, unknown)) {
    throw Error(ExitCode::usage, path.string() + " " + kind_of_folder(path));
  }
  require_regular_file(path, ExitCode::usage);
  bytes_ = read_file(path);
  if (is_safetensors(bytes_)) {
    bytes_ = {};
    safetensors_ = nn::read_safetensors(path);
    contents_.container = "safetensors";
    if (is_checkpoint()) {
      add_checkpoint();
    } else {
      for (const auto& [name, tensor] : safetensors_.tensors)
        contents_.tensors.push_back({"", name, from_torch(tensor)});
    }
  } else {
    try {
      contents_ = read_contents(bytes_);
    } catch (const Error& error) {
      throw Error(error.code(), path.string() + " " + error.what());
    }
  }
  if (contents_.tensors.empty()) throw Error(ExitCode::plugin, path.string() + " holds no tensors");
}

void Source::add_checkpoint() {
  // What is not trained, such as running statistics, has no average of its own.
  const auto averaged = train::averaged_weights(safetensors_.tensors);
  for (const auto& [name, tensor] : averaged) contents_.tensors.push_back({average_group, name, from_torch(tensor)});
  for (const auto& [name, tensor] : safetensors_.tensors) {
    NamedTensor one = grouped(name, tensor);
    if (one.group == average_group) continue;
    if (one.group == model_group && !averaged.empty()) one.group = raw_group;
    contents_.tensors.push_back(std::move(one));
  }
}

std::vector<WeightSet> Source::sets(const std::set<std::string>& network) const {
  std::vector<WeightSet> sets = weight_sets(weights(), network);
  if (is_checkpoint()) std::ranges::stable_partition(sets, [](const auto& set) { return set.group == average_group; });
  return sets;
}

std::vector<WeightSet> Source::sets() const {
  std::set<std::string> names;
  for (const NamedTensor& tensor : usual_set(weights()).tensors) names.insert(tensor.name);
  return sets(names);
}

std::vector<std::string> Source::beside(const std::vector<WeightSet>& sets) const {
  return weights::beside(weights(), sets);
}

std::vector<NamedTensor> Source::weights() const {
  if (!is_checkpoint()) return tensors();
  std::vector<NamedTensor> weights;
  std::ranges::copy_if(tensors(), std::back_inserter(weights), [](const auto& t) {
    return t.group == model_group || t.group == average_group || t.group == raw_group;
  });
  return weights.empty() ? tensors() : weights;
}

void refuse_place_of_checkpoints(const std::filesystem::path& out) {
  const std::filesystem::path folder = std::filesystem::absolute(out).parent_path();
  std::error_code unknown;
  if (folder.filename() != "checkpoints" ||
      !std::filesystem::exists(folder.parent_path() / "config.resolved.toml", unknown)) {
    return;
  }
  throw Error(ExitCode::usage, "--out " + out.string() +
                                   " would be among the run's checkpoints, and weights alone are not one: name a file "
                                   "elsewhere; [train] init takes it");
}

at::Tensor to_torch(const Tensor& tensor) {
  const auto* type =
      std::find_if(std::begin(types), std::end(types), [&](auto& row) { return row.first == tensor.type; });
  if (tensor.elements() == 0) return torch::empty(tensor.shape, type->second);
  std::int64_t reach = 1;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) reach += (tensor.shape[i] - 1) * tensor.strides[i];
  // The file's bytes are not aligned.
  const at::Tensor held = torch::empty({reach}, type->second);
  std::memcpy(held.data_ptr(), tensor.bytes.data(), held.nbytes());
  return held.as_strided(tensor.shape, tensor.strides).contiguous();
}

Tensor from_torch(const at::Tensor& contiguous) {
  const auto* type = std::find_if(std::begin(types), std::end(types),
                                  [&](auto& row) { return row.second == contiguous.scalar_type(); });
  return {type->first,
          contiguous.sizes().vec(),
          contiguous.strides().vec(),
          {static_cast<const char*>(contiguous.const_data_ptr()), contiguous.nbytes()}};
}

}  // namespace pgt::weights
