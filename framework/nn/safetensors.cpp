#include "nn/safetensors.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/file.hpp"

namespace pgt::nn {
namespace {

static_assert(std::endian::native == std::endian::little, "tensors are written as they are in memory");

constexpr std::array<std::pair<const char*, at::ScalarType>, 10> types{{{"F64", at::kDouble},
                                                                        {"F32", at::kFloat},
                                                                        {"F16", at::kHalf},
                                                                        {"BF16", at::kBFloat16},
                                                                        {"I64", at::kLong},
                                                                        {"I32", at::kInt},
                                                                        {"I16", at::kShort},
                                                                        {"I8", at::kChar},
                                                                        {"U8", at::kByte},
                                                                        {"BOOL", at::kBool}}};

constexpr std::uint64_t length_bytes = 8;
constexpr std::uint64_t longest_header = 100'000'000;
constexpr std::size_t longest_name = 500;
constexpr std::size_t most_values = 10'000;  ///< of one entry of the header, which says no more than a tensor's place

constexpr const char* checksum_key = "pgt.crc32c";

/// Of the content, not of the file: however the header is spelled, the same content has the same.
std::string checksum_of(const TensorFile& content) {
  Checksum sum;
  const auto add_text = [&](std::string_view text) {
    sum.add(std::to_string(text.size()) + ":");
    sum.add(text);
  };
  for (const auto& [key, text] : content.metadata) {
    add_text(key);
    add_text(text);
  }
  for (const auto& [name, tensor] : content.tensors) {
    add_text(name);
    add_text(c10::toString(tensor.scalar_type()));
    for (const std::int64_t size : tensor.sizes()) sum.add(std::to_string(size) + ",");
    add_text({static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes()});
  }
  return sum.text();
}

/// JSON is UTF-8: what is not is made so.
std::string utf8(const std::string& text) {
  return nlohmann::json::parse(nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

TensorFile as_it_reads_back(const TensorFile& content) {
  TensorFile file;
  for (const auto& [key, text] : content.metadata) file.metadata.emplace(utf8(key), utf8(text));
  for (const auto& [name, tensor] : content.tensors) {
    file.tensors.emplace(utf8(name), tensor.detach().cpu().contiguous());
  }
  return file;
}

/// Where a tensor is among the bytes after the header.
struct Extent {
  std::string name;
  at::ScalarType type = at::kFloat;
  std::vector<std::int64_t> shape;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : path_(path) {
    std::error_code error;
    if (std::filesystem::is_regular_file(path, error)) file_.open(path, std::ios::binary);
    const std::uintmax_t size = std::filesystem::file_size(path, error);
    if (error || !file_.is_open()) throw Error(ExitCode::io, path.string() + ": cannot be opened as a regular file");
    size_ = size;
  }

  TensorFile read() {
    if (size_ < length_bytes) fail("is too short to be a safetensors file (" + std::to_string(size_) + " bytes)");
    std::uint64_t length = 0;
    take(reinterpret_cast<char*>(&length), length_bytes);
    if (length > size_ - length_bytes || length > longest_header) {
      name_another_kind();
      fail("says that its header has " + std::to_string(length) + " bytes, but the file has " + std::to_string(size_));
    }
    std::string text(length, '\0');
    take(text.data(), length);

    TensorFile content;
    try {
      read_header(text, content);
    } catch (const nlohmann::json::exception& error) {
      fail(std::string("has a broken header: ") + error.what());
    }
    check_that_extents_tile(size_ - length_bytes - length);
    for (const Extent& extent : extents_) {
      at::Tensor tensor = torch::empty(extent.shape, extent.type);
      take(static_cast<char*>(tensor.data_ptr()), extent.end - extent.begin);
      if (!content.tensors.emplace(extent.name, std::move(tensor)).second) fail("holds " + extent.name + " twice");
    }
    check_sum(content);
    return content;
  }

 private:
  /// Files of other programs, and of version 0.1, have none.
  void check_sum(TensorFile& content) const {
    const auto given = content.metadata.extract(checksum_key);
    if (given.empty()) return;
    if (const std::string found = checksum_of(content); given.mapped() != found) {
      throw ChangedFile(ExitCode::plugin, path_.string() + " is damaged: its content has the checksum " + found +
                                              ", and had " + given.mapped() +
                                              " when it was written (a program that changes the file has to leave out "
                                              "the entry " +
                                              checksum_key + " of its metadata)");
    }
    content.checked = true;
  }

  [[noreturn]] void fail(const std::string& what) const { throw Error(ExitCode::plugin, path_.string() + " " + what); }

  /// A file of another kind is named for what it is. Only asked where the header's size is impossible: a size may begin
  /// with any bytes.
  void name_another_kind() {
    constexpr std::pair<std::string_view, const char*> others[] = {
        {"PK\x03\x04", "is a file of PyTorch, not safetensors"},
        {"\x80\x02", "is a pickle, as PyTorch and Caffe2 write them, not safetensors"},
        {"\x89HDF", "is a file of HDF5, as Keras writes them, not safetensors"},
        {"version https://git-lfs", "is a pointer to a file that git lfs has not fetched; run: git lfs pull"},
        {"<", "is a web page, not safetensors: the download failed"}};
    std::string start(std::min<std::uint64_t>(size_, 32), '\0');
    file_.seekg(0);
    take(start.data(), start.size());
    for (const auto& [beginning, what] : others) {
      if (start.starts_with(beginning)) fail(what);
    }
    if (start.size() <= length_bytes || start[length_bytes] != '{') fail("is not a safetensors file");
  }

  void take(char* to, std::uint64_t bytes) {
    if (!file_.read(to, static_cast<std::streamsize>(bytes))) fail("ends before its last tensor does");
  }

  /// Entry by entry, none of which is kept, so that a header of many brackets takes no more memory than it is long.
  void read_header(const std::string& text, TensorFile& content) {
    constexpr int entry_depth = 1;
    std::string name;
    std::size_t values = 0;
    const auto take_entry = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
      using Event = nlohmann::json::parse_event_t;
      if (depth == entry_depth && event == Event::key) {
        name = parsed.get<std::string>();
        values = 0;
        if (name.size() > longest_name) fail("holds a name of " + std::to_string(name.size()) + " bytes");
        return true;
      }
      if (++values > most_values)
        fail("describes " + name + " in more than " + std::to_string(most_values) + " values");
      if (depth != entry_depth || event == Event::object_start) return true;
      if (event != Event::object_end) fail("describes " + name + " otherwise than as an object");
      if (name == "__metadata__") {
        content.metadata = parsed.get<std::map<std::string, std::string>>();
      } else {
        extents_.push_back(extent(name, parsed));
      }
      return false;
    };
    if (!nlohmann::json::parse(text, take_entry).is_object()) fail("has a header that is not an object");
  }

  Extent extent(const std::string& name, const nlohmann::json& entry) const {
    const auto type = entry.at("dtype").get<std::string>();
    const auto known = std::find_if(types.begin(), types.end(), [&](const auto& item) { return type == item.first; });
    if (known == types.end()) fail("holds " + name + " of the unknown type \"" + type + "\"");

    Extent extent{name, known->second, {}, 0, 0};
    std::int64_t bytes = static_cast<std::int64_t>(c10::elementSize(known->second));
    bool empty = false;
    for (const nlohmann::json& size : entry.at("shape")) {
      extent.shape.push_back(natural(name, size));
      empty = empty || extent.shape.back() == 0;
      // Without the zeros: strides are computed from a shape without elements too.
      if (__builtin_mul_overflow(bytes, std::max<std::int64_t>(extent.shape.back(), 1), &bytes)) {
        fail("holds " + name + " of an impossible shape");
      }
    }
    if (empty) bytes = 0;
    const nlohmann::json& offsets = entry.at("data_offsets");
    if (!offsets.is_array() || offsets.size() != 2) fail("holds " + name + " without two data_offsets");
    extent.begin = static_cast<std::uint64_t>(natural(name, offsets[0]));
    extent.end = static_cast<std::uint64_t>(natural(name, offsets[1]));
    if (extent.end < extent.begin || extent.end - extent.begin != static_cast<std::uint64_t>(bytes)) {
      fail("holds " + name + ", whose shape and type need " + std::to_string(bytes) + " bytes, at [" +
           std::to_string(extent.begin) + ", " + std::to_string(extent.end) + ")");
    }
    return extent;
  }

  std::int64_t natural(const std::string& name, const nlohmann::json& number) const {
    if (!number.is_number_unsigned() || !std::in_range<std::int64_t>(number.get<std::uint64_t>())) {
      fail("holds " + name + " with " + number.dump() + " where a size or place belongs");
    }
    return static_cast<std::int64_t>(number.get<std::uint64_t>());
  }

  /// Every byte belongs to exactly one tensor, so no tensor is allocated that the file does not fill.
  void check_that_extents_tile(std::uint64_t bytes) {
    std::sort(extents_.begin(), extents_.end(), [](const Extent& a, const Extent& b) {
      return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
    });
    std::uint64_t place = 0;
    for (const Extent& extent : extents_) {
      if (extent.begin != place) {
        fail("holds " + extent.name + " at byte " + std::to_string(extent.begin) + " where byte " +
             std::to_string(place) + " comes next");
      }
      place = extent.end;
    }
    if (place != bytes) {
      fail("has " + std::to_string(bytes) + " bytes of tensors, but its header describes " + std::to_string(place));
    }
  }

  std::filesystem::path path_;
  std::ifstream file_;
  std::uint64_t size_ = 0;
  std::vector<Extent> extents_;
};

}  // namespace

void write_safetensors(const std::filesystem::path& path, const TensorFile& content) {
  nlohmann::json header = nlohmann::json::object();  // keeps its keys sorted
  const TensorFile written = as_it_reads_back(content);
  std::uint64_t place = 0;
  for (const auto& [name, tensor] : written.tensors) {
    const auto type =
        std::find_if(types.begin(), types.end(), [&](const auto& item) { return tensor.scalar_type() == item.second; });
    if (type == types.end()) {
      throw Error(ExitCode::plugin, path.string() + ": " + name + " is of type " + c10::toString(tensor.scalar_type()) +
                                        ", which safetensors does not have");
    }
    const std::uint64_t end = place + tensor.nbytes();
    header[name] = {{"dtype", type->first}, {"shape", tensor.sizes().vec()}, {"data_offsets", {place, end}}};
    place = end;
  }
  header["__metadata__"] = written.metadata;
  header["__metadata__"][checksum_key] = checksum_of(written);

  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the tensors start at a multiple of 8
  const std::uint64_t length = text.size();
  std::string start(length_bytes, '\0');
  std::memcpy(start.data(), &length, length_bytes);
  start += text;

  std::vector<std::string_view> parts{start};
  for (const auto& [name, tensor] : written.tensors) {
    parts.emplace_back(static_cast<const char*>(tensor.data_ptr()), tensor.nbytes());
  }
  write_output(path, parts);
}

TensorFile read_safetensors(const std::filesystem::path& path) { return Reader(path).read(); }

std::map<std::string, at::Tensor> tensors_under(const std::map<std::string, at::Tensor>& tensors,
                                                std::string_view prefix) {
  std::map<std::string, at::Tensor> found;
  for (auto i = tensors.lower_bound(std::string(prefix)); i != tensors.end() && i->first.starts_with(prefix); ++i) {
    found.emplace(i->first.substr(prefix.size()), i->second);
  }
  return found;
}

}  // namespace pgt::nn
