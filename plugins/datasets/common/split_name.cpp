#include "datasets/common/split_name.hpp"

#include <cctype>
#include <map>

namespace pgt::datasets {

std::optional<sdk::Split> split_named(std::string_view name) {
  static const std::map<std::string, sdk::Split, std::less<>> splits{
      {"train", sdk::Split::train}, {"training", sdk::Split::train}, {"val", sdk::Split::val},
      {"valid", sdk::Split::val},   {"validation", sdk::Split::val}, {"test", sdk::Split::test},
      {"testing", sdk::Split::test}};
  std::string lower(name);
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto found = splits.find(lower);
  return found == splits.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace pgt::datasets
