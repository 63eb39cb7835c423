#include "base/warning.hpp"

#include <cstdio>

#include "base/text.hpp"

namespace pgt {

void print_warning(const std::string& text) {
  std::fprintf(stderr, "warning: %s\n", indented(printable(text)).c_str());
}

}  // namespace pgt
