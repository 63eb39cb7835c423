#include "base/checksum.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "base/error.hpp"

#ifdef __x86_64__
#include <nmmintrin.h>
#endif

namespace pgt {
namespace {

constexpr std::array<std::uint32_t, 256> table = [] {
  std::array<std::uint32_t, 256> made{};
  for (std::uint32_t byte = 0; byte < made.size(); ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? 0x82F63B78U : 0U);
    made[byte] = value;
  }
  return made;
}();

std::uint32_t add_bytes(std::uint32_t sum, std::string_view bytes) {
  for (const char c : bytes) sum = (sum >> 8U) ^ table[(sum ^ static_cast<unsigned char>(c)) & 0xFFU];
  return sum;
}

#ifdef __x86_64__
const bool has_instruction = __builtin_cpu_supports("sse4.2") != 0;

/// Gigabytes a second instead of hundreds of megabytes: a checkpoint is summed when it is written and when it is
/// verified.
[[gnu::target("sse4.2")]] std::uint32_t add_with_instruction(std::uint32_t sum, std::string_view bytes) {
  std::uint64_t wide = sum;
  for (; bytes.size() >= sizeof wide; bytes.remove_prefix(sizeof wide)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    wide = _mm_crc32_u64(wide, word);
  }
  return add_bytes(static_cast<std::uint32_t>(wide), bytes);
}
#endif

}  // namespace

void Checksum::add(std::string_view bytes) {
#ifdef __x86_64__
  if (has_instruction) {
    register_ = add_with_instruction(register_, bytes);
    return;
  }
#endif
  register_ = add_bytes(register_, bytes);
}

std::string Checksum::text() const {
  std::array<char, 9> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x", value());
  return digits.data();
}

std::string checksum_of_file(const std::filesystem::path& file) {
  Checksum checksum;
  std::ifstream stream(file, std::ios::binary);
  std::string block(std::size_t{1} << 20U, '\0');
  while (stream.read(block.data(), static_cast<std::streamsize>(block.size())) || stream.gcount() > 0) {
    checksum.add(std::string_view(block).substr(0, static_cast<std::size_t>(stream.gcount())));
  }
  if (!stream.eof()) throw Error(ExitCode::io, "cannot read " + file.string() + ": " + std::strerror(errno));
  return checksum.text();
}

}  // namespace pgt
