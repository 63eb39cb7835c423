/// What is not a file of weights, but often taken for one: what it is, and what to do with it.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace pgt::weights {

/// Says what a zip archive with an entry of this name is: "is a TorchScript file …"; empty: maybe a file of weights.
std::string kind_of_archive(std::string_view entry);

/// The same of a file by its first bytes.
std::string kind_of_bytes(std::string_view file);

/// The same of a folder, which always gets an answer.
std::string kind_of_folder(const std::filesystem::path& folder);

}  // namespace pgt::weights
