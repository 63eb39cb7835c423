/// Pickles written by hand, and the containers around them.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "contents.hpp"
#include "zip_archive.hpp"

namespace pgt::weights {

inline std::string little_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

inline std::string text(const std::string& value) { return std::string("X") + little_endian(value.size(), 4) + value; }
inline std::string integer(std::int64_t value) {
  return std::string("\x8a\x08") + little_endian(static_cast<std::uint64_t>(value), 8);
}
inline std::string integers(const std::vector<std::int64_t>& values) {
  std::string tuple = "(";
  for (const std::int64_t value : values) tuple += integer(value);
  return tuple + "t";
}
inline std::string global(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
inline std::string pickle(const std::string& opcodes) { return "\x80\x02" + opcodes + "."; }

/// A tensor of torch whose storage "0" has that many floats.
struct TorchTensor {
  std::int64_t storage = 6;
  std::int64_t offset = 0;
  std::vector<std::int64_t> shape{2, 3};
  std::vector<std::int64_t> strides{3, 1};

  std::string opcodes(const std::string& view = "") const {
    return global("torch._utils", "_rebuild_tensor_v2") + "((" + text("storage") + global("torch", "FloatStorage") +
           text("0") + text("cpu") + integer(storage) + view + "tQ" + integer(offset) + integers(shape) +
           integers(strides) + "\x89" + global("collections", "OrderedDict") + ")RtR";
  }
};

/// {"model_state": {"conv.weight": tensor}}
inline std::string checkpoint(const std::string& tensor) {
  return pickle(std::string("}") + text("model_state") + "}" + text("conv.weight") + tensor + "ss");
}

inline std::string zip(const std::vector<std::pair<std::string, std::string_view>>& entries) {
  std::deque<std::string> headers;
  std::string file;
  for (const std::string_view piece : zip_pieces(entries, headers)) file += piece;
  return file;
}

inline const std::string six_floats =
    std::string("\0\0\0\0\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40\0\0\x80\x40\0\0\xa0\x40", 24);

inline std::string torch_zip(const std::string& data_pkl, const std::string& storage = six_floats) {
  return zip({{"a/data.pkl", data_pkl}, {"a/byteorder", "little"}, {"a/data/0", storage}, {"a/version", "3\n"}});
}

/// As torch.save wrote before 1.6. `old`: the tensor's storage has a fifth field there.
inline std::string old_torch(const std::string& data_pkl, const std::string& storages) {
  return std::string("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e", 15) + pickle("M\xe9\x03") +
         pickle(std::string("}") + text("little_endian") + "\x88s") + data_pkl +
         pickle(std::string("](") + text("0") + "e") + storages;
}

/// {"blobs": {"conv1_w": array}} of Python 2, whose bytes are a string.
inline std::string caffe2(const std::string& dtype, const std::string& order, const std::vector<std::int64_t>& shape,
                          const std::string& bytes, bool fortran = false) {
  const std::string type = global("numpy", "dtype") + "(U\x02" + dtype + "K" + std::string(1, '\0') + "K\x01tR(K\x03U" +
                           std::string(1, '\x01') + order + "NNNtb";
  return pickle(std::string("}") + text("blobs") + "}" + text("conv1_w") +
                global("numpy.core.multiarray", "_reconstruct") + "(" + global("numpy", "ndarray") + integers({0}) +
                "U\x01" + "btR(K\x01" + integers(shape) + type + (fortran ? "\x88" : "\x89") + "T" +
                little_endian(bytes.size(), 4) + bytes + "tbss");
}

/// Why the file is refused.
inline std::string refusal(const std::string& file) {
  try {
    read_contents(file);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::plugin);
    return error.what();
  }
  return "it was read";
}

}  // namespace pgt::weights
