#include "trial_of_library.hpp"

#include "config/document.hpp"
#include "rule.hpp"

namespace pgt::check {
namespace {

template <class Provided>
void add(std::vector<OptionTrial>& things, plugin::Kind kind, const std::vector<Provided>& provided) {
  for (const Provided& one : provided) {
    things.push_back({kind, one.name, one.summary, [factory = one.factory] { return factory->options(); }});
  }
}

}  // namespace

const sdk::Plugin& LibraryTrial::plugin() const {
  if (loaded == nullptr) throw CannotBeTried{"see library.loads"};
  return loaded->plugin;
}

std::vector<sdk::OptionSpec> OptionTrial::specs() const { return config::specs_of(*options()); }

std::vector<OptionTrial> things_of(const sdk::Plugin& plugin) {
  std::vector<OptionTrial> things;
  add(things, plugin::Kind::backbone, plugin.backbones);
  add(things, plugin::Kind::dataset, plugin.datasets);
  add(things, plugin::Kind::schedule, plugin.schedules);
  return things;
}

std::string text_of(plugin::Kind kind, const std::string& name) { return plugin::to_text(kind) + " " + name; }

}  // namespace pgt::check
