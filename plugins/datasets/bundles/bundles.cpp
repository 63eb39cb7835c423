#include "bundles.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <set>

#include "datasets/common/suggest.hpp"

namespace pgt::datasets {
namespace {

namespace fs = std::filesystem;

/// "P03/cam01/P03_cereals.avi" is "P03_cam01_P03_cereals", as Breakfast's files of labels are called.
std::string joined_name(const fs::path& video, const fs::path& root) {
  std::string name;
  for (const fs::path& part : video.lexically_relative(root).parent_path()) name += part.string() + "_";
  return name + VideoFinder::stem_of(video);
}

}  // namespace

void BundlesOptions::describe(sdk::Options& o) {
  o("root", root).required().path().help("folder with the videos, named as the files of labels");
  o("labels", labels).required().path().help("folder groundTruth, with VIDEO.txt: a label a line, one for each frame");
  o("mapping", mapping).required().path().help("mapping.txt: lines \"NUMBER CLASS\"");
  o("train", train).required().path().help("bundle of the training videos, such as splits/train.split1.bundle");
  o("val", val).path().help("bundle of the validation videos, such as splits/test.split1.bundle");
  o("test", test).path().help("bundle of the test videos");
  o("labels_per_second", labels_per_second)
      .range(0.01, 1000)
      .unit("labels/s")
      .help("15 for GTEA and Breakfast, 30 for 50Salads; also the rate of folders of frames");
  o("unlabelled", unlabelled).help("labels that are no classes: moments that have them count for nothing");
  describe_missing(o, missing);
}

Bundles::Bundles(const Options& options, const sdk::DatasetContext&)
    : options_(options),
      finder_(options.root),
      joined_(options.root, [&](const fs::path& video) { return joined_name(video, options.root); }) {
  info_.task = sdk::Task::moments;
  info_.moments_per_second = options.labels_per_second;
  read_mapping();
  read_bundle(sdk::Split::train, "train", options.train);
  if (!options.val.empty()) read_bundle(sdk::Split::val, "val", options.val);
  if (!options.test.empty()) read_bundle(sdk::Split::test, "test", options.test);
  finish(options.missing);
  warn_about_copies(finder_);
  warn_about_copies(joined_);
  warn_of(empty_.size(), " videos left out, because their files of labels are empty: " + listed(empty_, 3));
}

void Bundles::read_mapping() {
  const std::vector<Line> lines = lines_of(read_annotations(options_.mapping, "mapping", "mapping.txt"));
  if (lines.empty()) findings_.problem(options_.mapping, {}, "is empty, but each line \"NUMBER CLASS\" names a class");
  info_.classes.resize(lines.size());
  for (const Line& line : lines) {
    const std::size_t blank = line.text.find_first_of(" \t");
    std::size_t number = 0;
    const auto [stop, error] =
        std::from_chars(line.text.data(), line.text.data() + std::min(blank, line.text.size()), number);
    if (blank == std::string::npos || error != std::errc() || stop != line.text.data() + blank) {
      findings_.problem(options_.mapping, line.place, "is not \"NUMBER CLASS\"");
    } else if (number >= lines.size()) {
      findings_.problem(options_.mapping, line.place,
                        "numbers go from 0 to " + std::to_string(lines.size() - 1) + " for as many lines");
    } else if (!info_.classes[number].empty()) {
      findings_.problem(options_.mapping, line.place, "number " + std::to_string(number) + " is given twice");
    } else {
      info_.classes[number] = line.text.substr(line.text.find_first_not_of(" \t", blank));
      const bool is_new = numbers_.emplace(info_.classes[number], number).second;
      if (!is_new)
        findings_.problem(options_.mapping, line.place, "class " + info_.classes[number] + " is given twice");
    }
  }
}

std::string Bundles::find(const std::string& name) const {
  if (const fs::path found = finder_.find(name); !found.empty()) return found.string();
  return joined_.find(name).string();
}

void Bundles::read_bundle(sdk::Split split, const std::string& option, const std::string& file) {
  for (const Line& line :
       lines_of(read_annotations(file, option, "a bundle: a list of files of labels, one per line"))) {
    const std::string name = fs::path(line.text).stem().string();
    const fs::path labels = fs::path(options_.labels) / (name + ".txt");
    if (std::error_code error; !fs::is_regular_file(labels, error)) {
      findings_.problem(file, line.place, "there are no labels " + labels.string());
      continue;
    }
    Labels read = read_labels(labels.string());
    LabelledFile video;
    video.sample.id = name;
    video.sample.path = find(name);
    video.sample.fps = options_.labels_per_second;
    if (video.sample.path.empty()) {
      findings_.missing(file, line.place, fs::path(options_.root) / (name + ".mp4"));
    } else if (read.empty()) {
      empty_.push_back(labels.string());
    } else {
      const std::set<std::int32_t> present(read.begin(), read.end());
      std::ranges::copy_if(present, std::back_inserter(video.classes), [](auto label) { return label != no_label; });
      of(split).push_back(std::move(video));
      labels_[static_cast<std::size_t>(split)].push_back(std::move(read));
    }
  }
}

Bundles::Labels Bundles::read_labels(const std::string& file) {
  Labels labels;
  for (const Line& line : lines_of(read_annotations(file, "labels", "the folder of this file"))) {
    if (line.place.line != labels.size() + 1) {
      findings_.problem(file, {labels.size() + 1, 1}, "is empty, but each line is the label of a frame");
      return {};
    }
    const auto number = numbers_.find(line.text);
    const bool counts = std::ranges::find(options_.unlabelled, line.text) == options_.unlabelled.end();
    if (number == numbers_.end() && counts) {
      const std::string meant = closest(line.text, info_.classes);
      findings_.problem(file, line.place,
                        "\"" + line.text + "\" is not in " + options_.mapping +
                            (meant.empty() ? "; dataset.unlabelled lists labels that are no classes"
                                           : "; did you mean \"" + meant + "\"?"));
    }
    labels.push_back(counts && number != numbers_.end() ? static_cast<std::int32_t>(number->second) : no_label);
  }
  return labels;
}

sdk::Target Bundles::target(sdk::Split split, std::size_t index, std::span<const double> times) const {
  const Labels& labels = labels_[static_cast<std::size_t>(split)].at(index);
  const auto size = std::ssize(labels);
  const auto label_at = [&](double second) {
    return static_cast<std::int64_t>(
        std::clamp(std::floor(second * options_.labels_per_second), 0.0, static_cast<double>(size)));
  };
  sdk::Target target;
  std::set<std::int64_t> present;
  const std::int64_t last = std::min(label_at(times.back()), size - 1);
  for (std::int64_t i = label_at(times.front()); i <= last; ++i) {
    const std::int32_t label = labels[static_cast<std::size_t>(i)];
    if (label != no_label) present.insert(label);
  }
  target.classes.assign(present.begin(), present.end());
  target.labelled = !present.empty();
  return target;
}

}  // namespace pgt::datasets
