#include "eval/report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/number.hpp"
#include "base/text.hpp"
#include "config/run_options.hpp"
#include "eval/confusion_svg.hpp"
#include "eval/detection_files.hpp"

namespace pgt::eval {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t ranks_shown = 3;  // pred, top2, top3

const std::string& name_of(const Evaluation& evaluation, std::int64_t a_class) {
  return evaluation.classes[static_cast<std::size_t>(a_class)];
}

const char* to_text(sdk::Ensemble ensemble) {
  switch (ensemble) {
    case sdk::Ensemble::mean:
      return "mean";
    case sdk::Ensemble::max:
      return "max";
    case sdk::Ensemble::last:
      return "last";
    case sdk::Ensemble::reference:
      return "sum";
    case sdk::Ensemble::automatic:
      break;
  }
  return "auto";
}

/// target, pred, prob, correct, top2, prob2, top3, prob3, views, error.
std::vector<std::string> prediction(const Evaluation& evaluation, const Scored& video) {
  const std::vector<double>& p = video.probabilities;
  const bool single = evaluation.task == sdk::Task::single_label;
  const double sum = std::accumulate(p.begin(), p.end(), 0.0);
  const double whole = single && sum > 0 ? sum : 1.0;
  const std::vector<std::int64_t> ranked = ranking(p);

  std::vector<std::string> targets;
  for (const std::int64_t a_class : video.classes) targets.push_back(name_of(evaluation, a_class));
  const bool correct = std::find(video.classes.begin(), video.classes.end(), ranked.front()) != video.classes.end();

  std::vector<std::string> fields{join(targets, ";")};
  for (std::size_t rank = 0; rank < ranks_shown; ++rank) {
    const bool there = rank < ranked.size();
    fields.push_back(there ? name_of(evaluation, ranked[rank]) : "");
    fields.push_back(there ? round_trip(p[static_cast<std::size_t>(ranked[rank])] / whole) : "");
    if (rank == 0) fields.push_back(targets.empty() ? "" : correct ? "1" : "0");
  }
  fields.push_back(std::to_string(video.clips));
  fields.emplace_back();
  return fields;
}

std::vector<std::string> no_prediction(const std::string& reason) {
  return {"", "", "", "", "", "", "", "", "0", reason};
}

std::size_t count_boxes(const KeyFrames& frames) {
  return std::accumulate(frames.begin(), frames.end(), std::size_t{0},
                         [](std::size_t sum, const auto& frame) { return sum + frame.second.found.size(); });
}

void check_numbers(const KeyFrames& frames) {
  for (const auto& [name, frame] : frames) {
    for (const ScoredBox& box : frame.found) {
      if (std::ranges::all_of(box.scores, [](float score) { return std::isfinite(score); })) continue;
      throw Error(ExitCode::diverged, "the network's scores of the boxes of " + name +
                                          " are not numbers: lower train.learning_rate or set train.clip_gradient");
    }
  }
}

void write_metrics(const fs::path& file, const Evaluation& evaluation) {
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
  json["ensemble"] = to_text(evaluation.protocol.ensemble);
  if (evaluation.task == sdk::Task::boxes) json["boxes"] = count_boxes(evaluation.key_frames);
  for (const auto& [name, value] : summarise(evaluation)) json[name] = value;
  if (evaluation.task == sdk::Task::single_label && videos > 0) {
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

std::map<std::string, double> summarise(const Evaluation& evaluation) {
  const auto classes = static_cast<std::int64_t>(evaluation.classes.size());
  if (evaluation.task != sdk::Task::boxes) return summarise(evaluation.scored, classes, evaluation.task);
  check_numbers(evaluation.key_frames);
  return {{"mAP", frame_mean_average_precision(evaluation.key_frames, classes)}};
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

std::string predictions_csv(const Evaluation& evaluation) {
  std::map<std::size_t, const Scored*> scored;
  for (const Scored& video : evaluation.scored) scored[video.index] = &video;
  std::map<std::string, std::string> reasons;
  for (const run::BadFile& video : evaluation.missing) reasons[video.id] = video.reason;

  std::string text = csv_row({"path", "start", "end", "target", "pred", "prob", "correct", "top2", "prob2", "top3",
                              "prob3", "views", "error"});
  for (std::size_t i = 0; i < evaluation.videos.size(); ++i) {
    const sdk::Sample& sample = evaluation.videos[i];
    const auto found = scored.find(i);
    const auto reason = reasons.find(sample.id);
    std::vector<std::string> row{sample.path.string(), round_trip(sample.start), round_trip(sample.end)};
    const std::vector<std::string> outcome = found != scored.end()     ? prediction(evaluation, *found->second)
                                             : reason != reasons.end() ? no_prediction(reason->second)
                                                                       : no_prediction("not scored: stopped early");
    row.insert(row.end(), outcome.begin(), outcome.end());
    text += csv_row(std::move(row));
  }
  return text;
}

void write_evaluation(const fs::path& folder, const Evaluation& evaluation) {
  try {
    fs::create_directories(folder);
    write_missing(folder / "missing.csv", evaluation.missing);
  } catch (const fs::filesystem_error& error) {
    throw Error(ExitCode::io, "cannot write to " + folder.string() + ": " + error.code().message());
  }
  write_metrics(folder / "metrics.json", evaluation);
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
      write_class_precisions(folder / "per_class.csv", evaluation);
      break;
  }
  write_file_atomically(folder / "predictions.csv", predictions_csv(evaluation));
}

}  // namespace pgt::eval
