#include "config/mention.hpp"

#include <cctype>

namespace pgt::config {
namespace {

bool part_of_a_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

}  // namespace

std::size_t mention_of(std::string_view name, std::string_view text) {
  for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    if ((at == 0 || !part_of_a_name(text[at - 1])) && (end == text.size() || !part_of_a_name(text[end]))) return at;
  }
  return std::string_view::npos;
}

}  // namespace pgt::config
