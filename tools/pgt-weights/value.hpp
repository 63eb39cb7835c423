/// What a pickle builds: values that refer to each other by their place in a list.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "contents.hpp"

namespace pgt::weights {

using Ref = std::uint32_t;

struct None {};
struct List {
  std::vector<Ref> items;
};
struct Tuple {
  std::vector<Ref> items;
};
struct Dict {
  std::vector<std::pair<Ref, Ref>> items;
};

/// The names that a pickle of weights may say.
enum class Function {
  ordered_dict,       ///< or what is like one beside the weights: a program's arguments
  rebuild_tensor,     ///< torch: (storage, offset, shape, strides, …)
  rebuild_parameter,  ///< torch: (tensor, …)
  reconstruct,        ///< numpy: an empty array, whose state follows
  ndarray,
  dtype,
  ignored,  ///< what is not weights: a number of numpy, a size, a device
  encode    ///< (text, "latin1"): Python 3 writes the bytes of numpy arrays so for Python 2
};
struct StorageClass {
  Type type;
};
/// A torch tensor's memory; where its bytes are, the container says.
struct Storage {
  Type type;
  std::string_view key;
  std::int64_t elements;
};
/// A torch tensor: its elements start `offset` elements into a storage.
struct StoredTensor {
  Storage storage;
  std::int64_t offset;
  std::vector<std::int64_t> shape, strides;
};
struct Dtype {
  Type type;
};
/// A numpy array before its state.
struct EmptyArray {};

using Value = std::variant<None, bool, std::int64_t, double, std::string_view, List, Tuple, Dict, Function,
                           StorageClass, Storage, StoredTensor, Dtype, EmptyArray, Tensor>;

struct Pickle {
  std::deque<Value> values;
  Ref root = 0;
  std::uint64_t end = 0;                         ///< the byte after it
  std::map<std::string_view, Storage> storages;  ///< all that were named, by key
  std::deque<std::string> decoded;               ///< bytes that were written as text
  std::size_t may_decode = 0;                    ///< how many more
  std::size_t may_do = 0;                        ///< how many more steps; a step makes one value at most

  /// Counts steps. Throws Error(plugin) where they are used up.
  void spend(std::size_t steps);
};

/// Runs the pickle that starts at byte `start` of `file`; see Note [Files are not trusted]. Throws Error(plugin).
Pickle run_pickle(std::string_view file, std::uint64_t start);

/// What a name in a pickle stands for. Throws Error(plugin) for one that weights do not need.
Value global(std::string_view module, std::string_view name);

/// The value of `function(arguments)`. Throws Error(plugin).
Value call(Pickle& pickle, Ref function, Ref arguments);

/// Gives `object` its state, as Python's __setstate__ does. Throws Error(plugin).
void set_state(Pickle& pickle, Ref object, Ref state);

/// The storage that a torch file names by ("storage", class, key, device, elements). Throws Error(plugin).
Storage storage_of(Pickle& pickle, Ref id);

}  // namespace pgt::weights
