#include "cli/plan.hpp"

#include <cstdio>
#include <memory>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/plan_view.hpp"

namespace pgt::cli {
namespace {

using plugin::Kind;

std::unique_ptr<sdk::OptionSet> options_of(const config::Section& section, Kind kind, plugin::Registry& registry) {
  std::unique_ptr<sdk::OptionSet> options = registry.options(kind, section.use);
  config::apply(section, *options);
  return options;
}

/// Null, and a note, where it cannot be opened: a plan can be read before there are videos.
std::unique_ptr<sdk::Dataset> dataset_of(const config::RunConfig& config, plugin::Registry& registry) {
  try {
    return registry.make_dataset(config.dataset.use, *options_of(config.dataset, Kind::dataset, registry),
                                 {static_cast<std::uint64_t>(config.train.seed)});
  } catch (const Error& error) {
    std::fprintf(stderr, "note: how many iterations an epoch has is not known without the dataset: %s\n",
                 indented(printable(error.what())).c_str());
    return nullptr;
  }
}

std::vector<sdk::Pathway> pathways_of(const Command& command) {
  if (command.ratios.empty()) return {sdk::Pathway{}};
  std::vector<sdk::Pathway> pathways;
  for (const std::int64_t ratio : command.ratios) {
    pathways.push_back({ratio == 1 ? "slow" : "fast", ratio});
  }
  return pathways;
}

}  // namespace

int show_plan(const Command& command, const config::RunConfig& config, plugin::Registry& registry) {
  if (!command.svg.empty()) {
    check_output(command.svg);
    check_output_is_not(command.svg, config.file);
  }
  const auto schedule =
      registry.make_schedule(config.schedule.use, *options_of(config.schedule, Kind::schedule, registry), {});
  const std::unique_ptr<sdk::Dataset> dataset = dataset_of(config, registry);
  const PlanView view =
      view_plan(config, *schedule, dataset.get(), pathways_of(command), command.epoch - 1, command.iteration - 1);
  if (!command.svg.empty()) write_output(command.svg, plan_svg(view));
  std::fputs((command.json ? plan_json(view) : plan_text(view)).c_str(), stdout);
  return static_cast<int>(ExitCode::ok);
}

}  // namespace pgt::cli
