#include "run/metrics_record.hpp"

#include <nlohmann/json.hpp>

namespace pgt::run {
namespace {

using Json = nlohmann::ordered_json;

std::string line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace

void MetricsRecord::iteration(const IterationReport& report) {
  Json json;
  json["event"] = "train_iter";
  json["epoch"] = report.epoch + 1;
  json["iteration"] = report.iteration + 1;
  json["total"] = report.total;
  json["videos"] = report.videos;
  json["loss"] = report.loss;
  json["step_losses"] = report.step_losses;
  json["top1"] = report.accuracy;
  json["lr"] = report.learning_rate;
  json["grad_norm"] = report.gradient_norm;
  if (report.loss_scale > 0) json["loss_scale"] = report.loss_scale;
  if (report.skipped > 0) json["skipped"] = report.skipped;
  file_.append(line(json));
}

void MetricsRecord::epoch(const EpochReport& report) {
  Json json;
  json["event"] = "train_epoch";
  json["epoch"] = report.epoch + 1;
  json["total"] = report.total;
  json["videos"] = report.videos;
  json["bad_videos"] = report.bad_videos;
  json["loss"] = report.loss;
  json["top1"] = report.accuracy;
  json["lr"] = report.learning_rate;
  if (report.skipped > 0) json["skipped"] = report.skipped;
  file_.append(line(json));
}

void MetricsRecord::evaluation(const EvaluationReport& report) {
  Json json;
  json["event"] = report.split == "val" ? "val_epoch" : report.split;
  json["epoch"] = report.epoch + 1;
  json["total"] = report.total;
  json["split"] = report.split;
  json["used"] = report.used;
  json["videos"] = report.videos;
  json["best"] = report.best;
  json["metrics"] = report.metrics;
  file_.append(line(json));
}

}  // namespace pgt::run
