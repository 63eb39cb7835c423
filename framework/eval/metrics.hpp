/// Metrics of a whole evaluation, as the reference and the official evaluators compute them (docs/method.md M4.3 to
/// M4.5).
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <pgt/sdk/dataset.hpp>

#include "config/run_options.hpp"
#include "eval/localisation.hpp"

namespace pgt::eval {

/// One scored video.
struct Scored {
  std::size_t index = 0;              ///< in the split
  std::vector<double> probabilities;  ///< per class; over 1 with Ensemble::reference alone
  std::vector<std::int64_t> classes;  ///< the truth, ascending
  double loss = 0;
  std::int64_t clips = 0;                    ///< views × crops that were scored
  double first_second = 0, last_second = 0;  ///< from the first to the last frame that was seen, of all clips
  /// Where labels differ from second to second; else empty.
  std::vector<LocalisedSecond> localised{};
};

/// What the loss says of a video's or a moment's probabilities and its classes, which ascend. Logarithms are of 1e-12
/// at least.
double loss_of(std::span<const double> probabilities, const std::vector<std::int64_t>& classes, config::Loss loss);

/// The classes, best scored first; of equal scores the lower class index comes first, and NaN comes last.
std::vector<std::int64_t> ranking(const std::vector<double>& probabilities);

/// Share of videos (percent) whose class is among the k first of the ranking. k is cut to the number of classes. NaN
/// without videos.
double top_k(const std::vector<Scored>& videos, std::int64_t k);
/// Per class: its videos, and for how many of them it has the best score.
struct ClassAccuracy {
  std::int64_t videos = 0;
  std::int64_t correct = 0;
};
std::vector<ClassAccuracy> per_class(const std::vector<Scored>& videos, std::int64_t classes);
/// Mean over the classes that have videos, percent. NaN without videos.
double mean_class_accuracy(const std::vector<Scored>& videos, std::int64_t classes);
/// [truth][predicted] counts.
std::vector<std::vector<std::int64_t>> confusion(const std::vector<Scored>& videos, std::int64_t classes);
/// Average precision of one class: sum over distinct thresholds of (R_n - R_(n-1)) P_n; tied scores are one threshold.
/// NaN without positives.
double average_precision(const std::vector<Scored>& videos, std::int64_t a_class);
/// Of those that are numbers. NaN if none is.
double mean_of_numbers(const std::vector<double>& values);
/// Mean over the classes with positives, in [0, 1]. NaN if there are none.
double mean_average_precision(const std::vector<Scored>& videos, std::int64_t classes);

/// The same over moments: every moment of every video is one more thing to rank. NaN without moments. Official
/// evaluators break ties of scores by position; here they are one threshold.
double localisation_average_precision(const std::vector<Scored>& videos, std::int64_t a_class);
double localisation_mean_average_precision(const std::vector<Scored>& videos, std::int64_t classes);

/// Of whole videos: "loss", "top1", "topK" (K = min(5, classes), where over 1), "mean_class_accuracy"; or "loss", "mAP"
/// and, with moments, "localisation_mAP". The scores are finite.
std::map<std::string, double> summarise(const std::vector<Scored>& videos, std::int64_t classes, sdk::Task task);
/// The metric that decides which checkpoint is best: "top1" or "mAP".
std::string main_metric(sdk::Task task);

}  // namespace pgt::eval
