#include "lines.hpp"

#include "base/checksum.hpp"

namespace pgt::check {

std::string checksum_of(const Lines& lines) {
  Checksum checksum;
  for (const std::string& line : lines) {
    checksum.add(line);
    checksum.add("\n");
  }
  return checksum.text();
}

}  // namespace pgt::check
