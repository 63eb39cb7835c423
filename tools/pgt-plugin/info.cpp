// `pgt-plugin info`: what a library provides and how it was built.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "base/checksum.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "config/document.hpp"
#include "lines.hpp"
#include "plugin/examine.hpp"
#include "plugin/folders.hpp"
#include "supervise.hpp"
#include "verbs.hpp"

namespace pgt::plugin_tool {
namespace {

using namespace check;
using nlohmann::json;
namespace fs = std::filesystem;

struct Info {
  plugin::Manifest manifest;
  std::vector<Finding> record;  ///< a finding for each field of the build record
  std::string checksum;
};

std::string checksum_of_file(const fs::path& file) {
  Checksum checksum;
  checksum.add(read_file(file));
  return checksum.text();
}

/// Throws Error(plugin) where the library is refused.
Info info_of(const fs::path& file) {
  const plugin::Examination examination = plugin::examine(file, plugin::host_beside_program());
  if (!examination.manifest) throw Error(ExitCode::plugin, file.string() + ": " + examination.reason);
  Limits limits;
  limits.only = {"record"};
  Report report =
      supervise({fs::read_symlink("/proc/self/exe").string(), "child", file.string(), "library"}, "library", limits);
  return {*examination.manifest, std::move(report.findings), checksum_of_file(file)};
}

std::string range_of(const sdk::OptionSpec& spec) {
  std::string text;
  for (const sdk::OptionValue& choice : spec.choices) text += (text.empty() ? " " : " | ") + config::to_toml(choice);
  if (spec.minimum && spec.maximum)
    text = " " + text_of(*spec.minimum) + " to " + text_of(*spec.maximum);
  else if (spec.minimum)
    text = " at least " + text_of(*spec.minimum);
  return text + (spec.unit.empty() ? "" : " " + spec.unit);
}

void print_option(const sdk::OptionSpec& spec) {
  const std::string value = spec.required ? "(required)" : config::to_toml(spec.default_value);
  std::printf("    %s = %s%s\n        %s\n", spec.name.c_str(), value.c_str(), range_of(spec).c_str(),
              spec.help.c_str());
}

void print_text(const Info& info) {
  std::printf("%s %s\n%s, %lld bytes, CRC32C %s\n", info.manifest.id.c_str(), info.manifest.version.c_str(),
              info.manifest.path.c_str(), static_cast<long long>(fs::file_size(info.manifest.path)),
              info.checksum.c_str());
  for (const Finding& field : info.record) {
    std::printf("  %-26s%s\n", field.rule.c_str(), field.seen.text.empty() ? "none" : field.seen.text.c_str());
  }
  for (const plugin::ProvidedSpec& provided : info.manifest.provides) {
    std::printf("\n%s %s: %s\n", plugin::to_text(provided.kind).c_str(), provided.name.c_str(),
                printable_name(provided.summary).c_str());
    for (const sdk::OptionSpec& spec : provided.options) print_option(spec);
  }
}

void print_json(const Info& info) {
  json all = plugin::to_json(info.manifest);
  all["bytes"] = fs::file_size(info.manifest.path);
  all["crc32c"] = info.checksum;
  for (const Finding& field : info.record) all["record"][field.rule.substr(field.rule.find('.') + 1)] = field.seen.text;
  std::printf("%s\n", all.dump(2, ' ', false, json::error_handler_t::replace).c_str());
}

}  // namespace

void add_info(CLI::App& app, Program& program) {
  const auto file = std::make_shared<fs::path>();
  const auto as_json = std::make_shared<bool>(false);
  CLI::App* verb = app.add_subcommand("info", "what a library provides, its options, and how it was built");
  verb->add_option("file", *file, "the library")->type_name("FILE.so")->required();
  verb->add_flag("--json", *as_json, "as JSON");
  verb->callback([=, &program] {
    require_file(*file, ExitCode::usage);
    const Info info = info_of(fs::absolute(*file).lexically_normal());
    *as_json ? print_json(info) : print_text(info);
    program.code = static_cast<int>(ExitCode::ok);
  });
}

}  // namespace pgt::plugin_tool
