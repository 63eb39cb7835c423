#include "golden_case.hpp"

#include "base/error.hpp"
#include "network_reading.hpp"

namespace pgt::parity {
namespace {

using nlohmann::json;

sdk::Reduce reduce_of(const std::string& text) {
  if (text == "last") return sdk::Reduce::last;
  if (text == "max") return sdk::Reduce::max;
  if (text == "avg") return sdk::Reduce::mean;
  throw Error(ExitCode::data, "unknown cache \"" + text + "\"");
}

sdk::Ensemble ensemble_of(const std::string& text) {
  if (text == "sum") return sdk::Ensemble::reference;
  if (text == "max") return sdk::Ensemble::max;
  throw Error(ExitCode::data, "unknown ensemble \"" + text + "\"");
}

/// Text of a key that may be null or absent.
std::string text_or(const json& object, const char* key, const std::string& otherwise) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? otherwise : found->get<std::string>();
}

/// The steps of docs/method.md M1.1.
std::vector<sdk::Step> progressive_steps(const json& schedule) {
  const auto count = schedule.at("steps").get<std::int64_t>();
  const auto lengths = schedule.at("step_len").get<std::vector<std::int64_t>>();
  const auto overlaps = schedule.at("overlap").get<std::vector<std::int64_t>>();
  const bool detach = schedule.at("caches_detached").get<bool>();
  std::vector<sdk::Step> steps;
  for (std::int64_t i = 0; i < count; ++i) {
    sdk::Step step;
    step.detach = detach;
    step.backward = detach || i + 1 == count;
    for (std::size_t pathway = 0; pathway < lengths.size(); ++pathway) {
      const std::int64_t fresh = lengths[pathway] - overlaps[pathway];
      const std::int64_t begin = i == 0 ? 0 : i * fresh + overlaps[pathway];
      step.frames.push_back({begin, i * fresh + lengths[pathway]});
      step.overlap.push_back(i == 0 ? 0 : overlaps[pathway]);
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

/// The steps must end where the file says that the clip does.
void check_frames(const json& per_pathway, const sdk::Plan& plan) {
  std::vector<std::int64_t> ends;
  for (const sdk::FrameRange& frames : plan.steps.back().frames) ends.push_back(frames.end);
  if (json(ends) == per_pathway) return;
  throw Error(ExitCode::data,
              "the steps end at " + json(ends).dump() + ", but frames_per_pathway says " + per_pathway.dump());
}

std::vector<sdk::Step> one_step(const Case& read) {
  sdk::Step step;
  if (read.slow_frames) step.frames.push_back({0, std::ssize(*read.slow_frames)});
  step.frames.push_back({0, read.clip.frames});
  step.overlap.assign(step.frames.size(), 0);
  return {step};
}

void read_schedule(const json& schedule, Case& read) {
  require_known(
      schedule, "the schedule",
      {"cache", "caches_detached", "ensemble", "eval", "frames_per_pathway", "head_cache", "head_cache_aggregation",
       "momentum", "overlap", "progressive", "step_len", "steps", "train_together", "whole_clip_temporal_bins"});
  const std::string evaluation = read.training ? "progressive" : text_or(schedule, "eval", "progressive");
  if (evaluation != "progressive" && evaluation != "whole_clip") {
    throw Error(ExitCode::data, "unknown way of evaluation \"" + evaluation + "\"");
  }
  if (!schedule.at("progressive").get<bool>() || evaluation == "whole_clip") {
    read.plan.steps = one_step(read);
    const auto bins = schedule.find("whole_clip_temporal_bins");
    if (bins == schedule.end() || bins->is_null()) return;
    read.plan.head_bins = the_same(*bins, "head that pools its pathways to different numbers of bins");
    return;
  }
  read.plan.steps = progressive_steps(schedule);
  if (!schedule.at("frames_per_pathway").is_null()) check_frames(schedule.at("frames_per_pathway"), read.plan);
  sdk::CarryRule& rule = read.plan.carry;
  rule.reduce = reduce_of(schedule.at("cache"));
  rule.momentum = schedule.at("momentum");
  rule.sites = sdk::SiteFilter::all;
  rule.head = schedule.at("head_cache");
  if (rule.head) rule.head_reduce = reduce_of(schedule.at("head_cache_aggregation"));
  if (!read.training) read.ensemble = ensemble_of(schedule.at("ensemble"));
}

void read_optimizer(const json& source, Case& read) {
  const json& optimizer = source.at("optimizer");
  require_known(optimizer, "the optimizer",
                {"dampening", "kind", "lr", "momentum", "nesterov", "step", "weight_decay",
                 "weight_decay_of_parameters_whose_name_contains_bn"});
  if (optimizer.at("kind") != "sgd" || optimizer.at("dampening").get<double>() != 0) {
    throw Error(ExitCode::data, "the optimizer is not SGD without dampening");
  }
  config::TrainOptions& options = read.optimizer.emplace();
  options.learning_rate = optimizer.at("lr");
  options.momentum = optimizer.at("momentum");
  options.nesterov = optimizer.at("nesterov");
  options.weight_decay = optimizer.at("weight_decay");
  options.norm_weight_decay = optimizer.at("weight_decay_of_parameters_whose_name_contains_bn");
  read.iterations = source.at("iterations");
  const bool together = source.at("schedule").at("train_together");
  for (sdk::Step& step : read.plan.steps) step.optimizer_step = !together;
  read.plan.steps.back().optimizer_step = true;
}

/// What makes probabilities of scores. RegNets have no description of their heads.
std::string activation_of(const json& network) {
  const auto head = network.find("head");
  return head == network.end() ? text_or(network, "activation", "") : text_or(*head, "eval_activation", "");
}

/// The loss, or in evaluation the one whose activation the head has.
config::Loss loss_of(const json& source) {
  const std::string text =
      source.at("mode") == "train" ? text_or(source, "loss", "") : activation_of(source.at("backbone"));
  if (text.starts_with("softmax")) return config::Loss::cross_entropy;
  if (text.starts_with("binary cross entropy on logits") || text.starts_with("sigmoid")) {
    return config::Loss::binary_cross_entropy;
  }
  throw Error(ExitCode::data, "unknown loss or activation \"" + text + "\"");
}

}  // namespace

Case read_case(const json& source) {
  require_known(source, "the case",
                {"backbone",
                 "expect",
                 "expect_float64",
                 "id",
                 "input",
                 "iterations",
                 "loss",
                 "mode",
                 "norm_mode",
                 "norm_uses_batch_statistics",
                 "note",
                 "observed_float32_noise",
                 "observed_float32_noise_per_parameter",
                 "observed_float32_noise_per_parameter_change_l2_per_iteration",
                 "optimizer",
                 "parameter_fill",
                 "parameter_list",
                 "schedule",
                 "suggested_float32_tolerance",
                 "target"});
  Case read;
  read.id = source.at("id");
  read.source = &source;
  const json& backbone = source.at("backbone");
  read.classes = backbone.at("num_classes");
  if (source.at("mode") != "train" && source.at("mode") != "eval") {
    throw Error(ExitCode::data, "unknown mode " + source.at("mode").dump());
  }
  read.training = source.at("mode") == "train";
  read.batch_statistics = read.training && source.at("norm_uses_batch_statistics").get<bool>();
  read.loss = loss_of(source);
  read.target = source.at("target");
  const json& input = source.at("input");
  require_known(input, "the input",
                {"batch", "clip_frames", "fill", "height", "pathway0_frame_indices", "pathway1_frames", "phase",
                 "phase_of_iteration_i", "width"});
  read.clip = {input.at("batch"), input.at("clip_frames"), input.at("height"), input.at("width"), input.at("phase")};
  if (const auto slow = input.find("pathway0_frame_indices"); slow != input.end()) {
    read.slow_frames = slow->get<std::vector<std::int64_t>>();
  }
  require_known(source.at("parameter_fill"), "the parameter_fill", {"multipliers", "recipe"});
  if (source.at("parameter_fill").at("recipe") != "standard") {
    throw Error(ExitCode::data, "unknown recipe " + source.at("parameter_fill").at("recipe").dump());
  }
  for (const json& multiplier : source.at("parameter_fill").at("multipliers")) {
    require_known(multiplier, "a multiplier", {"multiply_standard_value_by", "name_contains", "name_ends_with"});
    read.multipliers.push_back({text_or(multiplier, "name_contains", ""), text_or(multiplier, "name_ends_with", ""),
                                multiplier.at("multiply_standard_value_by")});
  }
  read_schedule(source.at("schedule"), read);
  read.plan.gradients = sdk::GradientScale::sum;
  if (source.contains("optimizer")) read_optimizer(source, read);
  return read;
}

}  // namespace pgt::parity
