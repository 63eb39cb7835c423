#include "rules_of_libraries.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include "elf_file.hpp"

namespace pgt::check {
namespace {

Seen exports_its_entry_alone(const LibraryTrial& trial) {
  std::vector<std::string> others = read_elf(trial.file).exported;
  std::erase(others, PGT_ENTRY_SYMBOL);
  std::erase_if(others, [](const std::string& name) { return name == "_init" || name == "_fini"; });
  if (others.empty()) return holds();
  return broken("it exports " + others.front() +
                (others.size() > 1 ? " and " + std::to_string(others.size() - 1) + " more" : ""));
}

/// Lower case letters, digits, "_" and "-", with a dot between the parts.
bool is_reverse_domain(const std::string& id) {
  const bool letters = std::ranges::all_of(
      id, [](unsigned char c) { return std::islower(c) || std::isdigit(c) || c == '.' || c == '_' || c == '-'; });
  const std::size_t dot = id.find('.');
  return letters && dot != std::string::npos && dot > 0 && id.back() != '.' && id.find("..") == std::string::npos;
}

Seen has_id(const LibraryTrial& trial) {
  const std::string& id = trial.plugin().id;
  return is_reverse_domain(id) ? holds() : broken("its id is \"" + id + "\"");
}

Seen has_version(const LibraryTrial& trial) {
  const std::string& version = trial.plugin().version;
  const bool number = !version.empty() && std::isdigit(static_cast<unsigned char>(version.front())) != 0;
  return number ? holds(version) : broken("its version is \"" + version + "\"");
}

Seen provides_something(const LibraryTrial& trial) {
  const std::size_t count = things_of(trial.plugin()).size();
  return count > 0 ? holds(std::to_string(count)) : broken("it provides no backbone, dataset or schedule");
}

Seen names_are_unique(const LibraryTrial& trial) {
  std::set<std::string> seen;
  for (const OptionTrial& thing : things_of(trial.plugin())) {
    if (!seen.insert(text_of(thing.kind, thing.name)).second)
      return broken("it provides the " + text_of(thing.kind, thing.name) + " twice");
  }
  return holds();
}

Seen names_are_words(const LibraryTrial& trial) {
  for (const OptionTrial& thing : things_of(trial.plugin())) {
    const bool letters = std::ranges::all_of(
        thing.name, [](unsigned char c) { return std::islower(c) || std::isdigit(c) || c == '_' || c == '-'; });
    if (thing.name.empty() || !letters)
      return broken("the " + plugin::to_text(thing.kind) + " is called \"" + thing.name + "\"");
  }
  return holds();
}

Seen summaries_are_lines(const LibraryTrial& trial) {
  for (const OptionTrial& thing : things_of(trial.plugin())) {
    if (thing.summary.empty() || thing.summary.find('\n') != std::string::npos) {
      return broken("the summary of the " + text_of(thing.kind, thing.name) + " is \"" + thing.summary + "\"");
    }
  }
  return holds();
}

constexpr LibraryRule library_rules[] = {
    {{"library.exports", "it exports its entry and nothing else", "docs/architecture.md: A4.4",
      "build it with pgt_add_plugin, which hides the rest"},
     exports_its_entry_alone},
    {{"library.id", "its id is a reverse domain name in lower case", "plugin.hpp: Plugin::id",
      "such as \"org.example.my_net\""},
     has_id},
    {{"library.version", "it has a version", "plugin.hpp: Plugin::version", "plugin.version = \"1.0.0\""}, has_version},
    {{"library.provides", "it provides something", "plugin.hpp: Plugin",
      "call plugin.add_backbone, add_dataset or add_schedule"},
     provides_something},
    {{"library.unique-names", "it provides no two things of one kind and name", "plugin.hpp: Plugin::add_backbone",
      "rename one of them"},
     names_are_unique},
    {{"library.names", "names are lower case letters, digits, \"_\" and \"-\"", "plugin.hpp: Provided::name",
      "users write them in use = \"…\""},
     names_are_words},
    {{"library.summaries", "each thing has one line of summary", "plugin.hpp: Provided::summary",
      "`pgt-host plugins` prints it"},
     summaries_are_lines},
};

constexpr const char* record_header = "entry.hpp: BuildRecord";

constexpr RuleText record_rules[] = {
    {"record.magic", "the entry begins as PGT_PLUGIN makes it", record_header, "register the plugin with PGT_PLUGIN"},
    {"record.sdk-version", "it was built with the host's version of the SDK", record_header,
     "rebuild it with the SDK of this host"},
    {"record.size", "the record is as long as the host's", record_header, "register the plugin with PGT_PLUGIN"},
    {"record.cxx11-abi", "std::string is laid out as the host's", record_header,
     "build it with the host's _GLIBCXX_USE_CXX11_ABI"},
    {"record.glibcxx-debug", "containers are laid out as the host's", record_header,
     "build both with _GLIBCXX_DEBUG or both without"},
    {"record.architecture", "it was built for this machine", record_header, "rebuild it here"},
    {"record.compiler", "it was built with the host's compiler, in its major version", record_header,
     "rebuild it with that compiler"},
    {"record.standard-library", "it was built with the host's C++ library", record_header,
     "rebuild it with that library"},
    {"record.sanitizer", "it was built with the host's sanitizer, or both with none", record_header,
     "use the same -fsanitize"},
    {"record.libtorch", "a library with backbones was built with the host's LibTorch", record_header,
     "rebuild it with that LibTorch"},
};

}  // namespace

const RuleText loads_rule{"library.loads", "it can be opened, and describes itself",
                          "docs/check-a-plugin.md: How it checks",
                          "`pgt-host plugin doctor FILE` says what is missing"};

std::span<const LibraryRule> rules_of_libraries() { return library_rules; }
std::span<const RuleText> rules_of_records() { return record_rules; }

Seen check_record(const RuleText& rule, const LibraryTrial& trial) {
  for (const plugin::RecordField& field : trial.record) {
    if ("record." + field.key != rule.name) continue;
    if (field.fits) return holds(field.plugin);
    return broken("host " + field.host + ", plugin " + field.plugin + "; " + field.remedy);
  }
  throw CannotBeTried{trial.record.empty() ? "see library.loads" : "the record cannot be read so far"};
}

}  // namespace pgt::check
