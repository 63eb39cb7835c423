#include "base/machine_fault.hpp"

#include <cerrno>
#include <cstring>
#include <string>

#include "base/error.hpp"

namespace pgt {

void blame_machine(int error, const std::filesystem::path& path) {
  const std::string text = "cannot read " + path.string() + ": " + std::strerror(error);
  switch (error) {
    case EMFILE:
      throw Error(ExitCode::io, text + ": raise the limit of this process (ulimit -n)");
    case ENFILE:
      throw Error(ExitCode::io, text + ": the whole machine has reached its limit (sysctl fs.file-max)");
    case EIO:
      throw Error(ExitCode::io, text + ": the disk, or what leads to it, is failing");
    case ENOMEM:
      throw Error(ExitCode::device, text);
    default:
      return;
  }
}

}  // namespace pgt
