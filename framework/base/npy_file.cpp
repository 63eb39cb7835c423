#include "base/npy_file.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <functional>
#include <numeric>
#include <type_traits>
#include <utility>

#include "base/error.hpp"
#include "base/npy.hpp"
#include "base/temporary.hpp"

namespace pgt {
namespace {

template <class Value>
constexpr const char* type_word = std::is_same_v<Value, float> ? "<f4" : "<f8";

}  // namespace

template <class Value>
NpyFile<Value>::NpyFile(std::filesystem::path path, std::vector<std::size_t> row)
    : path_(std::move(path)),
      temporary_(temporary_name(path_)),
      row_(std::move(row)),
      file_(std::fopen(temporary_.c_str(), "wbx")) {
  if (!file_) fail("write");
  hold_temporary(::fileno(file_.get()));
  const std::string header = npy_header(type_word<Value>, shape());
  write(header.data(), header.size());
}

template <class Value>
NpyFile<Value>::~NpyFile() {
  if (file_) ::unlink(temporary_.c_str());
}

template <class Value>
void NpyFile<Value>::fail(const char* action) const {
  throw Error(ExitCode::io, std::string("cannot ") + action + " " + path_.string() + ": " + std::strerror(errno));
}

template <class Value>
std::vector<std::size_t> NpyFile<Value>::shape() const {
  std::vector<std::size_t> shape{values_ /
                                 std::accumulate(row_.begin(), row_.end(), std::size_t{1}, std::multiplies<>())};
  shape.insert(shape.end(), row_.begin(), row_.end());
  return shape;
}

template <class Value>
void NpyFile<Value>::write(const void* bytes, std::size_t size) {
  if (std::fwrite(bytes, 1, size, file_.get()) != size) fail("write");
}

template <class Value>
void NpyFile<Value>::append(std::span<const Value> values) {
  write(values.data(), values.size_bytes());
  values_ += values.size();
}

template <class Value>
void NpyFile<Value>::finish() {
  const std::string header = npy_header(type_word<Value>, shape());
  if (std::fseek(file_.get(), 0, SEEK_SET) != 0) fail("write");
  write(header.data(), header.size());
  if (std::fflush(file_.get()) != 0 || ::fsync(::fileno(file_.get())) != 0) fail("sync");
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0) fail("put the finished array in place of");
  file_.reset();
}

template class NpyFile<float>;
template class NpyFile<double>;

}  // namespace pgt
