#include "frame_list.hpp"

#include <fstream>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace pgt::datasets {
namespace {

namespace fs = std::filesystem;

std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  std::vector<std::string_view> words;
  for (std::size_t at = line.find_first_not_of(blanks); at != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(blanks, end);
  }
  return words;
}

}  // namespace

void read_frame_list(const std::string& file, const fs::path& root, Findings& findings,
                     std::map<std::string, fs::path>& folders) {
  std::ifstream in(file, std::ios::binary);
  if (!in || fs::is_directory(file)) {
    throw std::runtime_error(file + ": cannot be read; dataset.frame_lists names lists of frames");
  }
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  constexpr std::size_t columns = 5;
  std::string text;
  std::string last;  // video
  for (Place place; std::getline(in, text); ++place.line) {
    std::string_view line = text;
    if (place.line == 1 && line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
    const std::vector<std::string_view> words = words_of(line);
    if (words.empty() || (place.line == 1 && words.front().starts_with("original_vid"))) continue;
    if (words.size() != columns) {
      findings.problem(file, place, "is not \"original_vido_id video_id frame_id path labels\"");
    } else if (words[0] != last) {
      last = words[0];
      folders.emplace(last, (root / words[3]).parent_path());
    }
  }
}

}  // namespace pgt::datasets
