#include "config/run_config.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "config/convert.hpp"
#include "config/sections.hpp"
#include "config/source.hpp"

namespace pgt::config {
namespace {

using Keys = std::map<std::string, std::vector<std::string>>;  ///< of each section, or of each plugin

std::vector<std::string> names_of(std::span<const sdk::OptionSpec> specs) {
  std::vector<std::string> names;
  for (const sdk::OptionSpec& spec : specs) names.push_back(spec.name);
  return names;
}

/// Reads one of the three sections that name a plugin.
class PluginSection {
 public:
  PluginSection(Document& document, std::string name, const Catalogue& catalogue, Author author, Keys& keys,
                Diagnostics& diagnostics)
      : name_(std::move(name)) {
    const std::vector<std::string> plugins = catalogue.names(name_);
    const std::optional<Value> use = document.use(name_, plugins, diagnostics);
    if (!use) return;
    const auto& used = std::get<std::string>(use->value);
    specs_ = catalogue.options(name_, used);
    if (specs_ == nullptr) return;
    keys[name_] = names_of(*specs_);
    for (const std::string& plugin : plugins) {
      const std::vector<sdk::OptionSpec>* specs = plugin == used ? nullptr : catalogue.options(name_, plugin);
      if (specs != nullptr) keys_of_others_[plugin] = names_of(*specs);
    }
    const std::string before = document.use_of_file(name_);
    if (author == Author::run && before != used) document.forget(name_, passed_on(document, catalogue, before));
  }

  /// The section, once `keys` has those of all sections. Where the plugin is not known its keys cannot be checked.
  Section read(const Document& document, const Keys& keys, Author author, Diagnostics& diagnostics) const {
    if (specs_ != nullptr) return document.section(name_, *specs_, diagnostics, {keys, keys_of_others_}, author);
    Section section;
    section.name = name_;
    return section;
  }

 private:
  /// See Author.
  std::vector<std::string> passed_on(const Document& document, const Catalogue& catalogue,
                                     const std::string& before) const {
    std::vector<std::string> passed;
    const std::vector<sdk::OptionSpec>* specs = catalogue.options(name_, before);
    if (specs == nullptr) return passed;
    Diagnostics unused;
    const Section section = document.section(name_, *specs, unused, {}, Author::run);
    for (const sdk::OptionSpec& spec : *specs) {
      const auto said = section.values.find(spec.name);
      if (spec.required || said == section.values.end()) continue;
      if (said->second.value != default_of(spec).value) passed.push_back(spec.name);
    }
    std::erase_if(passed, [&](const std::string& key) {
      return std::none_of(specs_->begin(), specs_->end(), [&](const auto& spec) { return spec.name == key; });
    });
    return passed;
  }

  std::string name_;
  const std::vector<sdk::OptionSpec>* specs_ = nullptr;
  Keys keys_of_others_;
};

/// Reads one of the host's own sections, and checks the rules across its options.
template <class T>
Section read_host_section(const Document& document, const std::string& name, const Keys& keys, Author author, T& value,
                          Diagnostics& diagnostics) {
  sdk::TypedOptions<T> options;
  Section section = document.section(name, specs_of(options), diagnostics, {keys}, author);
  if (section.use_position.line > 0) {
    diagnostics.error(section.use_position, "[" + name + "] names no plugin: there is nothing to use",
                      "use belongs in [model], [dataset] and [schedule]");
  }
  apply(section, options);
  check_rules(section, options, diagnostics);
  value = options.value;
  return section;
}

/// There must be something to mix.
void check_mixing(const RunConfig& config, Diagnostics& diagnostics) {
  if (config.train.batch_size > 1) return;
  for (const char* name : {"mixup", "cutmix"}) {
    const Value& alpha = config.augment_section.values.at(name);
    if (std::get<double>(alpha.value) == 0) continue;
    diagnostics.error(alpha.position,
                      std::string("\"") + name + "\" mixes the clips of a batch, but a batch is one clip",
                      "set train.batch_size to 2 or more");
  }
}

/// Rare classes are made up for once.
void check_balance(const RunConfig& config, Diagnostics& diagnostics) {
  const Value& weights = config.train_section.values.at("class_weights");
  if (config.train.class_weights == ClassWeights::balanced && config.data.balance == Balance::classes) {
    diagnostics.error(weights.position, "\"class_weights\" balances what data.balance = \"classes\" has balanced",
                      "leave one of the two out");
  }
}

void check_patience(const RunConfig& config, Diagnostics& diagnostics) {
  if (config.train.patience == 0 || config.eval.every > 0) return;
  diagnostics.error(config.train_section.values.at("patience").position,
                    "\"patience\" counts evaluations, but there is one after the last epoch only",
                    "set eval.every to 1 or more");
}

std::string origin(const Position& position) {
  if (position.line == 0) return "default";
  const std::string file = printable_name(position.file);
  return position.file == override_file ? file : file + ':' + std::to_string(position.line);
}

void write(const Section& section, std::string& text) {
  text += (text.empty() ? "[" : "\n[") + section.name + "]\n";
  if (!section.use.empty()) {
    text += "use = " + to_toml(section.use) + "  # " + origin(section.use_position) + '\n';
  }
  for (const auto& [name, value] : section.values) {
    const std::string said = value.word.empty() ? to_toml(value.value) : to_toml(value.word);
    text += name + " = " + said + "  # " + origin(value.position) + '\n';
  }
}

}  // namespace

RunConfig load_run_config(const std::filesystem::path& file, std::span<const std::string> overrides,
                          const Catalogue& catalogue, Diagnostics& diagnostics, Author author) {
  RunConfig config;
  config.file = file;
  Document document = Document::load(file, overrides, diagnostics);
  config.text = document.text();
  if (!document.valid()) return config;

  Keys keys;
  std::vector<std::string> names;
  for (const SectionInfo& section : all_sections()) {
    names.push_back(section.name);
    if (!section.names_plugin) keys[section.name] = names_of(section.options);
  }
  std::vector<PluginSection> plugins;
  visit_plugin_sections(config, [&](const char* name, const char*, Section&) {
    plugins.emplace_back(document, name, catalogue, author, keys, diagnostics);
  });
  document.check_section_names(names, diagnostics);
  visit_plugin_sections(config, [&, plugin = plugins.begin()](const char*, const char*, Section& section) mutable {
    section = (plugin++)->read(document, keys, author, diagnostics);
  });
  visit_host_sections(config, [&](const char* name, const char*, auto& options, Section& section) {
    section = read_host_section(document, name, keys, author, options, diagnostics);
  });
  check_mixing(config, diagnostics);
  check_balance(config, diagnostics);
  check_patience(config, diagnostics);
  return config;
}

std::string resolved_toml(const RunConfig& config) {
  std::string text;
  visit_plugin_sections(config, [&](const char*, const char*, const Section& section) { write(section, text); });
  visit_host_sections(config,
                      [&](const char*, const char*, const auto&, const Section& section) { write(section, text); });
  return text;
}

}  // namespace pgt::config
