/// What an ELF library says of itself without being loaded.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace pgt::check {

struct ElfFile {
  std::vector<std::string> needed;    ///< libraries (DT_NEEDED)
  std::string run_path;               ///< where they are looked for first (DT_RUNPATH or DT_RPATH)
  std::vector<std::string> exported;  ///< names of symbols that others see, without those of the linker
};

/// Throws Error(plugin) that says why the file is not a shared library of this machine.
ElfFile read_elf(const std::filesystem::path& file);

}  // namespace pgt::check
