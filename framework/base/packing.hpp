/// Values as bytes and back, between processes of one build: no format for files.
///
/// A type of several members says which they are, once for both directions:
///
///     template <typename Archive> void members(Archive& archive, Place& place) { archive(place.name, place.numbers); }
#pragma once

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace pgt {

class Packer {
 public:
  template <typename... T>
  void operator()(T&... values) {
    (put(values), ...);
  }
  std::string take() { return std::move(bytes_); }

 private:
  void put_bytes(const void* data, std::size_t size) { bytes_.append(static_cast<const char*>(data), size); }
  void put_size(std::uint64_t size) { put_bytes(&size, sizeof size); }
  template <typename T>
  void put(T& value) {
    if constexpr (std::is_arithmetic_v<T>) {
      put_bytes(&value, sizeof value);
    } else {
      members(*this, value);
    }
  }
  void put(std::string& text) {
    put_size(text.size());
    put_bytes(text.data(), text.size());
  }
  void put(std::filesystem::path& path) {
    std::string text = path.string();
    put(text);
  }
  template <typename T>
  void put(std::vector<T>& values) {
    put_size(values.size());
    for (T& value : values) put(value);
  }

  std::string bytes_;
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : left_(bytes) {}
  template <typename... T>
  void operator()(T&... values) {
    (get(values), ...);
  }

 private:
  void get_bytes(void* data, std::size_t size) {
    std::memcpy(data, left_.data(), size);
    left_.remove_prefix(size);
  }
  std::size_t get_size() {
    std::uint64_t size = 0;
    get_bytes(&size, sizeof size);
    return size;
  }
  template <typename T>
  void get(T& value) {
    if constexpr (std::is_arithmetic_v<T>) {
      get_bytes(&value, sizeof value);
    } else {
      members(*this, value);
    }
  }
  void get(std::string& text) {
    text.resize(get_size());
    get_bytes(text.data(), text.size());
  }
  void get(std::filesystem::path& path) {
    std::string text;
    get(text);
    path = text;
  }
  template <typename T>
  void get(std::vector<T>& values) {
    values.resize(get_size());
    for (T& value : values) get(value);
  }

  std::string_view left_;
};

/// All of a value's members as bytes.
template <typename T>
std::string packed(T& value) {
  Packer packer;
  packer(value);
  return packer.take();
}

/// What `packed` made bytes of.
template <typename T>
T unpacked(std::string_view bytes) {
  T value{};
  Unpacker unpacker(bytes);
  unpacker(value);
  return value;
}

}  // namespace pgt
