#include "config/document.hpp"

#include <algorithm>
#include <utility>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "config/convert.hpp"
#include "config/toml_depth.hpp"
#include "config/toml_source.hpp"

namespace pgt::config {
namespace {

namespace fs = std::filesystem;

/// The run file or one override.
struct Parsed {
  Source source;
  toml::table root;
  fs::path folder;  ///< where its relative paths start
};

struct Entries {
  Position name;
  std::map<std::string, Entry> keys;
};

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t";
  const std::size_t begin = std::min(text.find_first_not_of(blank), text.size());
  return text.substr(begin, text.find_last_not_of(blank) + 1 - begin);
}

bool has(const std::vector<std::string>& keys, const std::string& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

/// What the user may have meant by an unknown key.
std::string key_help(const std::string& key, const Section& section, std::span<const sdk::OptionSpec> specs,
                     const KnownKeys& elsewhere) {
  std::vector<std::string> plugins, same, similar;
  for (const auto& [other, keys] : elsewhere.of_others) {
    if (has(keys, key)) plugins.push_back('"' + other + '"');
  }
  if (!plugins.empty()) {
    return '"' + key + "\" is a key of " + join(plugins, ", ") + ", but [" + section.name + "] uses \"" + section.use +
           '"';
  }
  for (const auto& [other, keys] : elsewhere.of_sections) {
    if (other == section.name) continue;
    if (has(keys, key)) same.push_back("[" + other + "]");
    for (const std::string& match : close_matches(key, keys)) similar.push_back('"' + match + "\" in [" + other + "]");
  }
  if (!same.empty()) return '"' + key + "\" exists in " + join(same, " and ");
  std::vector<std::string> own;
  for (const sdk::OptionSpec& spec : specs) own.push_back(spec.name);
  if (std::string help = did_you_mean(key, own); !help.empty()) return help;
  if (!similar.empty()) return "did you mean " + similar.front() + "?";
  return own.size() <= 8 && !own.empty() ? "[" + section.name + "] has " + join(own, ", ") : "";
}

/// Whether the option exists with what the section says. One whose value was refused may have been meant to be any.
bool exists(const sdk::OptionSpec& spec, const Section& section) {
  if (!spec.only_with || section.refused.contains(spec.only_with->option)) return true;
  const auto other = section.values.find(spec.only_with->option);
  if (other == section.values.end()) return false;
  const auto* value = std::get_if<std::string>(&other->second.value);
  return value != nullptr && has(spec.only_with->values, *value);
}

void report_needless(const sdk::OptionSpec& spec, const Section& section, const Entry& entry,
                     Diagnostics& diagnostics) {
  const sdk::Condition& condition = *spec.only_with;
  std::vector<std::string> values;
  for (const std::string& value : condition.values) values.push_back(to_toml(value));
  const auto other = section.values.find(condition.option);
  const std::string now = other == section.values.end() ? "" : ", not " + to_toml(other->second.value);
  diagnostics.error(entry.value, '"' + spec.name + "\" needs " + condition.option + " = " + join(values, " or ") + now,
                    "leave " + spec.name + " out, or change " + condition.option);
}

}  // namespace

struct Document::State {
  std::string text;
  bool valid = false;
  Position start;  ///< of the run file
  std::vector<std::unique_ptr<Parsed>> parsed;
  std::map<std::string, Entries> sections;
  std::map<std::string, Position> misplaced;  ///< what is at the top and is not a section
  std::map<std::string, std::string> uses;    ///< of the file's sections

  void add(std::unique_ptr<Parsed> owned, const std::optional<std::string>& command_text);
  void add_override(std::string_view line, std::size_t number, Diagnostics& diagnostics);
};

void Document::State::add(std::unique_ptr<Parsed> owned, const std::optional<std::string>& command_text) {
  const Parsed& from = *parsed.emplace_back(std::move(owned));
  for (const auto& [name, node] : from.root) {
    const Position position = position_of(name.source(), from.source);
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      misplaced.emplace(name.str(), position);
      continue;
    }
    Entries& entries = sections.try_emplace(std::string(name.str()), Entries{position, {}}).first->second;
    for (const auto& [key, value] : *table) {
      entries.keys[std::string(key.str())] = {position_of(key.source(), from.source),
                                              position_of(value.source(), from.source),
                                              &value,
                                              &from.source,
                                              from.folder,
                                              command_text};
    }
  }
}

/// An override is a line of TOML with a dotted key; where its right side is not a value, it is text.
void Document::State::add_override(std::string_view line, std::size_t number, Diagnostics& diagnostics) {
  const Source source(std::string(override_file), line, number);
  if (const std::optional<DeepKey> deep = find_deep_key(line)) {
    report_deep_key(*deep, source, diagnostics);
    return;
  }
  if (!is_utf8(line)) {
    diagnostics.error(source.at(1, 1, length(line)), "an override must be UTF-8, as run files are");
    return;
  }
  const std::size_t equals = line.find('=');
  const std::string_view left = trimmed(line.substr(0, equals));
  const std::size_t dot = left.find('.');
  if (equals == std::string_view::npos || left.starts_with('#') || dot == std::string_view::npos || dot == 0 ||
      dot + 1 == left.size()) {
    diagnostics.error(source.at(1, 1, length(line)), "an override reads SECTION.KEY=VALUE",
                      "as in --set train.epochs=5");
    return;
  }
  const std::string_view right = trimmed(line.substr(equals + 1));
  const auto position = [&](std::string_view part) {
    const auto before = static_cast<std::size_t>(part.data() - line.data());
    return source.at(1, length(line.substr(0, before)) + 1, length(part));
  };
  auto owned = std::make_unique<Parsed>(Parsed{source, {}, fs::current_path()});
  const bool one_line = line.find('\n') == std::string_view::npos;
  if (std::optional<toml::table> root = one_line ? parse_toml(line) : std::nullopt; root && !root->empty()) {
    owned->root = std::move(*root);
    add(std::move(owned), std::string(right));
    return;
  }
  owned->root.insert(left, std::string(right));
  Entries& entries = sections.try_emplace(std::string(left.substr(0, dot)), Entries{position(left), {}}).first->second;
  entries.keys[std::string(left.substr(dot + 1))] = {position(left), position(right), owned->root.get(left),
                                                     &owned->source, owned->folder,   std::string(right)};
  parsed.push_back(std::move(owned));
}

Document::Document() : state_(std::make_unique<State>()) {}
Document::~Document() = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;

Document Document::load(const fs::path& file, std::span<const std::string> overrides, Diagnostics& diagnostics) {
  require_file(file, ExitCode::usage);
  try {
    constexpr std::size_t most_bytes = 4 << 20;  // what is larger is something else, a device that never ends perhaps
    return parse(read_file(file, most_bytes), file, overrides, diagnostics);
  } catch (const Error& error) {
    throw Error(ExitCode::config, error.what());
  }
}

Document Document::parse(std::string text, const fs::path& file, std::span<const std::string> overrides,
                         Diagnostics& diagnostics) {
  Document document;
  State& state = *document.state_;
  state.text = std::move(text);
  const Source source(file.string(), state.text);
  state.start = source.at(1, 1);
  if (std::optional<toml::table> root = parse_toml(state.text, source, diagnostics)) {
    state.valid = true;
    state.add(std::make_unique<Parsed>(Parsed{source, std::move(*root), fs::absolute(file).parent_path()}),
              std::nullopt);
    for (const auto& [name, entries] : state.sections) {
      const auto use = entries.keys.find("use");
      if (use != entries.keys.end()) state.uses[name] = use->second.node->value_or(std::string());
    }
  }
  for (std::size_t i = 0; i < overrides.size(); ++i) state.add_override(overrides[i], i + 1, diagnostics);
  return document;
}

bool Document::valid() const { return state_->valid; }
const std::string& Document::text() const { return state_->text; }

void Document::check_section_names(std::span<const std::string> known, Diagnostics& diagnostics) const {
  const auto is_known = [&](const std::string& name) {
    return std::find(known.begin(), known.end(), name) != known.end();
  };
  for (const auto& [name, position] : state_->misplaced) {
    if (is_known(name)) {
      diagnostics.error(position, '"' + name + "\" must be a section",
                        "write [" + name + "] on a line of its own, its keys below");
    } else {
      diagnostics.error(position, '"' + name + "\" is outside of any section", "the sections are " + join(known, ", "));
    }
  }
  for (const auto& [name, entries] : state_->sections) {
    if (is_known(name)) continue;
    std::string help = did_you_mean(name, known);
    if (help.empty()) help = "the sections are " + join(known, ", ");
    diagnostics.error(entries.name, "unknown section [" + name + "]", std::move(help));
  }
}

std::optional<Value> Document::use(const std::string& section, std::span<const std::string> names,
                                   Diagnostics& diagnostics) const {
  if (state_->misplaced.contains(section)) return std::nullopt;  // reported with the names of the sections
  const std::string none =
      "no plugin for [" + section +
      "] was found: name the folder that holds one with --plugins DIR; pgt-host plugins lists what there is";
  const std::string offer = names.empty() ? none : "there are " + join(names, ", ");
  const auto found = state_->sections.find(section);
  if (found == state_->sections.end()) {
    diagnostics.error(state_->start, "section [" + section + "] is missing",
                      "add [" + section + "] with a line use = \"NAME\"; " + offer);
    return std::nullopt;
  }
  const auto entry = found->second.keys.find("use");
  if (entry == found->second.keys.end()) {
    diagnostics.error(found->second.name, '[' + section + "] does not say what to use", "add use = \"NAME\"; " + offer);
    return std::nullopt;
  }
  sdk::OptionSpec spec;
  spec.name = "use";
  spec.default_value = std::string();
  std::optional<Value> value = convert(entry->second, spec, diagnostics);
  if (!value) return std::nullopt;
  const auto& name = std::get<std::string>(value->value);
  if (std::find(names.begin(), names.end(), name) != names.end()) return value;
  const std::string similar = did_you_mean(name, names);
  diagnostics.error(value->position, "no plugin provides \"" + name + "\" for [" + section + ']',
                    similar.empty() ? offer : similar);
  return std::nullopt;
}

std::string Document::use_of_file(const std::string& section) const {
  const auto use = state_->uses.find(section);
  return use != state_->uses.end() ? use->second : "";
}

void Document::forget(const std::string& section, std::span<const std::string> staying) {
  std::erase_if(state_->sections.at(section).keys, [&](const auto& entry) {
    const bool of_file = !entry.second.command_text;
    return of_file && std::find(staying.begin(), staying.end(), entry.first) == staying.end();
  });
}

Section Document::section(const std::string& name, std::span<const sdk::OptionSpec> specs, Diagnostics& diagnostics,
                          const KnownKeys& elsewhere, Author author) const {
  Section section;
  section.name = name;
  section.position = state_->start;
  std::map<std::string, Entry> keys;
  if (const auto found = state_->sections.find(name); found != state_->sections.end()) {
    section.position = found->second.name;
    keys = found->second.keys;
  }
  const auto read = [&](const sdk::OptionSpec& spec) {
    const auto entry = keys.extract(spec.name);
    if (!exists(spec, section)) {
      const bool stale = author == Author::run && entry && !entry.mapped().command_text;
      if (entry && !stale) report_needless(spec, section, entry.mapped(), diagnostics);
      return;
    }
    std::optional<Value> value;
    if (entry) {
      value = convert(entry.mapped(), spec, diagnostics);
      if (!value) section.refused.insert(spec.name);
    } else if (spec.required) {
      diagnostics.error(section.position, '[' + name + "] needs \"" + spec.name + '"', spec.help);
      section.refused.insert(spec.name);
    }
    section.values[spec.name] = value ? std::move(*value) : default_of(spec);
  };
  // Those first on whose values it depends whether others exist.
  for (const sdk::OptionSpec& spec : specs) {
    if (!spec.only_with) read(spec);
  }
  for (const sdk::OptionSpec& spec : specs) {
    if (spec.only_with) read(spec);
  }
  if (const auto use = keys.find("use"); use != keys.end()) {
    section.use = use->second.node->value_or(std::string());
    section.use_position = use->second.value;
    keys.erase(use);
  }
  for (const auto& [key, entry] : keys) {
    diagnostics.error(entry.key, "unknown key \"" + key + "\" in [" + name + ']',
                      key_help(key, section, specs, elsewhere));
  }
  return section;
}

}  // namespace pgt::config
