#include "cli/list_plugins.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"
#include "run/terminal_bar.hpp"

namespace pgt::cli {
namespace {

using Row = std::vector<std::string>;

/// Columns that a line may fill: narrower is not read better, and wider than 100 not at all.
int page_columns() {
  return ::isatty(STDOUT_FILENO) != 0 ? std::clamp(run::terminal_columns(STDOUT_FILENO), 80, 100) : 100;
}

/// The text in lines of so many columns, broken between words.
std::vector<std::string> wrapped(const std::string& text, int columns) {
  std::vector<std::string> lines{""};
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const bool fits = columns_of(lines.back()) + 1 + columns_of(word) <= columns;
    if (!lines.back().empty() && !fits) lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + word;
  }
  return lines;
}

/// Each column as wide as its widest cell, but for the last, which takes what is left of the page and goes on below.
void print_table(const std::vector<Row>& rows) {
  std::vector<int> widths(rows.front().size() - 1);
  for (const Row& row : rows) {
    for (std::size_t column = 0; column < widths.size(); ++column) {
      widths[column] = std::max(widths[column], columns_of(row[column]));
    }
  }
  const int before = std::accumulate(widths.begin(), widths.end(), 2 * static_cast<int>(widths.size()));
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t column = 0; column < widths.size(); ++column) {
      line += row[column] + std::string(static_cast<std::size_t>(widths[column] - columns_of(row[column]) + 2), ' ');
    }
    for (const std::string& part : wrapped(row.back(), std::max(page_columns() - before, 20))) {
      std::printf("%s%s\n", line.c_str(), part.c_str());
      line.assign(static_cast<std::size_t>(before), ' ');
    }
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

/// What there is, and below it, folder by folder, the libraries that it is from.
void print_tables(const plugin::Registry& registry) {
  std::vector<Row> provided{{"NAME", "KIND", "LIBRARY", "SUMMARY"}};
  std::map<std::string, std::vector<Row>> libraries;
  for (const plugin::Manifest& manifest : registry.plugins()) {
    const std::string library = printable_name(manifest.path.filename().string());
    for (const plugin::ProvidedSpec& each : manifest.provides) {
      provided.push_back(
          {printable_name(each.name), plugin::to_text(each.kind), library, printable_name(each.summary)});
    }
    std::vector<Row>& rows = libraries[printable_name(manifest.path.parent_path().string())];
    if (rows.empty()) rows.push_back({"LIBRARY", "VERSION", "PLUGIN"});
    rows.push_back({library, printable_name(manifest.version), printable_name(manifest.id)});
  }
  if (libraries.empty()) return;
  print_table(provided);
  for (const auto& [folder, rows] : libraries) {
    std::printf("\n%s\n", folder.c_str());
    print_table(rows);
  }
}

void print_text(const plugin::Registry& registry) {
  print_tables(registry);
  for (const plugin::Refused& refused : registry.refused()) {
    std::printf("left out: %s: %s\n", printable_name(refused.path.string()).c_str(),
                indented(printable(refused.reason)).c_str());
  }
  for (const std::string& warning : registry.warnings()) {
    std::printf("warning: %s\n", indented(printable(warning)).c_str());
  }
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
