#include "config/path.hpp"

#include <cstdlib>

#include "base/error.hpp"
#include "base/text.hpp"

namespace pgt::config {

std::string absolute_path(const std::string& text, const std::filesystem::path& folder) {
  if (text.empty()) return text;
  std::filesystem::path path = text;
  const char* home = std::getenv("HOME");
  if (home != nullptr && (text == "~" || text.starts_with("~/"))) path = home + text.substr(1);
  std::string normal = std::filesystem::absolute(folder / path).lexically_normal().string();
  if (normal.size() > 1 && normal.ends_with('/')) normal.pop_back();
  if (is_utf8(normal)) return normal;
  throw Error(ExitCode::config, "the path " + printable_name(normal) +
                                    " is not UTF-8, as the text of a run file must be: rename the folder, or name "
                                    "another one");
}

}  // namespace pgt::config
