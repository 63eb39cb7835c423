/// What the datasets with published annotation files share.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/common/csv.hpp"
#include "datasets/common/labelled_files.hpp"

namespace pgt::datasets {

/// What becomes of rows whose file is not there.
enum class Missing { error, skip };
/// The option `missing`.
void describe_missing(sdk::Options& o, Missing& missing);

/// A file, after its byte order mark if it has one. Throws as read_annotations.
std::ifstream open_annotations(const std::string& file, const std::string& option, const std::string& what);
/// The whole text of a file. Throws std::runtime_error: `FILE: cannot be read; dataset.OPTION names …` with `what`.
std::string read_annotations(const std::string& file, const std::string& option, const std::string& what);

/// A line of a text, without its end, and without blanks around it.
struct Line {
  std::string text;
  Place place;
};
/// The lines that are not empty. Takes LF and CRLF and a byte order mark.
std::vector<Line> lines_of(std::string_view text);

/// What blanks separate in a line. The words are parts of it.
std::vector<std::string_view> words_of(std::string_view line);

/// What is wrong with annotation files, collected so that all of it is reported at once.
class Findings {
 public:
  void problem(const std::string& file, const Place& place, const std::string& text);
  void missing(const std::string& file, const Place& place, const std::filesystem::path& video);
  /// Throws std::runtime_error with every problem, as `FILE:LINE:COLUMN: what`, one per line, in the order of the
  /// lines; missing files are problems where `policy` says so. Otherwise a warning about them, "" where all are there.
  /// `each` names what a missing file leaves out.
  std::string settle(Missing policy, const std::string& each = "rows") const;

 private:
  struct Finding {
    std::size_t file;  ///< in files_
    Place place;
    std::string text;
  };
  std::size_t number_of(const std::string& file);
  std::string line_of(const Finding& finding) const;

  std::vector<std::string> files_;  ///< in the order of their first findings
  std::vector<Finding> problems_;
  std::vector<Finding> missing_;
};

/// The videos in a folder and the folders below it, folders of frames among them, by their names.
class VideoFinder {
 public:
  /// What a video is found by.
  using Name = std::function<std::string(const std::filesystem::path&)>;
  /// By the name of a file without its extension, or that of a folder of frames.
  static std::string stem_of(const std::filesystem::path& video);

  /// Throws std::runtime_error if the folder cannot be read; dataset.root names it.
  explicit VideoFinder(const std::filesystem::path& root, const Name& name = stem_of);
  /// Empty: there is none. Of several the first in the order of paths. Thread: one.
  std::filesystem::path find(const std::string& name) const;
  const std::map<std::string, std::filesystem::path>& all() const { return files_; }
  /// Another video of the name by which `find` gave `video`; empty: there is none, or it was not found by its name.
  std::filesystem::path other_than(const std::filesystem::path& video) const;
  /// Of `path`, a file in the folder of its class: itself where it is there, else the video of its name. Empty where
  /// that is in the folder of another of `classes`.
  std::filesystem::path find_in_class(const std::filesystem::path& path, const std::vector<std::string>& classes) const;

 private:
  std::map<std::string, std::filesystem::path> files_;
  std::map<std::string, std::filesystem::path> others_;         ///< of files_, those whose name another has too
  mutable std::map<std::filesystem::path, std::string> found_;  ///< videos that `find` gave, and by which name
};

/// A dataset out of annotation files.
class AnnotatedFiles : public LabelledFiles {
 protected:
  /// After the last row: throws what Findings::settle throws, else adds what there is to warn of.
  void finish(Missing policy);
  /// Adds the warning `COUNT` + `text`, unless the count is 0.
  void warn_of(std::size_t count, const std::string& text);
  /// Warns of videos that were found by a name which others below the folder have too.
  void warn_about_copies(const VideoFinder& finder);

  Findings findings_;

 private:
  void warn_about_repeats();
};

}  // namespace pgt::datasets
