#include "frame_list.hpp"

#include <fstream>
#include <string_view>
#include <vector>

namespace pgt::datasets {
namespace fs = std::filesystem;

void read_frame_list(const std::string& file, const fs::path& root, Findings& findings,
                     std::map<std::string, fs::path>& folders) {
  std::ifstream in = open_annotations(file, "frame_lists", "lists of frames");
  constexpr std::size_t columns = 5;
  std::string text;
  std::string last;  // video
  for (Place place; std::getline(in, text); ++place.line) {
    const std::vector<std::string_view> words = words_of(text);
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
