#include "eval/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "eval/ranked_precision.hpp"

namespace pgt::eval {
namespace {

/// NaN where there is nothing to average.
double mean(double sum, std::size_t count) {
  return count == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / static_cast<double>(count);
}

std::size_t truth(const Scored& video) { return static_cast<std::size_t>(video.classes.front()); }

/// Of a video or a moment.
template <class Thing>
bool has_class(const Thing& thing, std::int64_t a_class) {
  return std::binary_search(thing.classes.begin(), thing.classes.end(), a_class);
}

template <class Thing>
Ranked ranked(const Thing& thing, std::int64_t a_class) {
  return {thing.probabilities[static_cast<std::size_t>(a_class)], has_class(thing, a_class)};
}

/// Over the classes that have a precision.
template <class Precision>
double mean_over_classes(std::int64_t classes, const Precision& precision_of) {
  std::vector<double> precisions;
  for (std::int64_t k = 0; k < classes; ++k) precisions.push_back(precision_of(k));
  return mean_of_numbers(precisions);
}

}  // namespace

double loss_of(std::span<const double> probabilities, const std::vector<std::int64_t>& classes, config::Loss loss) {
  constexpr double least = 1e-12;
  if (loss == config::Loss::cross_entropy) {
    return -std::log(std::max(least, probabilities[static_cast<std::size_t>(classes.front())]));
  }
  double sum = 0;
  for (std::size_t k = 0; k < probabilities.size(); ++k) {
    const bool present = std::binary_search(classes.begin(), classes.end(), static_cast<std::int64_t>(k));
    const double p = std::clamp(probabilities[k], least, 1 - least);
    sum -= std::log(present ? p : 1 - p);
  }
  return sum / static_cast<double>(probabilities.size());
}

std::vector<std::int64_t> ranking(const std::vector<double>& probabilities) {
  const auto score = [&](std::int64_t k) {
    const double p = probabilities[static_cast<std::size_t>(k)];
    return std::isnan(p) ? -std::numeric_limits<double>::infinity() : p;
  };
  std::vector<std::int64_t> classes(probabilities.size());
  std::iota(classes.begin(), classes.end(), std::int64_t{0});
  std::stable_sort(classes.begin(), classes.end(), [&](std::int64_t a, std::int64_t b) { return score(a) > score(b); });
  return classes;
}

double top_k(const std::vector<Scored>& videos, std::int64_t k) {
  double hits = 0;
  for (const Scored& video : videos) {
    const std::vector<std::int64_t> classes = ranking(video.probabilities);
    const auto end = classes.begin() + std::min(k, static_cast<std::int64_t>(classes.size()));
    if (std::find(classes.begin(), end, video.classes.front()) != end) ++hits;
  }
  return mean(100 * hits, videos.size());
}

std::vector<ClassAccuracy> per_class(const std::vector<Scored>& videos, std::int64_t classes) {
  std::vector<ClassAccuracy> counts(static_cast<std::size_t>(classes));
  for (const Scored& video : videos) {
    ClassAccuracy& count = counts[truth(video)];
    ++count.videos;
    if (ranking(video.probabilities).front() == video.classes.front()) ++count.correct;
  }
  return counts;
}

double mean_class_accuracy(const std::vector<Scored>& videos, std::int64_t classes) {
  double sum = 0;
  std::size_t seen = 0;
  for (const ClassAccuracy& count : per_class(videos, classes)) {
    if (count.videos == 0) continue;
    sum += 100 * static_cast<double>(count.correct) / static_cast<double>(count.videos);
    ++seen;
  }
  return mean(sum, seen);
}

std::vector<std::vector<std::int64_t>> confusion(const std::vector<Scored>& videos, std::int64_t classes) {
  const auto size = static_cast<std::size_t>(classes);
  std::vector<std::vector<std::int64_t>> counts(size, std::vector<std::int64_t>(size));
  for (const Scored& video : videos) {
    ++counts[truth(video)][static_cast<std::size_t>(ranking(video.probabilities).front())];
  }
  return counts;
}

double mean_of_numbers(const std::vector<double>& values) {
  double sum = 0;
  std::size_t numbers = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    sum += value;
    ++numbers;
  }
  return mean(sum, numbers);
}

double average_precision(const std::vector<Scored>& videos, std::int64_t a_class) {
  std::vector<Ranked> things;
  for (const Scored& video : videos) things.push_back(ranked(video, a_class));
  return average_precision_of(std::move(things));
}

double mean_average_precision(const std::vector<Scored>& videos, std::int64_t classes) {
  return mean_over_classes(classes, [&](std::int64_t k) { return average_precision(videos, k); });
}

double localisation_average_precision(const std::vector<Scored>& videos, std::int64_t a_class) {
  std::vector<Ranked> things;
  for (const Scored& video : videos) {
    for (const LocalisedSecond& second : video.localised) things.push_back(ranked(second, a_class));
  }
  return average_precision_of(std::move(things));
}

double localisation_mean_average_precision(const std::vector<Scored>& videos, std::int64_t classes) {
  return mean_over_classes(classes, [&](std::int64_t k) { return localisation_average_precision(videos, k); });
}

std::map<std::string, double> summarise(const std::vector<Scored>& videos, std::int64_t classes, sdk::Task task) {
  std::map<std::string, double> values;
  double loss = 0;
  for (const Scored& video : videos) loss += video.loss;
  values["loss"] = mean(loss, videos.size());
  if (task == sdk::Task::multi_label) {
    values["mAP"] = mean_average_precision(videos, classes);
    const bool localised = std::ranges::any_of(videos, [](const Scored& video) { return !video.localised.empty(); });
    if (localised) values["localisation_mAP"] = localisation_mean_average_precision(videos, classes);
    return values;
  }
  values["top1"] = top_k(videos, 1);
  const std::int64_t k = std::min<std::int64_t>(5, classes);
  if (k > 1) values["top" + std::to_string(k)] = top_k(videos, k);
  values["mean_class_accuracy"] = mean_class_accuracy(videos, classes);
  return values;
}

std::string main_metric(sdk::Task task) { return task == sdk::Task::single_label ? "top1" : "mAP"; }

}  // namespace pgt::eval
