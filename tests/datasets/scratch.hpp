/// A folder for one test's files, removed at its end, and what datasets say.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <pgt/sdk/dataset.hpp>

namespace pgt::datasets {

class Scratch : public testing::Test {
 protected:
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "pgt-datasets-XXXXXX").string();
    root_ = mkdtemp(name.data());
  }
  ~Scratch() override {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  /// Writes a file; its folders are made.
  void write(const std::string& path, const std::string& text = "") {
    std::filesystem::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }

  std::filesystem::path root_;
};

inline std::vector<std::string> ids(const sdk::Dataset& dataset, sdk::Split split) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < dataset.size(split); ++i) found.push_back(dataset.sample(split, i).id);
  return found;
}

inline std::vector<std::int64_t> classes(const sdk::Dataset& dataset, sdk::Split split, std::size_t index) {
  const double times[] = {0, 1};
  return dataset.target(split, index, times).classes;
}

/// What the constructor throws, or "".
template <class Dataset>
std::string error_of(const typename Dataset::Options& options) {
  try {
    Dataset(options, {});
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

}  // namespace pgt::datasets
