#include "cli/list_plugins.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/text.hpp"

namespace pgt::cli {
namespace {

using Row = std::array<std::string, 6>;

void print_table(const std::vector<Row>& rows) {
  Row::size_type column = 0;
  std::array<int, std::tuple_size_v<Row>> widths{};
  for (const Row& row : rows) {
    for (column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], columns_of(row[column]));
    }
  }
  for (const Row& row : rows) {
    std::string line;
    for (column = 0; column + 1 < row.size(); ++column) {
      line += row[column] + std::string(static_cast<std::size_t>(widths[column] - columns_of(row[column]) + 2), ' ');
    }
    std::printf("%s%s\n", line.c_str(), row.back().c_str());
  }
}

void print_json(const plugin::Registry& registry) {
  nlohmann::json all{{"plugins", nlohmann::json::array()}, {"refused", nlohmann::json::array()}};
  for (const plugin::Manifest& manifest : registry.plugins()) {
    all["plugins"].push_back(plugin::to_json(manifest));
  }
  for (const plugin::Refused& refused : registry.refused()) {
    all["refused"].push_back({{"path", refused.path.string()}, {"reason", refused.reason}});
  }
  all["warnings"] = registry.warnings();
  std::printf("%s\n", all.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

void print_text(const plugin::Registry& registry) {
  std::vector<Row> rows{{"NAME", "KIND", "SUMMARY", "PLUGIN", "VERSION", "PATH"}};
  for (const plugin::Manifest& manifest : registry.plugins()) {
    for (const plugin::ProvidedSpec& provided : manifest.provides) {
      rows.push_back({provided.name, plugin::to_text(provided.kind), provided.summary, manifest.id, manifest.version,
                      manifest.path.string()});
    }
  }
  if (rows.size() > 1) print_table(rows);
  for (const plugin::Refused& refused : registry.refused()) {
    std::printf("left out: %s: %s\n", refused.path.c_str(), refused.reason.c_str());
  }
  for (const std::string& warning : registry.warnings()) std::printf("warning: %s\n", warning.c_str());
}

}  // namespace

int list_plugins(const Command& command, const plugin::Registry& registry) {
  if (command.json) {
    print_json(registry);
  } else {
    print_text(registry);
  }
  if (!registry.plugins().empty()) return static_cast<int>(ExitCode::ok);
  std::fprintf(stderr, "pgt-host: no plugin could be loaded%s\n",
               command.plugin_folders.empty() ? "; name their folder with --plugins DIR" : "");
  return static_cast<int>(ExitCode::plugin);
}

}  // namespace pgt::cli
