#include "elf_file.hpp"

#include <elf.h>

#include <cstring>
#include <span>

#include "base/error.hpp"
#include "base/file.hpp"

namespace pgt::check {
namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw Error(ExitCode::plugin, "it is not a shared library: " + why);
}

/// The bytes of a file, taken only where there are any.
class Bytes {
 public:
  explicit Bytes(std::string bytes) : bytes_(std::move(bytes)) {}

  template <class T>
  T at(std::size_t offset) const {
    if (offset > bytes_.size() || bytes_.size() - offset < sizeof(T)) refuse("it ends early");
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof value);
    return value;
  }
  template <class T>
  std::vector<T> list(std::size_t offset, std::size_t bytes) const {
    std::vector<T> values;
    for (std::size_t i = 0; i + sizeof(T) <= bytes; i += sizeof(T)) values.push_back(at<T>(offset + i));
    return values;
  }
  std::string text(std::size_t offset) const {
    const std::size_t end = bytes_.find('\0', offset);
    if (end == std::string::npos) refuse("it ends early");
    return bytes_.substr(offset, end - offset);
  }

 private:
  std::string bytes_;
};

bool is_seen(const Elf64_Sym& symbol) {
  const unsigned char binding = ELF64_ST_BIND(symbol.st_info);
  return symbol.st_shndx != SHN_UNDEF && symbol.st_shndx != SHN_ABS && binding != STB_LOCAL &&
         ELF64_ST_VISIBILITY(symbol.st_other) == STV_DEFAULT;
}

}  // namespace

ElfFile read_elf(const std::filesystem::path& file) {
  const Bytes bytes(read_file(file));
  const auto header = bytes.at<Elf64_Ehdr>(0);
  if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) refuse("it does not begin as ELF files do");
  if (header.e_ident[EI_CLASS] != ELFCLASS64) refuse("it is not of 64 bits");
  if (header.e_type != ET_DYN) refuse("it is a program or an object file");
  ElfFile elf;
  const auto sections = bytes.list<Elf64_Shdr>(header.e_shoff, std::size_t{header.e_shnum} * sizeof(Elf64_Shdr));
  for (const Elf64_Shdr& section : sections) {
    if (section.sh_type != SHT_DYNSYM && section.sh_type != SHT_DYNAMIC) continue;
    if (section.sh_link >= sections.size()) refuse("its sections are damaged");
    const std::size_t names = sections[section.sh_link].sh_offset;
    if (section.sh_type == SHT_DYNSYM) {
      for (const auto& symbol : bytes.list<Elf64_Sym>(section.sh_offset, section.sh_size)) {
        if (is_seen(symbol)) elf.exported.push_back(bytes.text(names + symbol.st_name));
      }
      continue;
    }
    for (const auto& entry : bytes.list<Elf64_Dyn>(section.sh_offset, section.sh_size)) {
      if (entry.d_tag == DT_NULL) break;
      if (entry.d_tag == DT_NEEDED) elf.needed.push_back(bytes.text(names + entry.d_un.d_val));
      if (entry.d_tag == DT_RUNPATH || entry.d_tag == DT_RPATH) elf.run_path = bytes.text(names + entry.d_un.d_val);
    }
  }
  return elf;
}

}  // namespace pgt::check
