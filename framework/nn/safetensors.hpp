/// The safetensors format: u64 header length, JSON header, tensors one after the other, little endian.
#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace pgt::nn {

struct TensorFile {
  std::map<std::string, at::Tensor> tensors;    ///< on the CPU, contiguous
  std::map<std::string, std::string> metadata;  ///< the header's __metadata__, without the checksum
  bool checked = false;                         ///< read from a file whose checksum is there, and right
};

/// The same content gives the same bytes (names sorted). The file is complete or absent. `pgt.crc32c` among the
/// metadata is the checksum of all names, types, shapes, values and other metadata; to another program it is one more
/// text.
void write_safetensors(const std::filesystem::path& path, const TensorFile& content);

/// A file whose content does not have the checksum that the file gives: a disk or a program has changed it.
class ChangedFile final : public Error {
 public:
  using Error::Error;
};

/// Throws Error(plugin) naming the file and what is wrong: a length beyond the file, overlapping or missing bytes, an
/// unknown type, a broken header; ChangedFile. Never reads past the file nor allocates more than its size.
TensorFile read_safetensors(const std::filesystem::path& path);

/// The tensors whose names start with `prefix`, by the rest of their names.
std::map<std::string, at::Tensor> tensors_under(const std::map<std::string, at::Tensor>& tensors,
                                                std::string_view prefix);

}  // namespace pgt::nn
