#include "datasets/common/annotations.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "datasets/common/labelled_files.hpp"
#include "datasets/common/video_name.hpp"

namespace pgt::datasets {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_shown = 100;

std::string at(const std::string& file, const Place& place) {
  return file + ":" + std::to_string(place.line) + ":" + std::to_string(place.column) + ": ";
}

}  // namespace

std::string read_annotations(const std::string& file, const std::string& option, const std::string& what) {
  std::ifstream in(file, std::ios::binary);
  if (!in || fs::is_directory(file)) {
    throw std::runtime_error(file + ": cannot be read; dataset." + option + " names " + what);
  }
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<Line> lines_of(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF", blanks = " \t\r";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  std::vector<Line> lines;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    const std::size_t first = line.find_first_not_of(blanks);
    if (first != std::string_view::npos) {
      const std::size_t last = line.find_last_not_of(blanks);
      lines.push_back({std::string(line.substr(first, last - first + 1)), {number, first + 1}});
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void Findings::problem(const std::string& file, const Place& place, const std::string& text) {
  problems_.push_back(at(file, place) + text);
}

void Findings::missing(const std::string& file, const Place& place, const fs::path& video) {
  missing_.push_back(at(file, place) + "no such file: " + video.string());
}

std::string Findings::settle(Missing policy) const {
  std::vector<std::string> problems = problems_;
  if (policy == Missing::error) problems.insert(problems.end(), missing_.begin(), missing_.end());
  if (!problems.empty()) {
    std::string text;
    for (std::size_t i = 0; i < std::min(problems.size(), most_shown); ++i) text += (i == 0 ? "" : "\n") + problems[i];
    if (problems.size() > most_shown) text += "\nand " + std::to_string(problems.size() - most_shown) + " more";
    throw std::runtime_error(text);
  }
  if (missing_.empty()) return "";
  return std::to_string(missing_.size()) + " rows left out, for their files are not there: " + listed(missing_, 3);
}

VideoFinder::VideoFinder(const fs::path& root) {
  try {
    for (const fs::directory_entry& entry :
         fs::recursive_directory_iterator(root, fs::directory_options::follow_directory_symlink)) {
      const fs::path& file = entry.path();
      if (!is_video_name(file) || entry.is_directory()) continue;
      const auto [found, is_new] = files_.emplace(file.stem().string(), file);
      if (!is_new && file < found->second) found->second = file;
    }
  } catch (const fs::filesystem_error& error) {
    throw std::runtime_error(root.string() + " cannot be read: " + error.code().message() +
                             "; dataset.root names the folder of the videos");
  }
}

fs::path VideoFinder::find(const std::string& stem) const {
  const auto found = files_.find(stem);
  return found == files_.end() ? fs::path() : found->second;
}

}  // namespace pgt::datasets
