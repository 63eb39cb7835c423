#include "ucf101.hpp"

#include <filesystem>

namespace pgt::datasets {
namespace {

namespace fs = std::filesystem;

/// "ApplyEyeMakeup_g08" of "v_ApplyEyeMakeup_g08_c01".
std::string group_of(const std::string& stem) {
  const std::size_t clip = stem.rfind("_c");
  return clip == std::string::npos ? stem : stem.substr(0, clip);
}

}  // namespace

void Ucf101Options::describe(sdk::Options& o) {
  o("root", root).required().path().help("folder with the videos, which may be in class folders");
  o("splits", splits).required().path().help("folder with classInd.txt, trainlist01.txt, testlist01.txt, …");
  o("fold", fold).range(1, 3).help("which of the three published splits");
  describe_missing(o, missing);
}

Ucf101::Ucf101(const Options& options, const sdk::DatasetContext&) : options_(options), finder_(options.root) {
  read_classes();
  read_list(sdk::Split::train, "trainlist0" + std::to_string(options.fold) + ".txt");
  read_list(sdk::Split::val, "testlist0" + std::to_string(options.fold) + ".txt");
  finish(options.missing);
}

void Ucf101::read_classes() {
  const std::string file = (fs::path(options_.splits) / "classInd.txt").string();
  for (const Line& line : lines_of(read_annotations(file, "splits", "the folder of classInd.txt"))) {
    const std::size_t gap = line.text.find(' ');
    if (gap == std::string::npos || line.text.substr(0, gap) != std::to_string(info_.classes.size() + 1)) {
      findings_.problem(file, line.place, "is not \"NUMBER CLASS\", counted from 1");
      continue;
    }
    numbers_.emplace(line.text.substr(gap + 1), std::ssize(info_.classes));
    info_.classes.push_back(line.text.substr(gap + 1));
  }
}

void Ucf101::read_list(sdk::Split split, const std::string& name) {
  const std::string file = (fs::path(options_.splits) / name).string();
  for (const Line& line : lines_of(read_annotations(file, "splits", "the folder of " + name))) {
    const fs::path path = line.text.substr(0, line.text.find(' '));  // what follows is the class's number again
    const auto number = numbers_.find(path.parent_path().string());
    if (number == numbers_.end()) {
      findings_.problem(file, line.place, "is not in the folder of a class that classInd.txt names");
      continue;
    }
    LabelledFile video;
    video.sample.id = path.string();
    video.sample.group = group_of(path.stem().string());
    video.sample.path = finder_.find_in_class(fs::path(options_.root) / path, info_.classes);
    video.classes = {number->second};
    if (video.sample.path.empty()) {
      findings_.missing(file, line.place, fs::path(options_.root) / path);
    } else {
      of(split).push_back(std::move(video));
    }
  }
}

}  // namespace pgt::datasets
