/// Names, shapes and order of a network's tensors, compared with the reference's.
#pragma once

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace pgt::models {

/// [name, shape] of the golden list's entries of one kind, in its order.
inline nlohmann::json expected(const nlohmann::json& list, const std::string& kind) {
  nlohmann::json found = nlohmann::json::array();
  for (const nlohmann::json& row : list.at("ordered")) {
    if (row.at(2) == kind) found.push_back({row.at(0), row.at(1)});
  }
  return found;
}

inline nlohmann::json actual(const torch::OrderedDict<std::string, at::Tensor>& tensors) {
  nlohmann::json found = nlohmann::json::array();
  for (const auto& item : tensors) found.push_back({item.key(), item.value().sizes().vec()});
  return found;
}

inline void expect_equal(const nlohmann::json& given, const nlohmann::json& wanted) {
  ASSERT_EQ(given.size(), wanted.size());
  for (std::size_t i = 0; i < given.size(); ++i) ASSERT_EQ(given[i], wanted[i]) << "entry " << i;
}

inline std::int64_t trained(const torch::nn::Module& network) {
  std::int64_t elements = 0;
  for (const at::Tensor& tensor : network.parameters()) elements += tensor.numel();
  return elements;
}

inline std::size_t entries(const torch::nn::Module& network) {
  return network.named_parameters().size() + network.named_buffers().size();
}

/// The list `name` in tests/golden/`file`.
inline void compare_with_list(const torch::nn::Module& network, const std::string& file, const std::string& name) {
  SCOPED_TRACE(name);
  const nlohmann::json lists = nlohmann::json::parse(std::ifstream(PGT_SOURCE_DIR "/tests/golden/" + file));
  const nlohmann::json& list = lists.at("lists").at(name);
  expect_equal(actual(network.named_parameters()), expected(list, "parameter"));
  expect_equal(actual(network.named_buffers()), expected(list, "buffer"));
  EXPECT_EQ(trained(network), list.at("trainable_elements").get<std::int64_t>());
  EXPECT_EQ(entries(network), list.at("entries").get<std::size_t>());
}

}  // namespace pgt::models
