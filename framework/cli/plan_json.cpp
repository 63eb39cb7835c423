#include <nlohmann/json.hpp>

#include "cli/plan_view.hpp"

namespace pgt::cli {
namespace {

using nlohmann::json;

const char* name_of(sdk::Reduce reduce) {
  switch (reduce) {
    case sdk::Reduce::max:
      return "max";
    case sdk::Reduce::mean:
      return "mean";
    case sdk::Reduce::last:
      break;
  }
  return "last";
}

json object_of(const ClipView& clip) {
  json object{{"stride", clip.stride}, {"size", clip.size}, {"batch", clip.batch}};
  object["steps"] = clip.steps > 0 ? json(clip.steps) : json();  // null: as many as the video has
  object["frames"] = clip.frames > 0 ? json(clip.frames) : json();
  return object;
}

json object_of(const sdk::Step& step) {
  json frames = json::array();
  for (const sdk::FrameRange& range : step.frames) frames.push_back({range.begin, range.end});
  json object{{"frames", frames},
              {"overlap", step.overlap},
              {"detach", step.detach},
              {"backward", step.backward},
              {"gradient_reach", step.gradient_reach},
              {"optimizer_step", step.optimizer_step},
              {"loss_weight", step.loss_weight}};
  if (!step.positions.empty()) object["positions"] = step.positions;
  return object;
}

json object_of(const sdk::Plan& plan) {
  json carry{{"reduce", name_of(plan.carry.reduce)},
             {"momentum", plan.carry.momentum},
             {"sites", plan.carry.sites == sdk::SiteFilter::all ? "all" : "temporal"},
             {"head", plan.carry.head}};
  if (plan.carry.head_reduce) carry["head_reduce"] = name_of(*plan.carry.head_reduce);
  json steps = json::array();
  for (const sdk::Step& step : plan.steps) steps.push_back(object_of(step));
  json object{{"carry", carry},
              {"passes", plan.passes == sdk::Passes::two ? 2 : 1},
              {"gradients", plan.gradients == sdk::GradientScale::sum ? "sum" : "mean"},
              {"ensemble", walk::name_of(plan.ensemble)},
              {"head_bins", plan.head_bins},
              {"learning_rate_scale", plan.learning_rate_scale},
              {"steps", steps}};
  object["repeat_from"] = plan.repeat_from ? json(*plan.repeat_from) : json();
  return object;
}

/// Null: whole batches.
json micro_batch_of(const PlanView& view) {
  if (view.micro_batch == config::TrainOptions::automatic_micro_batch) return "auto";
  return view.micro_batch > 0 ? json(view.micro_batch) : json();
}

}  // namespace

std::string plan_json(const PlanView& view) {
  json pathways = json::array();
  for (const sdk::Pathway& pathway : view.pathways) pathways.push_back({{"ratio", pathway.ratio}});
  json epochs = json::array();
  for (const EpochView& epoch : view.all_epochs) {
    json clips = json::array();
    for (const ClipView& clip : epoch.clips) clips.push_back(object_of(clip));
    epochs.push_back({{"epoch", epoch.epoch + 1}, {"clips", clips}, {"learning_rate", epoch.learning_rate}});
  }
  json object{{"schedule", view.schedule},
              {"epoch", view.epoch + 1},
              {"iteration", view.iteration + 1},
              {"total", view.total + 1},
              {"pathways", pathways},
              {"clip", object_of(view.clip)},
              {"learning_rate", view.learning_rate},
              {"accumulate", view.accumulate},
              {"updates", view.updates},
              {"micro_batch", micro_batch_of(view)},
              {"training", object_of(view.training.plan())},
              {"evaluation", object_of(view.evaluation.plan())},
              {"epochs", epochs}};
  object["units"] = view.units > 0 ? json(view.units) : json();
  object["iterations"] = view.units > 0 ? json(view.iterations) : json();
  return object.dump(2) + "\n";
}

}  // namespace pgt::cli
