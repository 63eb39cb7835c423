#include "eval/report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/first_lines.hpp"
#include "base/number.hpp"
#include "base/text.hpp"
#include "config/run_options.hpp"
#include "eval/confusion_svg.hpp"
#include "eval/detection_files.hpp"
#include "eval/moment_files.hpp"
#include "eval/predictions.hpp"
#include "walk/plan_walk.hpp"

namespace pgt::eval {
namespace {

namespace fs = std::filesystem;

std::size_t count_boxes(const KeyFrames& frames) {
  return std::accumulate(frames.begin(), frames.end(), std::size_t{0},
                         [](std::size_t sum, const auto& frame) { return sum + frame.second.found.size(); });
}

bool is_finite(const Scored& video) {
  return std::ranges::all_of(video.probabilities, [](double p) { return std::isfinite(p); });
}

bool is_finite(const KeyFrame& frame) {
  return std::ranges::all_of(frame.found, [](const ScoredBox& box) {
    return std::ranges::all_of(box.scores, [](float score) { return std::isfinite(score); });
  });
}

bool is_finite(const MomentTrack& track) {
  return std::ranges::all_of(track.probabilities, [](float p) { return std::isfinite(p); });
}

/// Whether all scores of the i-th scored video are finite.
bool is_finite(const Evaluation& evaluation, std::size_t i) {
  return is_finite(evaluation.scored[i]) && (evaluation.tracks.empty() || is_finite(evaluation.tracks[i]));
}

/// The videos, and the key frames, whose scores are not.
std::vector<std::string> not_finite(const Evaluation& evaluation) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < evaluation.scored.size(); ++i) {
    if (!is_finite(evaluation, i)) names.push_back(evaluation.videos[evaluation.scored[i].index].path.string());
  }
  for (const auto& [name, frame] : evaluation.key_frames) {
    if (!is_finite(frame)) names.push_back("the boxes of " + name);
  }
  return names;
}

void add_moment_protocol(nlohmann::ordered_json& json, const Evaluation& evaluation) {
  std::size_t moments = 0, labelled = 0;
  for (const MomentTrack& track : evaluation.tracks) {
    moments += track.size();
    labelled += static_cast<std::size_t>(std::ranges::count_if(track.truth, &MomentTrack::Truth::labelled));
  }
  const config::EvalOptions& rules = evaluation.rules;
  json["moments"] = moments;
  json["labelled_moments"] = labelled;
  json["segment_rules"] = {{"median", rules.segment_median},
                           {"thresholds", rules.segment_thresholds},
                           {"gap", rules.segment_gap},
                           {"least", rules.segment_least},
                           {"overlaps", rules.segment_overlaps}};
}

void write_metrics(const fs::path& file, const Evaluation& evaluation, const std::map<std::string, double>& metrics) {
  const auto videos = static_cast<std::int64_t>(evaluation.scored.size());
  const auto classes = static_cast<std::int64_t>(evaluation.classes.size());
  nlohmann::ordered_json json;
  json["split"] = evaluation.protocol.split;
  json["videos"] = evaluation.videos.size();
  json["used"] = videos;
  json["missing"] = evaluation.missing.size();
  json["views"] = evaluation.protocol.views;
  if (evaluation.protocol.crops == config::EvalOptions::whole_picture) {
    json["crops"] = "whole";
  } else {
    json["crops"] = evaluation.protocol.crops;
  }
  if (!evaluation.protocol.settings.empty()) json["settings"] = evaluation.protocol.settings;
  if (!evaluation.scores_moments) json["ensemble"] = walk::name_of(evaluation.protocol.ensemble);
  if (evaluation.task == sdk::Task::boxes) json["boxes"] = count_boxes(evaluation.key_frames);
  if (evaluation.scores_moments) add_moment_protocol(json, evaluation);
  for (const auto& [name, value] : metrics) json[name] = value;
  if (evaluation.task == sdk::Task::single_label && !evaluation.scores_moments && videos > 0) {
    const std::vector<ClassAccuracy> counts = per_class(evaluation.scored, classes);
    const auto hits = std::accumulate(counts.begin(), counts.end(), std::int64_t{0},
                                      [](std::int64_t sum, const ClassAccuracy& count) { return sum + count.correct; });
    const Interval interval = wilson_interval(hits, videos);
    json["top1_interval_95"] = {interval.low, interval.high};
  }
  write_file_atomically(file, json.dump(2) + "\n");
}

void write_class_accuracies(const fs::path& file, const Evaluation& evaluation) {
  std::string text = csv_row({"class", "videos", "correct", "accuracy"});
  const auto classes = static_cast<std::int64_t>(evaluation.classes.size());
  const std::vector<ClassAccuracy> counts = per_class(evaluation.scored, classes);
  for (std::size_t k = 0; k < counts.size(); ++k) {
    const auto [videos, correct] = counts[k];
    const double accuracy = 100.0 * static_cast<double>(correct) / static_cast<double>(videos);
    text += csv_row({evaluation.classes[k], std::to_string(videos), std::to_string(correct), round_trip(accuracy)});
  }
  write_file_atomically(file, text);
}

void write_class_precisions(const fs::path& file, const Evaluation& evaluation) {
  std::string text = csv_row({"class", "videos", "average_precision"});
  for (std::size_t k = 0; k < evaluation.classes.size(); ++k) {
    const auto a_class = static_cast<std::int64_t>(k);
    const auto videos = std::count_if(evaluation.scored.begin(), evaluation.scored.end(), [&](const Scored& video) {
      return std::find(video.classes.begin(), video.classes.end(), a_class) != video.classes.end();
    });
    text += csv_row(
        {evaluation.classes[k], std::to_string(videos), round_trip(average_precision(evaluation.scored, a_class))});
  }
  write_file_atomically(file, text);
}

void write_confusion(const fs::path& folder, const Evaluation& evaluation) {
  const auto counts = confusion(evaluation.scored, static_cast<std::int64_t>(evaluation.classes.size()));
  std::vector<std::string> header{"target"};
  header.insert(header.end(), evaluation.classes.begin(), evaluation.classes.end());
  std::string text = csv_row(std::move(header));
  for (std::size_t k = 0; k < counts.size(); ++k) {
    std::vector<std::string> row{evaluation.classes[k]};
    for (const std::int64_t count : counts[k]) row.push_back(std::to_string(count));
    text += csv_row(std::move(row));
  }
  write_file_atomically(folder / "confusion.csv", text);
  write_file_atomically(folder / "confusion.svg", confusion_svg(evaluation.classes, counts));
}

void write_missing(const fs::path& file, const std::vector<run::BadFile>& missing) {
  if (missing.empty()) {
    fs::remove(file);  // of an earlier evaluation in the same folder
    return;
  }
  std::string text = csv_row({"id", "path", "reason"});
  for (const run::BadFile& video : missing) text += csv_row({video.id, video.path, video.reason});
  write_file_atomically(file, text);
}

}  // namespace

std::vector<std::string> set_aside_not_finite(Evaluation& evaluation) {
  std::vector<std::string> names;
  std::vector<Scored> scored;
  std::vector<MomentTrack> tracks;
  for (std::size_t i = 0; i < evaluation.scored.size(); ++i) {
    const sdk::Sample& video = evaluation.videos[evaluation.scored[i].index];
    if (!is_finite(evaluation, i)) {
      names.push_back(video.path.string());
      evaluation.missing.push_back({video.id, names.back(), "its scores are not finite", ""});
      continue;
    }
    scored.push_back(std::move(evaluation.scored[i]));
    if (!evaluation.tracks.empty()) tracks.push_back(std::move(evaluation.tracks[i]));
  }
  evaluation.scored = std::move(scored);
  evaluation.tracks = std::move(tracks);
  return names;
}

void refuse_not_finite(const std::vector<std::string>& names) {
  if (names.empty()) return;
  constexpr std::size_t most_named = 5;
  throw Error(ExitCode::diverged,
              "the network's scores are not finite (NaN or infinite):" + first_lines(names, most_named) +
                  "\nUse an earlier checkpoint (--checkpoint). To train on: pgt-host resume RUN "
                  "--checkpoint previous, with a lower train.learning_rate or with "
                  "train.clip_gradient");
}

std::map<std::string, double> summarise(const Evaluation& evaluation) {
  refuse_not_finite(not_finite(evaluation));
  if (evaluation.scores_moments) return summarise(evaluation.moment_evaluation());
  const auto classes = static_cast<std::int64_t>(evaluation.classes.size());
  if (evaluation.task != sdk::Task::boxes) return summarise(evaluation.scored, classes, evaluation.task);
  return {{"mAP", frame_mean_average_precision(evaluation.key_frames, classes)}};
}

std::string main_metric(const Evaluation& evaluation) {
  return evaluation.scores_moments && evaluation.task != sdk::Task::multi_label ? "accuracy"
                                                                                : main_metric(evaluation.task);
}

Interval wilson_interval(std::int64_t hits, std::int64_t videos) {
  constexpr double z = 1.959963984540054;  // of a normal distribution, 95 % lie within z standard deviations
  const auto n = static_cast<double>(videos);
  const double share = static_cast<double>(hits) / n;
  const double centre = share + z * z / (2 * n);
  const double spread = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  const double scale = 100 / (1 + z * z / n);
  return {std::max(0.0, scale * (centre - spread)), std::min(100.0, scale * (centre + spread))};
}

void write_evaluation(const fs::path& folder, const Evaluation& evaluation,
                      const std::map<std::string, double>& metrics) {
  try {
    fs::create_directories(folder);
    write_missing(folder / "missing.csv", evaluation.missing);
  } catch (const fs::filesystem_error& error) {
    throw Error(ExitCode::io, "cannot write to " + folder.string() + ": " + error.code().message());
  }
  write_metrics(folder / "metrics.json", evaluation, metrics);
  if (evaluation.scores_moments) return write_moments(folder, evaluation);
  switch (evaluation.task) {
    case sdk::Task::boxes:
      write_file_atomically(folder / "detections.csv", detections_csv(evaluation.key_frames));
      write_file_atomically(folder / "groundtruth.csv", groundtruth_csv(evaluation.key_frames));
      write_file_atomically(folder / "per_class.csv", box_classes_csv(evaluation.key_frames, evaluation.classes));
      return;
    case sdk::Task::single_label:
      write_class_accuracies(folder / "per_class.csv", evaluation);
      write_confusion(folder, evaluation);
      break;
    case sdk::Task::multi_label:
    case sdk::Task::moments:
      write_class_precisions(folder / "per_class.csv", evaluation);
      break;
  }
  write_file_atomically(folder / "predictions.csv", predictions_csv(evaluation));
}

}  // namespace pgt::eval
