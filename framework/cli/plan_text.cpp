#include <algorithm>

#include "base/number.hpp"
#include "base/text.hpp"
#include "cli/plan_view.hpp"

namespace pgt::cli {
namespace {

constexpr std::size_t most_steps = 40;  // in the table; the JSON has all

std::string number(std::int64_t value) { return std::to_string(value); }

/// "2 to 8", or "8".
template <class Get>
std::string range_of(const std::vector<ClipView>& clips, Get get) {
  std::vector<std::int64_t> values;
  for (const ClipView& clip : clips) values.push_back(get(clip));
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return *low == *high ? number(*low) : number(*low) + " to " + number(*high);
}

std::string clips_text(const std::vector<ClipView>& clips) {
  std::string text = "whole videos";
  if (clips.front().frames > 0) {
    const std::string steps = range_of(clips, [](const ClipView& clip) { return clip.steps; });
    text = range_of(clips, [](const ClipView& clip) { return clip.frames; }) + " frames in " + steps +
           (steps == "1" ? " step" : " steps");
  }
  return text + ", stride " + range_of(clips, [](const ClipView& clip) { return clip.stride.back(); }) + "; " +
         range_of(clips, [](const ClipView& clip) { return clip.size; }) + " pixels; " +
         range_of(clips, [](const ClipView& clip) { return clip.batch; }) + " videos a batch";
}

std::string frames_text(const sdk::Step& step) {
  std::vector<std::string> texts;
  for (const sdk::FrameRange& range : step.frames) {
    texts.push_back(range.end - range.begin == 1 ? number(range.begin)
                                                 : number(range.begin) + "-" + number(range.end - 1));
  }
  return join(texts, " | ");
}

std::string carried_text(const sdk::Step& step) {
  std::vector<std::string> texts;
  for (const std::int64_t overlap : step.overlap) texts.push_back(number(overlap));
  return join(texts, " | ");
}

std::string gradient_text(const sdk::Plan& plan, std::size_t index) {
  const sdk::Step& step = plan.steps[index];
  if (index == 0) return "-";
  if (plan.passes == sdk::Passes::two) return "cut";
  if (step.gradient_reach > 0) return "back through " + counted(step.gradient_reach, "step");
  return step.detach ? "cut" : "flows back";
}

/// `updates`: after the clip.
std::string then_text(const sdk::Plan& plan, std::size_t index, bool updates) {
  if (plan.passes == sdk::Passes::two) return "features; later once more, back-propagated";
  const sdk::Step& step = plan.steps[index];
  std::vector<std::string> texts;
  if (step.loss_weight == 0) texts.push_back("no loss");
  if (step.loss_weight != 0 && step.loss_weight != 1) texts.push_back("loss times " + round_trip(step.loss_weight));
  if (step.backward && step.loss_weight > 0) texts.push_back("back-propagate");
  const bool last = index + 1 == plan.steps.size() && !plan.repeat_from;
  if (last ? updates : step.optimizer_step) texts.push_back("update");
  return join(texts, ", ");
}

std::string table(const sdk::Plan& plan, bool updates) {
  std::vector<std::vector<std::string>> rows{{"step", "new frames", "carried", "gradient at its start", "then"}};
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const bool left_out =
        plan.steps.size() > most_steps && i >= most_steps / 2 && i + most_steps / 2 < plan.steps.size();
    if (left_out) {
      if (i == most_steps / 2) rows.push_back({"…", "", "", "", ""});
      continue;
    }
    rows.push_back({number(static_cast<std::int64_t>(i)), frames_text(plan.steps[i]), carried_text(plan.steps[i]),
                    gradient_text(plan, i), then_text(plan, i, updates)});
  }
  std::vector<int> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], columns_of(row[c]));
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line = "  ";
    for (std::size_t c = 0; c < row.size(); ++c) {
      line += row[c] + std::string(static_cast<std::size_t>(widths[c] - columns_of(row[c]) + 2), ' ');
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  if (!plan.repeat_from) return text;
  const auto from = static_cast<std::int64_t>(*plan.repeat_from), last = std::ssize(plan.steps) - 1;
  const std::string which =
      from == last ? "step " + number(last) + " repeats" : "steps " + number(from) + " to " + number(last) + " repeat";
  return text + "  " + which + " until the video ends" + (updates ? ", after which the weights are updated\n" : "\n");
}

std::string carry_text(const sdk::CarryRule& rule) {
  const char* what = rule.reduce == sdk::Reduce::max    ? "the maximum over time"
                     : rule.reduce == sdk::Reduce::mean ? "the mean over time"
                                                        : "the last frames";
  std::string text = std::string(what) + " of " +
                     (rule.sites == sdk::SiteFilter::all ? "all sites" : "the sites that look across time") +
                     (rule.head ? ", and of the head" : ", not of the head");
  if (rule.momentum > 0) text += "; " + round_trip(rule.momentum) + " of it what was carried before";
  return text;
}

/// One line for neighbouring epochs with the same clips.
std::string epochs_text(const std::vector<EpochView>& epochs) {
  std::string text;
  for (std::size_t i = 0; i < epochs.size();) {
    std::size_t end = i + 1;
    while (end < epochs.size() && epochs[end].clips == epochs[i].clips) ++end;
    const std::string which =
        end == i + 1 ? "epoch " + number(epochs[i].epoch + 1)
                     : "epochs " + number(epochs[i].epoch + 1) + " to " + number(epochs[end - 1].epoch + 1);
    text += "  " + which + ": " + clips_text(epochs[i].clips) + ", learning rate from " +
            scientific(epochs[i].learning_rate, 2) + "\n";
    i = end;
  }
  return text;
}

}  // namespace

std::string plan_text(const PlanView& view) {
  const sdk::Plan& plan = view.training.plan();
  std::string text = "schedule \"" + view.schedule + "\", epoch " + number(view.epoch + 1) + " of " +
                     number(view.epochs) + ", iteration " + number(view.iteration + 1);
  if (view.units > 0) text += " of " + number(view.iterations);
  text += "\nclip      " + clips_text({view.clip}) + "\n";
  const bool steps = plan.steps.size() > 1 || plan.repeat_from;
  if (steps) text += "carry     " + carry_text(plan.carry) + "\n";
  text += "learning  rate " + round_trip(view.learning_rate);
  if (plan.learning_rate_scale != 1) text += ", scaled by " + round_trip(plan.learning_rate_scale);
  if (steps && plan.passes == sdk::Passes::one) {
    text += plan.gradients == sdk::GradientScale::sum ? "; the sum of the steps' gradients"
                                                      : "; the mean of the steps' gradients";
  }
  if (plan.passes == sdk::Passes::two) text += "; two passes: the head learns from all steps at once";
  if (view.accumulate > 1) {
    text += "\nupdates   one of every " + number(view.accumulate) + " batches (train.accumulate): this is batch " +
            number(view.gathered) + (view.updates ? ", after which there is one" : "");
  }
  if (view.micro_batch != 0) {
    const bool automatic = view.micro_batch == config::TrainOptions::automatic_micro_batch;
    text += "\nbatch     goes through the network " +
            (automatic ? "as many videos at a time as there is memory for"
                       : counted(view.micro_batch, "video") + " at a time") +
            " (train.micro_batch)";
  }
  text += "\n\n" + table(plan, view.updates);
  if (view.all_epochs.front().clips != view.all_epochs.back().clips ||
      std::ranges::any_of(view.all_epochs, [](const EpochView& epoch) { return epoch.clips.size() > 1; })) {
    text += "\nclips while training\n" + epochs_text(view.all_epochs);
  }
  const sdk::Plan& scored = view.evaluation.plan();
  text += "\nevaluation: " +
          (scored.repeat_from ? std::string("steps until the video ends")
                              : counted(std::ssize(scored.steps), "step") + " of " + number(view.evaluation.frames()) +
                                    " frames in all") +
          "\n";
  return text;
}

}  // namespace pgt::cli
