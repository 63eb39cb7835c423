#include "datasets/common/annotations.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <stdexcept>
#include <tuple>

#include <pgt/sdk/video_files.hpp>

namespace pgt::datasets {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";
constexpr std::size_t problems_shown = 100;
constexpr std::size_t missing_shown = 20;
constexpr std::size_t bytes_shown = 1000;  // of a value that runs on to the end of the file, say

/// Its beginning, where it is longer; no character is cut.
std::string cut(std::string text) {
  if (text.size() <= bytes_shown) return text;
  std::size_t end = bytes_shown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return text.erase(end) + "...";
}

}  // namespace

void describe_missing(sdk::Options& o, Missing& missing) {
  o("missing", missing, {{"error", Missing::error}, {"skip", Missing::skip}})
      .help("rows whose file does not exist: report an error, or skip them with a warning");
}

std::ifstream open_annotations(const std::string& file, const std::string& option, const std::string& what) {
  std::error_code unknown;
  const fs::file_status status = fs::status(file, unknown);
  std::ifstream in;
  // A device may never end; a pipe may be meant.
  const bool is_device = fs::is_character_file(status) || fs::is_block_file(status);
  if (!fs::is_directory(status) && !is_device) in.open(file, std::ios::binary);
  if (!in.is_open()) throw std::runtime_error(file + ": cannot be read; dataset." + option + " names " + what);
  const int first = in.peek();           // takes nothing out of a pipe, which has no position to go back to
  in.clear();                            // the file may be empty
  if (first == 0xFF || first == 0xFE) {  // no UTF-8 begins so
    throw std::runtime_error(file + ": begins as UTF-16 does; save it as UTF-8");
  }
  if (first != static_cast<unsigned char>(utf8_mark.front())) return in;
  std::string begin(utf8_mark.size(), '\0');
  in.read(begin.data(), std::ssize(begin));
  if (begin == utf8_mark) return in;
  in.clear();
  if (!in.seekg(0))
    throw std::runtime_error(file + ": give a regular file, or one that begins with an ASCII character");
  return in;
}

std::string read_annotations(const std::string& file, const std::string& option, const std::string& what) {
  std::ifstream in = open_annotations(file, option, what);
  return {std::istreambuf_iterator<char>(in), {}};
}

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

std::vector<Line> lines_of(std::string_view text) {
  constexpr std::string_view blanks = " \t\r";
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

std::size_t Findings::number_of(const std::string& file) {
  const auto known = std::find(files_.begin(), files_.end(), file);
  if (known != files_.end()) return static_cast<std::size_t>(known - files_.begin());
  files_.push_back(file);
  return files_.size() - 1;
}

std::string Findings::line_of(const Finding& finding) const {
  return place_text(files_[finding.file], finding.place) + ": " + cut(finding.text);
}

void Findings::problem(const std::string& file, const Place& place, const std::string& text) {
  problems_.push_back({number_of(file), place, text});
}

void Findings::missing(const std::string& file, const Place& place, const fs::path& video) {
  missing_.push_back({number_of(file), place, "no such file: " + video.string()});
}

std::string Findings::settle(Missing policy, const std::string& each) const {
  std::vector<Finding> problems = problems_;
  const bool missing_is_error = policy == Missing::error && !missing_.empty();
  if (missing_is_error) {
    const std::size_t shown = std::min(missing_.size(), missing_shown);
    problems.insert(problems.end(), missing_.begin(), missing_.begin() + static_cast<std::ptrdiff_t>(shown));
  }
  if (!problems.empty()) {
    std::stable_sort(problems.begin(), problems.end(), [](const Finding& a, const Finding& b) {
      return std::tuple(a.file, a.place.line, a.place.column) < std::tuple(b.file, b.place.line, b.place.column);
    });
    std::string text;
    for (std::size_t i = 0; i < std::min(problems.size(), problems_shown); ++i) {
      text += (i == 0 ? "" : "\n") + line_of(problems[i]);
    }
    if (problems.size() > problems_shown) {
      text += "\nand " + std::to_string(problems.size() - problems_shown) + " more";
    }
    if (missing_is_error) {
      text += "\n" + std::to_string(missing_.size()) +
              " files do not exist; dataset.root is the folder of the videos, missing = \"skip\" leaves " + each +
              " out";
    }
    throw std::runtime_error(text);
  }
  if (missing_.empty()) return "";
  std::vector<std::string> lines;
  for (const Finding& missing : missing_) lines.push_back(line_of(missing));
  return std::to_string(missing_.size()) + " " + each +
         " left out, because their files do not exist: " + listed(lines, 3);
}

void AnnotatedFiles::finish(Missing policy) {
  const std::string warning = findings_.settle(policy);
  if (!warning.empty()) info_.warnings.push_back(warning);
  if (!warning.empty() && of(sdk::Split::val).empty() && !is_validation_set_aside()) {
    info_.warnings.push_back("no videos are left in split val, so there is no validation");
  }
  warn_about_repeats();
  warn_about_splits();
}

void AnnotatedFiles::warn_about_repeats() {
  for (std::size_t split = 0; split < splits_.size(); ++split) {
    std::set<std::string> seen;
    std::vector<std::string> repeated;
    for (const LabelledFile& file : splits_[split]) {
      if (!seen.insert(file.sample.id).second) repeated.push_back(file.sample.id);
    }
    if (repeated.empty()) continue;
    info_.warnings.push_back(std::to_string(repeated.size()) + " rows of split " + split_names[split] +
                             " repeat a video, which then counts more: " + listed(repeated, 3));
  }
}

void AnnotatedFiles::warn_of(std::size_t count, const std::string& text) {
  if (count > 0) info_.warnings.push_back(std::to_string(count) + text);
}

void AnnotatedFiles::warn_about_copies(const VideoFinder& finder) {
  std::set<std::string> copies;
  for (const std::vector<LabelledFile>& files : splits_) {
    for (const LabelledFile& file : files) {
      const fs::path other = finder.other_than(file.sample.path);
      if (!other.empty()) copies.insert(file.sample.path.string() + ", not " + other.string());
    }
  }
  if (copies.empty()) return;
  info_.warnings.push_back(std::to_string(copies.size()) +
                           " videos appear twice under dataset.root; the ones read are " +
                           listed({copies.begin(), copies.end()}, 3));
}

std::string VideoFinder::stem_of(const fs::path& video) {
  return (fs::is_directory(video) ? video.filename() : video.stem()).string();
}

VideoFinder::VideoFinder(const fs::path& root, const Name& name) {
  try {
    sdk::each_video(root, [&](const fs::path& path) {
      const auto [first, is_new] = files_.emplace(name(path), path);
      if (is_new) return;
      fs::path other = path;
      if (other < first->second) std::swap(other, first->second);
      others_.insert_or_assign(first->first, other);
    });
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(std::string(error.what()) + "; dataset.root names the folder of the videos");
  }
}

fs::path VideoFinder::find(const std::string& name) const {
  const auto file = files_.find(name);
  if (file == files_.end()) return {};
  found_.emplace(file->second, name);
  return file->second;
}

fs::path VideoFinder::other_than(const fs::path& video) const {
  const auto found = found_.find(video);
  const auto other = found == found_.end() ? others_.end() : others_.find(found->second);
  return other == others_.end() ? fs::path() : other->second;
}

fs::path VideoFinder::find_in_class(const fs::path& path, const std::vector<std::string>& classes) const {
  if (sdk::look_for(path) == sdk::Found::video) return path;
  const fs::path found = find(path.stem().string());
  const std::string folder = found.parent_path().filename().string();
  const bool of_another =
      folder != path.parent_path().filename() && std::ranges::find(classes, folder) != classes.end();
  return of_another ? fs::path() : found;
}

}  // namespace pgt::datasets
