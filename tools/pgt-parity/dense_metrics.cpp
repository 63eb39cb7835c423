#include "dense_metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <stdexcept>

#include "eval/action_segmentation.hpp"
#include "eval/metrics.hpp"
#include "eval/ranked_precision.hpp"
#include "eval/segment_precision.hpp"

namespace pgt::parity {
namespace {

using nlohmann::json;

constexpr double dense_tolerance = 1e-6;

/// The largest difference of each kind.
class Dense {
 public:
  void add(const std::string& kind, double actual, const json& expected, const std::string& where) {
    double value = expected.is_null() && std::isnan(actual) ? 0 : std::abs(actual - expected.get<double>());
    if (std::isnan(value)) value = std::numeric_limits<double>::infinity();
    const auto found = std::ranges::find(found_, kind, &Difference::kind);
    if (found == found_.end()) {
      found_.push_back({kind, value, dense_tolerance, where});
    } else if (value > found->value) {
      *found = {kind, value, dense_tolerance, where};
    }
  }
  std::vector<Difference> take() { return std::move(found_); }

 private:
  std::vector<Difference> found_;
};

std::vector<Difference> compare_action_segmentation(const json& golden) {
  const auto classes = golden.at("classes").get<std::vector<std::string>>();
  std::optional<std::int64_t> background;
  if (const json& name = golden.at("background"); !name.is_null()) {
    background = std::ranges::find(classes, name.get<std::string>()) - classes.begin();
  }
  std::vector<eval::LabelledMoments> videos;
  for (const json& video : golden.at("videos")) {
    videos.push_back(
        {video.at("target").get<std::vector<std::int64_t>>(), video.at("prediction").get<std::vector<std::int64_t>>()});
  }
  const eval::SegmentationFigures figures = eval::segmentation_figures(videos, background);
  const json& expect = golden.at("expect");
  Dense differences;
  differences.add("accuracy", figures.accuracy, expect.at("accuracy"), "all");
  differences.add("edit", figures.edit, expect.at("edit"), "all");
  for (const auto& [overlap, value] : expect.at("f1").items()) {
    const auto place = std::ranges::find(eval::f1_overlaps, std::stod(overlap) / 100);
    if (place == eval::f1_overlaps.end()) throw std::runtime_error("F1 at " + overlap + " is not computed");
    differences.add("f1", figures.f1[static_cast<std::size_t>(place - eval::f1_overlaps.begin())], value, overlap);
  }
  return differences.take();
}

/// The first class is the background; frames of the last are ambiguous. Neither class counts, nor do such frames.
std::vector<Difference> compare_frames(const json& golden) {
  const auto targets = golden.at("targets").get<std::vector<std::vector<int>>>();
  const auto scores = golden.at("scores").get<std::vector<std::vector<double>>>();
  const json& expect = golden.at("expect");
  Dense differences;
  std::vector<double> precisions, calibrated;
  const std::size_t ambiguous = targets.at(0).size() - 1;
  for (std::size_t k = 1; k < ambiguous; ++k) {
    std::vector<eval::Ranked> frames;
    for (std::size_t i = 0; i < targets.size(); ++i) {
      if (targets[i].at(ambiguous) == 0) frames.push_back({scores.at(i).at(k), targets[i].at(k) != 0});
    }
    precisions.push_back(eval::average_precision_of(frames));
    calibrated.push_back(eval::calibrated_average_precision_of(frames));
    const std::string name = "k" + std::to_string(k);
    const auto compare = [&](const char* kind, double value) {
      const json& of_class = expect.at(kind).at("per_class");
      differences.add(kind, value, of_class.value(name, json()), name);  // a class without a frame is left out
    };
    compare("AP", precisions.back());
    compare("cAP", calibrated.back());
  }
  differences.add("AP", eval::mean_of_numbers(precisions), expect.at("AP").at("mean"), "mean");
  differences.add("cAP", eval::mean_of_numbers(calibrated), expect.at("cAP").at("mean"), "mean");
  return differences.take();
}

/// The video of an entry of "database", its segments as class numbers. Labels that the truth lacks count as nothing.
class Database {
 public:
  explicit Database(const json& golden) {
    for (const auto& [id, video] : golden.at("database").items()) {
      eval::SegmentedVideo& segmented = places_[id];
      for (const json& annotation : video.at("annotations")) {
        const auto [known, is_new] = labels_.emplace(annotation.at("label"), std::ssize(labels_));
        segmented.truth.push_back({annotation.at("segment").at(0), annotation.at("segment").at(1), known->second});
      }
    }
    for (const auto& [id, found] : golden.at("results").items()) {
      for (const json& segment : found) {
        const auto known = labels_.find(segment.at("label").get<std::string>());
        if (known == labels_.end()) continue;
        places_[id].found.push_back(
            {segment.at("segment").at(0), segment.at("segment").at(1), known->second, segment.at("score")});
      }
    }
  }
  std::vector<eval::SegmentedVideo> videos() const {
    std::vector<eval::SegmentedVideo> videos;
    for (const auto& [id, video] : places_) videos.push_back(video);
    return videos;
  }
  const std::map<std::string, std::int64_t>& labels() const { return labels_; }

 private:
  std::map<std::string, std::int64_t> labels_;
  std::map<std::string, eval::SegmentedVideo> places_;
};

std::vector<Difference> compare_segments(const json& golden) {
  const Database database(golden);
  const auto overlaps = golden.at("tiou").get<std::vector<double>>();
  const auto classes = std::ssize(database.labels());
  const auto precisions = eval::segment_average_precision(database.videos(), classes, overlaps);
  const std::vector<double> means = eval::mean_over_true_classes(precisions, overlaps.size());
  const json& expect = golden.at("expect");
  Dense differences;
  for (std::size_t i = 0; i < overlaps.size(); ++i) {
    differences.add("mAP", means[i], expect.at("mAP").at(i), "tIoU " + std::to_string(overlaps[i]));
  }
  differences.add("average_mAP", eval::mean_of_numbers(means), expect.at("average_mAP"), "all");
  for (const auto& [name, values] : expect.at("per_class").items()) {
    const std::vector<double>& of_class = precisions.at(static_cast<std::size_t>(database.labels().at(name)));
    for (std::size_t i = 0; i < of_class.size(); ++i) differences.add("AP", of_class[i], values.at(i), name);
  }
  return differences.take();
}

}  // namespace

std::vector<Difference> compare_dense(const std::string& part, const json& golden) {
  if (part == "action_segmentation") return compare_action_segmentation(golden);
  return part == "per_frame" ? compare_frames(golden) : compare_segments(golden);
}

}  // namespace pgt::parity
