/// What a file of weights holds, found without LibTorch and without executing anything.
///
/// Note [Files are not trusted]
/// A file of Python's torch is a program for a stack machine, pickle, that builds dictionaries of tensors by calling
/// functions by name. Ours calls nothing: it knows the few names that weights are made of (globals.cpp) and refuses the
/// file at any other. Tensors and texts are views of the file's bytes, every size is compared with what is there before
/// it is used, and the machine stops after a fixed number of steps, so memory is bounded by the file's size and a
/// constant.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace pgt::weights {

enum class Type : std::uint8_t { f64, f32, f16, bf16, i64, i32, i16, i8, u8, boolean };

/// Bytes of an element.
std::size_t size_of(Type type);
/// "float32", …
const char* name_of(Type type);

/// A view of a tensor: element (i, j, …) is at i·strides[0] + j·strides[1] + … elements from the start of `bytes`.
struct Tensor {
  Type type = Type::f32;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;  ///< not negative; every element is in `bytes`, which are not aligned
  std::string_view bytes;

  std::int64_t elements() const;
};

/// A name of a file for people: a control character, with which a terminal could be told to do something, is '?'.
std::string printable(std::string_view name);

struct NamedTensor {
  std::string group;  ///< the keys of the dictionaries around it, joined by ".": "model_state"; may be empty
  std::string name;   ///< its own key
  Tensor tensor;
};

struct Contents {
  std::string container;  ///< for people: "torch zip", …
  std::vector<NamedTensor> tensors;
  std::deque<std::string> decoded;  ///< bytes that the file holds as text; tensors view them
};

/// Reads a file of Python's torch (zip, or the older form), or a pickle of numpy arrays as Caffe2 wrote them. The
/// result views `file`. Throws Error(plugin) that says what is wrong with it.
Contents read_contents(std::string_view file);

}  // namespace pgt::weights
