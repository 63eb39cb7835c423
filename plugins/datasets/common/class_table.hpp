/// Classes that are known by their names alone.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace pgt::datasets {

/// The names in the order of their indices: byte by byte, or as numbers (0 1 2 10) where every one is an integer.
std::vector<std::string> class_table(const std::set<std::string>& names);

/// Name to index.
std::map<std::string, std::int64_t> numbers_of(std::span<const std::string> classes);

}  // namespace pgt::datasets
