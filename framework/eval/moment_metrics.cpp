#include "eval/moment_metrics.hpp"

#include <algorithm>
#include <cmath>

#include "base/number.hpp"
#include "eval/action_segmentation.hpp"
#include "eval/metrics.hpp"
#include "eval/moment_segments.hpp"
#include "eval/ranked_precision.hpp"

namespace pgt::eval {
namespace {

bool has(const MomentTrack::Truth& truth, std::int64_t a_class) {
  return std::ranges::binary_search(truth.classes, a_class);
}

/// Calls `take` with the probabilities and the truth of every labelled moment.
template <class Take>
void each_labelled(const std::vector<MomentTrack>& tracks, const Take& take) {
  for (const MomentTrack& track : tracks) {
    for (std::size_t i = 0; i < track.size(); ++i) {
      if (track.truth.at(i).labelled) take(track.at(i), track.truth[i]);
    }
  }
}

double mean_loss(const MomentEvaluation& evaluation) {
  double sum = 0, moments = 0;
  each_labelled(evaluation.tracks, [&](std::span<const float> scores, const MomentTrack::Truth& truth) {
    sum += loss_of(std::vector<double>(scores.begin(), scores.end()), truth.classes, evaluation.loss);
    ++moments;
  });
  return sum / moments;
}

/// Of the labelled moments, those of a video one after another.
std::vector<LabelledMoments> labelled_moments(const MomentEvaluation& evaluation) {
  std::vector<LabelledMoments> videos;
  for (const MomentTrack& track : evaluation.tracks) {
    const std::vector<std::int64_t> predicted = classes_of(track, evaluation.rules);
    LabelledMoments video;
    for (std::size_t i = 0; i < predicted.size(); ++i) {
      if (!track.truth.at(i).labelled) continue;
      video.truth.push_back(track.truth[i].classes.front());
      video.predicted.push_back(predicted[i]);
    }
    if (!video.truth.empty()) videos.push_back(std::move(video));
  }
  return videos;
}

std::vector<Ranked> ranked_moments(const std::vector<MomentTrack>& tracks, std::int64_t a_class) {
  std::vector<Ranked> things;
  each_labelled(tracks, [&](std::span<const float> scores, const MomentTrack::Truth& truth) {
    things.push_back({static_cast<double>(scores[static_cast<std::size_t>(a_class)]), has(truth, a_class)});
  });
  return things;
}

bool segments_are_known(const std::vector<MomentTrack>& tracks) {
  return std::ranges::any_of(tracks, [](const MomentTrack& track) { return !track.segments.empty(); });
}

/// Whether less than half of it lies in labelled moments: what is found where nobody knows the truth counts for
/// nothing.
bool is_unknown(const MomentTrack& track, const ScoredSegment& segment) {
  const double first = std::floor((segment.start - track.start) * track.rate);
  std::size_t moments = 0, labelled = 0;
  for (auto i = static_cast<std::size_t>(std::max(0.0, first)); i < track.truth.size(); ++i) {
    if (track.middle(i) < segment.start) continue;
    if (track.middle(i) >= segment.end) break;
    ++moments;
    labelled += track.truth[i].labelled ? 1 : 0;
  }
  return 2 * labelled < moments;
}

std::vector<std::vector<double>> segment_precisions(const MomentEvaluation& evaluation,
                                                    const std::vector<double>& overlaps) {
  std::vector<SegmentedVideo> videos;
  for (const MomentTrack& track : evaluation.tracks) {
    SegmentedVideo& video = videos.emplace_back(SegmentedVideo{track.segments, evaluation.segments(track)});
    std::erase_if(video.found, [&](const ScoredSegment& segment) { return is_unknown(track, segment); });
  }
  return segment_average_precision(videos, std::ssize(evaluation.classes), overlaps);
}

void add_segment_precision(const MomentEvaluation& evaluation, std::map<std::string, double>& values) {
  const std::vector<double> overlaps = overlaps_named(evaluation.rules.segment_overlaps);
  const std::vector<double> means = mean_over_true_classes(segment_precisions(evaluation, overlaps), overlaps.size());
  for (std::size_t i = 0; i < overlaps.size(); ++i) values["segment_mAP@" + fixed(overlaps[i], 2)] = means[i];
  values["segment_mAP"] = mean_of_numbers(means);
}

}  // namespace

std::vector<ScoredSegment> MomentEvaluation::segments(const MomentTrack& track) const {
  if (!one_class) return segments_over_thresholds(track, rules);
  return segments_of_classes(track, classes_of(track, rules), background_of(classes));
}

std::map<std::string, double> summarise(const MomentEvaluation& evaluation) {
  std::map<std::string, double> values{{"loss", mean_loss(evaluation)}};
  if (evaluation.one_class) {
    const SegmentationFigures figures =
        segmentation_figures(labelled_moments(evaluation), background_of(evaluation.classes));
    values["accuracy"] = figures.accuracy;
    values["edit"] = figures.edit;
    for (std::size_t i = 0; i < f1_overlaps.size(); ++i) {
      values["f1@" + fixed(100 * f1_overlaps[i], 0)] = figures.f1[i];
    }
  } else {
    std::vector<double> precisions, calibrated;
    for (std::int64_t k = 0; k < std::ssize(evaluation.classes); ++k) {
      const std::vector<Ranked> things = ranked_moments(evaluation.tracks, k);
      precisions.push_back(average_precision_of(things));
      calibrated.push_back(calibrated_average_precision_of(things));
    }
    values["mAP"] = mean_of_numbers(precisions);
    values["mcAP"] = mean_of_numbers(calibrated);
  }
  if (segments_are_known(evaluation.tracks)) add_segment_precision(evaluation, values);
  return values;
}

std::vector<ClassFigures> class_figures(const MomentEvaluation& evaluation) {
  std::vector<ClassFigures> figures(evaluation.classes.size());
  const std::vector<LabelledMoments> videos =
      evaluation.one_class ? labelled_moments(evaluation) : std::vector<LabelledMoments>{};
  for (const auto& [truth, predicted] : videos) {
    for (std::size_t i = 0; i < truth.size(); ++i) {
      figures[static_cast<std::size_t>(truth[i])].correct += truth[i] == predicted[i] ? 1 : 0;
    }
  }
  each_labelled(evaluation.tracks, [&](std::span<const float>, const MomentTrack::Truth& truth) {
    for (const std::int64_t k : truth.classes) ++figures[static_cast<std::size_t>(k)].moments;
  });
  for (std::size_t k = 0; k < figures.size(); ++k) {
    const std::vector<Ranked> things = ranked_moments(evaluation.tracks, static_cast<std::int64_t>(k));
    figures[k].precision = average_precision_of(things);
    figures[k].calibrated = calibrated_average_precision_of(things);
  }
  if (!segments_are_known(evaluation.tracks)) return figures;
  const auto precisions = segment_precisions(evaluation, overlaps_named(evaluation.rules.segment_overlaps));
  for (std::size_t k = 0; k < figures.size(); ++k) figures[k].segments = precisions[k];
  return figures;
}

}  // namespace pgt::eval
