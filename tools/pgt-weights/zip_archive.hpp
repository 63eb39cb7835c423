/// The zip format, as far as Python's torch uses it for weights: entries that are stored, not compressed.
#pragma once

#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pgt::weights {

struct ZipEntry {
  std::string_view content;  ///< the bytes as they are in the file
  bool packed = false;       ///< compressed or encrypted
};

/// Name to entry, as views of `file`; ZIP64 too. Throws Error(plugin).
std::map<std::string_view, ZipEntry> read_zip(std::string_view file);

/// The pieces of a zip archive of these entries (name, content), in their order: headers, which `headers` is made to
/// hold, and between them the contents themselves. Throws Error(io) where they are over 4 GB together.
std::vector<std::string_view> zip_pieces(std::span<const std::pair<std::string, std::string_view>> entries,
                                         std::deque<std::string>& headers);

}  // namespace pgt::weights
