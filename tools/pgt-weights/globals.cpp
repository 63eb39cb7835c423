// What a pickle of weights may name, and what our machine does in its place.

#include <algorithm>

#include "bytes.hpp"
#include "value.hpp"

namespace pgt::weights {
namespace {

struct Known {
  std::string_view module;
  std::string_view name;
  Function function;
};
constexpr Known functions[] = {{"collections", "OrderedDict", Function::ordered_dict},
                               {"torch._utils", "_rebuild_tensor", Function::rebuild_tensor},
                               {"torch._utils", "_rebuild_tensor_v2", Function::rebuild_tensor},
                               {"torch._utils", "_rebuild_parameter", Function::rebuild_parameter},
                               {"numpy.core.multiarray", "_reconstruct", Function::reconstruct},
                               {"numpy._core.multiarray", "_reconstruct", Function::reconstruct},
                               {"numpy.core.multiarray", "scalar", Function::ignored},
                               {"numpy._core.multiarray", "scalar", Function::ignored},
                               {"torch", "Size", Function::ignored},
                               {"torch", "device", Function::ignored},
                               {"argparse", "Namespace", Function::ordered_dict},
                               {"numpy", "ndarray", Function::ndarray},
                               {"numpy", "dtype", Function::dtype},
                               {"_codecs", "encode", Function::encode}};

constexpr std::pair<std::string_view, Type> storages[] = {{"DoubleStorage", Type::f64}, {"FloatStorage", Type::f32},
                                                          {"HalfStorage", Type::f16},   {"BFloat16Storage", Type::bf16},
                                                          {"LongStorage", Type::i64},   {"IntStorage", Type::i32},
                                                          {"ShortStorage", Type::i16},  {"CharStorage", Type::i8},
                                                          {"ByteStorage", Type::u8},    {"BoolStorage", Type::boolean}};

/// Torch's names of types. As values they appear beside weights, and are ignored.
constexpr std::string_view torch_types[] = {"float64", "float32", "float16", "bfloat16", "int64",
                                            "int32",   "int16",   "int8",    "uint8",    "bool"};

constexpr std::pair<std::string_view, Type> dtypes[] = {{"f8", Type::f64}, {"f4", Type::f32}, {"f2", Type::f16},
                                                        {"i8", Type::i64}, {"i4", Type::i32}, {"i2", Type::i16},
                                                        {"i1", Type::i8},  {"u1", Type::u8},  {"b1", Type::boolean}};

constexpr std::size_t most_dimensions = 16;

/// For a message.
std::string shortened(std::string_view name) { return printable(name.substr(0, 80)); }

/// The arguments of a call.
class Arguments {
 public:
  Arguments(const Pickle& pickle, Ref tuple, const char* of) : pickle_(pickle), of_(of) {
    const auto* items = std::get_if<Tuple>(&pickle.values[tuple]);
    if (items == nullptr) wrong();
    items_ = &items->items;
  }

  std::size_t count() const { return items_->size(); }
  const Value& value(std::size_t i) const {
    if (i >= items_->size()) wrong();
    return pickle_.values[(*items_)[i]];
  }
  template <class T>
  const T& at(std::size_t i) const {
    const T* found = std::get_if<T>(&value(i));
    if (found == nullptr) wrong();
    return *found;
  }
  std::vector<std::int64_t> integers(std::size_t i) const {
    const auto& tuple = at<Tuple>(i);
    if (tuple.items.size() > most_dimensions) wrong();
    std::vector<std::int64_t> numbers;
    for (const Ref item : tuple.items) {
      const auto* number = std::get_if<std::int64_t>(&pickle_.values[item]);
      if (number == nullptr || *number < 0) wrong();
      numbers.push_back(*number);
    }
    return numbers;
  }
  [[noreturn]] void wrong() const { refuse(std::string("holds ") + of_ + " whose description makes no sense"); }

 private:
  const Pickle& pickle_;
  const char* of_;
  const std::vector<Ref>* items_ = nullptr;
};

Value ordered_dict(Pickle& pickle, const Arguments& arguments) {
  Dict dict;
  if (arguments.count() == 0) return dict;
  const auto& pairs = arguments.at<List>(0).items;  // as Python 2 writes it
  pickle.spend(pairs.size());
  for (const Ref pair : pairs) {
    const auto* items = std::get_if<List>(&pickle.values[pair]);
    if (items == nullptr || items->items.size() != 2) arguments.wrong();
    dict.items.emplace_back(items->items[0], items->items[1]);
  }
  return dict;
}

StoredTensor rebuild_tensor(const Arguments& arguments) {
  StoredTensor tensor{arguments.at<Storage>(0), arguments.at<std::int64_t>(1), arguments.integers(2),
                      arguments.integers(3)};
  if (tensor.offset < 0 || tensor.shape.size() != tensor.strides.size()) arguments.wrong();
  return tensor;
}

/// Python 3 writes bytes for Python 2 as a text whose characters are the bytes.
std::string_view encode(Pickle& pickle, const Arguments& arguments) {
  const auto text = arguments.at<std::string_view>(0);
  if (arguments.at<std::string_view>(1) != "latin1") arguments.wrong();
  if (text.size() > pickle.may_decode) refuse("holds more text than it has bytes");
  pickle.may_decode -= text.size();
  std::string& bytes = pickle.decoded.emplace_back();
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x80) {
      bytes += text[i];
    } else if ((c == 0xc2 || c == 0xc3) && i + 1 < text.size()) {  // U+0080 to U+00FF
      bytes += static_cast<char>((c & 0x03) << 6 | (text[++i] & 0x3f));
    } else {
      arguments.wrong();
    }
  }
  return bytes;
}

Dtype dtype(const Arguments& arguments) {
  const auto name = arguments.at<std::string_view>(0);
  const auto* found = std::find_if(std::begin(dtypes), std::end(dtypes), [&](auto& row) { return row.first == name; });
  if (found == std::end(dtypes)) refuse("holds a numpy array of the unknown type \"" + shortened(name) + "\"");
  return {found->second};
}

/// A numpy array's state: (version, shape, dtype, whether it is in Fortran's order, bytes).
Tensor array(const Arguments& state) {
  Tensor tensor;
  tensor.type = state.at<Dtype>(2).type;
  tensor.shape = state.integers(1);
  tensor.bytes = state.at<std::string_view>(4);
  tensor.strides.resize(tensor.shape.size());
  const bool fortran = state.at<bool>(3);
  std::int64_t elements = 1;
  for (std::size_t i = 0; i < tensor.shape.size(); ++i) {
    const std::size_t dim = fortran ? i : tensor.shape.size() - 1 - i;
    tensor.strides[dim] = elements;
    if (__builtin_mul_overflow(elements, tensor.shape[dim], &elements)) state.wrong();
  }
  std::uint64_t bytes = 0;
  if (__builtin_mul_overflow(elements, size_of(tensor.type), &bytes) || bytes != tensor.bytes.size()) {
    refuse("holds a numpy array of " + std::to_string(elements) + " elements in " +
           std::to_string(tensor.bytes.size()) + " bytes");
  }
  return tensor;
}

}  // namespace

Value global(std::string_view module, std::string_view name) {
  for (const Known& known : functions) {
    if (known.module == module && known.name == name) return known.function;
  }
  if (module == "torch") {
    for (const auto& [storage, type] : storages) {
      if (storage == name) return StorageClass{type};
    }
    if (std::ranges::find(torch_types, name) != std::end(torch_types)) return None{};
  }
  refuse("wants Python to use " + shortened(module) + "." + shortened(name) +
         ", which is not read here: nothing was executed. If it is a file that you trust, save its weights alone, in "
         "Python: torch.save(model.state_dict(), \"weights.pth\")");
}

Value call(Pickle& pickle, Ref function, Ref arguments) {
  const auto* known = std::get_if<Function>(&pickle.values[function]);
  if (known == nullptr) refuse("is not a pickle of weights: it calls what is not a function");
  switch (*known) {
    case Function::ordered_dict:
      return ordered_dict(pickle, Arguments(pickle, arguments, "a dictionary"));
    case Function::rebuild_tensor:
      return rebuild_tensor(Arguments(pickle, arguments, "a tensor"));
    case Function::rebuild_parameter:
      return Arguments(pickle, arguments, "a parameter").at<StoredTensor>(0);
    case Function::reconstruct:
      return EmptyArray{};
    case Function::dtype:
      return dtype(Arguments(pickle, arguments, "a numpy type"));
    case Function::ignored:
      return None{};
    case Function::encode:
      return encode(pickle, Arguments(pickle, arguments, "an encoded text"));
    case Function::ndarray:
      break;
  }
  refuse("is not a pickle of weights: it calls numpy.ndarray");
}

void set_state(Pickle& pickle, Ref object, Ref state) {
  Value& value = pickle.values[object];
  if (std::holds_alternative<Dict>(value)) return;  // versions of torch's modules, a program's arguments
  if (std::holds_alternative<Dtype>(value)) {
    const Arguments arguments(pickle, state, "a numpy type");  // (version, byte order, …)
    if (arguments.at<std::string_view>(1) == ">") refuse("holds a numpy array whose bytes are in big-endian order");
  } else if (std::holds_alternative<EmptyArray>(value)) {
    value = array(Arguments(pickle, state, "a numpy array"));
  } else {
    refuse("is not a pickle of weights: it sets the state of what has none");
  }
}

Storage storage_of(Pickle& pickle, Ref id) {
  const Arguments arguments(pickle, id, "a storage");
  if (arguments.at<std::string_view>(0) != "storage") arguments.wrong();
  const Storage storage{arguments.at<StorageClass>(1).type, arguments.at<std::string_view>(2),
                        arguments.at<std::int64_t>(4)};
  const bool is_view = arguments.count() > 5 && !std::holds_alternative<None>(arguments.value(5));
  if (storage.elements < 0 || is_view) arguments.wrong();
  const Storage& known = pickle.storages.emplace(storage.key, storage).first->second;
  if (known.type != storage.type || known.elements != storage.elements) arguments.wrong();
  return storage;
}

}  // namespace pgt::weights
