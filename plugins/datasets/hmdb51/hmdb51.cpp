#include "hmdb51.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <stdexcept>

namespace pgt::datasets {
namespace {

namespace fs = std::filesystem;

/// Class to file, ascending.
std::map<std::string, std::string> class_files(const fs::path& folder, const std::string& ending) {
  std::map<std::string, std::string> files;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.ends_with(ending) && !name.starts_with('.')) {
      files.emplace(name.substr(0, name.size() - ending.size()), entry->path().string());
    }
  }
  if (error) throw std::runtime_error(folder.string() + " cannot be read: " + error.message());
  if (files.empty()) {
    throw std::runtime_error(folder.string() + ": has no file CLASS" + ending + "; dataset.splits names their folder");
  }
  return files;
}

}  // namespace

void Hmdb51Options::describe(sdk::Options& o) {
  o("root", root).required().path().help("folder with the videos, which may be in class folders");
  o("splits", splits).required().path().help("folder with the files CLASS_test_split1.txt, …");
  o("fold", fold).range(1, 3).help("which of the three published splits");
  describe_missing(o, missing);
}

Hmdb51::Hmdb51(const Options& options, const sdk::DatasetContext&) : options_(options) {
  const VideoFinder finder(options.root);
  const std::string ending = "_test_split" + std::to_string(options.fold) + ".txt";
  const std::map<std::string, std::string> files = class_files(options.splits, ending);
  for (const auto& [name, file] : files) info_.classes.push_back(name);
  for (const auto& [name, file] : files) read_class(file, name, finder);
  finish(options.missing);
}

void Hmdb51::read_class(const std::string& file, const std::string& name, const VideoFinder& finder) {
  for (const Line& line : lines_of(read_annotations(file, "splits", "the folder of the split files"))) {
    const std::size_t gap = line.text.find_last_of(" \t");
    const std::string mark = gap == std::string::npos ? "" : line.text.substr(gap + 1);
    if (mark != "0" && mark != "1" && mark != "2") {
      findings_.problem(file, line.place, "is not \"VIDEO 0\", 1 (train) or 2 (test)");
      continue;
    }
    if (mark == "0") continue;
    const fs::path video = line.text.substr(0, line.text.find_last_not_of(" \t", gap) + 1);
    LabelledFile found;
    found.sample.id = name + "/" + video.string();
    found.sample.path = finder.find_in_class(fs::path(options_.root) / name / video, info_.classes);
    found.classes = {std::ranges::lower_bound(info_.classes, name) - info_.classes.begin()};
    if (found.sample.path.empty()) {
      findings_.missing(file, line.place, fs::path(options_.root) / name / video);
    } else {
      of(mark == "1" ? sdk::Split::train : sdk::Split::val).push_back(std::move(found));
    }
  }
}

}  // namespace pgt::datasets
