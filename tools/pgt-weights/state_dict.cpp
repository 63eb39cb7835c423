#include "state_dict.hpp"

#include <deque>
#include <limits>

#include "base/error.hpp"
#include "base/file.hpp"
#include "zip_archive.hpp"

namespace pgt::weights {
namespace {

/// "torch.FloatStorage", …
const char* storage_of(Type type) {
  constexpr const char* names[] = {"DoubleStorage", "FloatStorage", "HalfStorage", "BFloat16Storage", "LongStorage",
                                   "IntStorage",    "ShortStorage", "CharStorage", "ByteStorage",     "BoolStorage"};
  return names[static_cast<std::size_t>(type)];
}

/// Writes the few opcodes of pickle, protocol 2, that a dictionary of tensors needs.
class Pickler {
 public:
  std::string write(std::span<const NamedTensor> tensors, const std::string& group) {
    bytes_ = "\x80\x02";
    if (!group.empty()) {
      bytes_ += '}';
      text(group);
    }
    new_ordered_dict();
    bytes_ += '(';
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      text(tensors[i].name);
      tensor(tensors[i].tensor, std::to_string(i));
    }
    bytes_ += 'u';
    if (!group.empty()) bytes_ += 's';
    bytes_ += '.';
    return std::move(bytes_);
  }

 private:
  void global(const std::string& module, const std::string& name) { bytes_ += 'c' + module + '\n' + name + '\n'; }

  void new_ordered_dict() {
    global("collections", "OrderedDict");
    bytes_ += ")R";
  }

  void little_endian(std::uint64_t value, int count) {
    for (int i = 0; i < count; ++i) bytes_ += static_cast<char>(value >> (8 * i) & 0xff);
  }

  void text(const std::string& value) {
    bytes_ += 'X';
    little_endian(value.size(), 4);
    bytes_ += value;
  }

  void integer(std::int64_t value) {
    const bool small = value <= std::numeric_limits<std::int32_t>::max();
    bytes_ += small ? "J" : "\x8a\x08";
    little_endian(static_cast<std::uint64_t>(value), small ? 4 : 8);
  }

  void integers(std::span<const std::int64_t> values) {
    bytes_ += '(';
    for (const std::int64_t value : values) integer(value);
    bytes_ += 't';
  }

  void tensor(const Tensor& tensor, const std::string& key) {
    global("torch._utils", "_rebuild_tensor_v2");
    bytes_ += "((";
    text("storage");
    global("torch", storage_of(tensor.type));
    text(key);
    text("cpu");
    integer(tensor.elements());
    bytes_ += "tQ";
    integer(0);
    integers(tensor.shape);
    integers(tensor.strides);
    bytes_ += '\x89';  // needs no gradient
    new_ordered_dict();
    bytes_ += "tR";
  }

  std::string bytes_;
};

}  // namespace

void write_state_dict(const std::filesystem::path& path, std::span<const NamedTensor> tensors,
                      const std::string& group) {
  const std::string pickle = Pickler().write(tensors, group);
  const std::string folder = "archive/";
  std::vector<std::pair<std::string, std::string_view>> entries{{folder + "data.pkl", pickle},
                                                                {folder + "byteorder", "little"}};
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const Tensor& tensor = tensors[i].tensor;
    const auto bytes = static_cast<std::size_t>(tensor.elements()) * size_of(tensor.type);
    entries.emplace_back(folder + "data/" + std::to_string(i), tensor.bytes.substr(0, bytes));
  }
  entries.emplace_back(folder + "version", "3\n");
  std::deque<std::string> headers;
  std::vector<std::string_view> pieces;
  try {
    pieces = zip_pieces(entries, headers);
  } catch (const Error& error) {
    throw Error(error.code(), path.string() + ": " + error.what());
  }
  write_output(path, pieces);
}

}  // namespace pgt::weights
