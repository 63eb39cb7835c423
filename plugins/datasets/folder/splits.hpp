/// Which folders are the splits, and what is wrong with one that has nothing to read.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "datasets/common/split_name.hpp"
#include "scan.hpp"

namespace pgt::datasets {

/// A folder of class folders.
struct SplitFolder {
  sdk::Split split;
  std::filesystem::path folder;
};

/// The folders train/, val/ and test/ of `root`, by any of their names, or `root` itself where it has class folders.
/// What is beside them and may be meant for validation is a problem; anything else is unused. Throws
/// std::runtime_error where there is no train/ beside the others.
std::vector<SplitFolder> find_splits(const std::filesystem::path& root, UnusedCount& unused,
                                     std::vector<std::string>& problems);

/// Sentences about a class folder and about a split's folder without videos: why, and what to do.
std::string why_class_is_empty(const std::filesystem::path& folder);
std::string why_split_is_empty(const std::filesystem::path& folder);

}  // namespace pgt::datasets
