#include "contents.hpp"

#include <map>
#include <set>

#include "bytes.hpp"
#include "not_weights.hpp"
#include "value.hpp"
#include "zip_archive.hpp"

namespace pgt::weights {
namespace {

using Storages = std::map<std::string_view, std::string_view>;  ///< key to bytes

constexpr std::size_t most_name_bytes = 64 << 20;  ///< of all names together; a ResNet-101 has 100 kB
constexpr std::size_t longest_name = 500;
constexpr std::uint64_t most_copies = 4;  ///< of the file's bytes, in all tensors together: some share theirs

/// The bytes that a torch tensor views. Refuses one that repeats elements: it may claim any size.
Tensor bind(const StoredTensor& stored, const Storages& storages) {
  std::uint64_t elements = 1;
  std::uint64_t behind_last = 1;  // elements from the tensor's first to just after its last
  bool wrong = false;
  for (std::size_t i = 0; i < stored.shape.size(); ++i) {
    const auto size = static_cast<std::uint64_t>(stored.shape[i]);
    std::uint64_t reach = 0;
    wrong |= __builtin_mul_overflow(elements, size, &elements);
    wrong |= __builtin_mul_overflow(size == 0 ? 0 : size - 1, static_cast<std::uint64_t>(stored.strides[i]), &reach);
    wrong |= __builtin_add_overflow(behind_last, reach, &behind_last);
  }
  const auto found = storages.find(stored.storage.key);
  if (found == storages.end()) refuse("lacks the data of a tensor");
  const std::string_view bytes = found->second;
  const std::uint64_t held = bytes.size() / size_of(stored.storage.type);
  const auto offset = static_cast<std::uint64_t>(stored.offset);
  if (elements == 0 && !wrong) return {stored.storage.type, stored.shape, stored.strides, {}};
  if (wrong || elements > held || offset > held || behind_last > held - offset) {
    refuse("holds a tensor that is larger than its " + std::to_string(held) + " elements");
  }
  return {stored.storage.type, stored.shape, stored.strides, bytes.substr(offset * size_of(stored.storage.type))};
}

/// Walks what a pickle built and lists its tensors. Each dictionary and list is visited once, so one that holds itself
/// ends like any other.
class Lister {
 public:
  Lister(const Pickle& pickle, const Storages& storages, std::uint64_t file_bytes, std::vector<NamedTensor>& found)
      : pickle_(pickle), storages_(storages), may_hold_(most_copies * file_bytes), found_(found) {}

  void list() {
    waiting_.push_back({pickle_.root, ""});
    while (!waiting_.empty()) {
      const Place place = std::move(waiting_.back());
      waiting_.pop_back();
      if (!seen_.insert(place.value).second) continue;
      if (const auto* dict = std::get_if<Dict>(&pickle_.values[place.value])) {
        for (const auto& [key, value] : dict->items) add(place.group, key_of(key), value);
      } else if (const auto* items = std::get_if<List>(&pickle_.values[place.value])) {
        for (std::size_t i = 0; i < items->items.size(); ++i) add(place.group, std::to_string(i), items->items[i]);
      }
    }
  }

 private:
  struct Place {
    Ref value;
    std::string group;
  };

  std::string key_of(Ref key) const {
    const Value& value = pickle_.values[key];
    if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
    const auto* text = std::get_if<std::string_view>(&value);
    if (text == nullptr) return "?";
    if (text->size() > longest_name) refuse("holds a name of " + std::to_string(text->size()) + " bytes");
    return std::string(*text);
  }

  void add(const std::string& group, const std::string& name, Ref ref) {
    const Value& value = pickle_.values[ref];
    const bool holds_more = std::holds_alternative<Dict>(value) || std::holds_alternative<List>(value);
    const auto* stored = std::get_if<StoredTensor>(&value);
    const auto* array = std::get_if<Tensor>(&value);
    if (!holds_more && stored == nullptr && array == nullptr) return;
    name_bytes_ += group.size() + name.size();
    if (name_bytes_ > most_name_bytes) refuse("holds names of more than 64 MB");
    if (holds_more) {
      waiting_.push_back({ref, group.empty() ? name : group + "." + name});
    } else {
      const Tensor& tensor =
          found_.emplace_back(NamedTensor{group, name, stored != nullptr ? bind(*stored, storages_) : *array}).tensor;
      const std::uint64_t bytes = static_cast<std::uint64_t>(tensor.elements()) * size_of(tensor.type);
      if (bytes > may_hold_) refuse("holds tensors that repeat its bytes: all together would be many times its size");
      may_hold_ -= bytes;
    }
  }

  const Pickle& pickle_;
  const Storages& storages_;
  std::uint64_t may_hold_;  ///< bytes of tensors
  std::vector<NamedTensor>& found_;
  std::vector<Place> waiting_;
  std::set<Ref> seen_;
  std::size_t name_bytes_ = 0;
};

Contents contents_of(std::string container, Pickle pickle, const Storages& storages, std::uint64_t file_bytes) {
  Contents contents{std::move(container), {}, {}};
  Lister(pickle, storages, file_bytes, contents.tensors).list();
  contents.decoded = std::move(pickle.decoded);
  return contents;
}

std::string_view stored(const ZipEntry& entry) {
  if (entry.packed) refuse("is a zip archive with compressed or encrypted entries; torch.save writes none");
  return entry.content;
}

Contents read_torch_zip(std::string_view file) {
  const auto entries = read_zip(file);
  for (const auto& [name, entry] : entries) {
    if (const std::string kind = kind_of_archive(name); !kind.empty()) refuse(kind);
  }
  constexpr std::string_view suffix = "/data.pkl";
  std::string folder;
  for (const auto& [name, content] : entries) {
    if (name.ends_with(suffix)) folder = name.substr(0, name.size() - suffix.size());
  }
  if (folder.empty()) refuse("is a zip archive without data.pkl: not a file of torch.save");
  const auto order = entries.find(folder + "/byteorder");
  if (order != entries.end() && stored(order->second) != "little")
    refuse("holds tensors whose bytes are in big-endian order");

  Pickle pickle = run_pickle(stored(entries.at(folder + std::string(suffix))), 0);
  Storages storages;
  for (const auto& [key, storage] : pickle.storages) {
    const auto found = entries.find(folder + "/data/" + std::string(key));
    if (found == entries.end()) refuse("lacks the data of a tensor");
    storages.emplace(key, stored(found->second));
  }
  return contents_of("torch (zip)", std::move(pickle), storages, file.size());
}

constexpr std::string_view old_torch_magic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e", 15);

/// Pickles one after the other: magic number, version, system, the object, the storages' keys. Then each storage's
/// number of elements, and its elements.
Contents read_old_torch(std::string_view file) {
  const Pickle version = run_pickle(file, old_torch_magic.size());
  const Pickle system = run_pickle(file, version.end);
  Pickle pickle = run_pickle(file, system.end);
  const Pickle keys = run_pickle(file, pickle.end);
  const auto* list = std::get_if<List>(&keys.values[keys.root]);
  if (list == nullptr) refuse("does not list its storages");
  Storages storages;
  Bytes in(file, keys.end);
  for (const Ref item : list->items) {
    const auto* key = std::get_if<std::string_view>(&keys.values[item]);
    const auto known = key != nullptr ? pickle.storages.find(*key) : pickle.storages.end();
    if (known == pickle.storages.end()) refuse("lists a storage that no tensor uses");
    std::uint64_t bytes = 0;
    if (__builtin_mul_overflow(in.number<std::uint64_t>(), size_of(known->second.type), &bytes)) {
      refuse("holds a storage of an impossible size");
    }
    storages.emplace(known->first, in.take(bytes));
  }
  if (storages.size() != pickle.storages.size()) refuse("lacks the data of a tensor");
  return contents_of("torch (before 1.6)", std::move(pickle), storages, file.size());
}

}  // namespace

std::string printable(std::string_view name) {
  std::string shown(name);
  for (std::size_t i = 0; i < shown.size(); ++i) {
    const auto c = static_cast<unsigned char>(shown[i]);
    const bool behind_ascii = i > 0 && shown[i - 1] == '\xc2' && c >= 0x80 && c < 0xa0;  // U+0080 to U+009F
    if (c < ' ' || c == 0x7f || behind_ascii) shown[i] = '?';
  }
  return shown;
}

Contents read_contents(std::string_view file) {
  if (file.starts_with("PK\x03\x04")) return read_torch_zip(file);
  if (file.starts_with(old_torch_magic)) return read_old_torch(file);
  if (file.size() > 1 && file[0] == '\x80') return contents_of("pickle", run_pickle(file, 0), {}, file.size());
  if (const std::string kind = kind_of_bytes(file); !kind.empty()) refuse(kind);
  refuse("is not a known file of weights: not safetensors, not from torch.save, and not a pickle");
}

}  // namespace pgt::weights
