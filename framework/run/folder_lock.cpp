#include "run/folder_lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "base/file.hpp"

namespace pgt::run {
namespace {

constexpr const char* name = ".lock";

}  // namespace

FolderLock::FolderLock(const std::filesystem::path& folder)
    : lock_(folder / name, O_RDWR | O_CREAT, [&] {
        return folder.string() + " is being trained by process " + read_file(folder / name) +
               ": wait until it ends, or stop it first";
      }) {
  const std::string process = std::to_string(getpid());
  if (ftruncate(lock_.descriptor(), 0) != 0 || pwrite(lock_.descriptor(), process.data(), process.size(), 0) < 0) {
    // The number is for the message alone.
  }
}

}  // namespace pgt::run
