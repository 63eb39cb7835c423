#include "report.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cstdio>

#include "text.hpp"

namespace pgt::weights {
namespace {

constexpr std::size_t most_names = 10;  ///< of a kind that are printed
constexpr std::int64_t sample_rows = 5;

/// An empty list is the default of the options that have lists of any length.
bool may_be_left_out(const ModelLine& line) {
  const auto is_empty = [](const sdk::OptionValue& value) { return config::to_toml(value) == "[]"; };
  return is_empty(line.value) || std::ranges::any_of(line.as_good, is_empty);
}

void print_line(const ModelLine& line) {
  std::printf("    %s = %s\n", line.key.c_str(), config::to_toml(line.value).c_str());
}

bool accepts(const ModelLine& line, const sdk::OptionValue& value) {
  const std::string text = config::to_toml(value);
  return text == config::to_toml(line.value) ||
         std::ranges::any_of(line.as_good, [&](const auto& other) { return text == config::to_toml(other); });
}

/// An option that this backbone does not have says nothing about it.
bool agrees(const ModelLine& line, const config::Section& run_file) {
  if (line.key == "use") return accepts(line, run_file.use);
  const auto found = run_file.values.find(line.key);
  return found == run_file.values.end() || accepts(line, found->second.value);
}

}  // namespace

void print_names(const char* what, const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::printf("  %-15s %5zu tensors\n", what, names.size());
  for (std::size_t i = 0; i < std::min(names.size(), most_names); ++i) {
    std::printf("    %s\n", printable(names[i]).c_str());
  }
  if (names.size() > most_names) std::printf("    and %zu more\n", names.size() - most_names);
}

void print_match(const Match& match) {
  std::int64_t values = 0;
  for (const auto& [name, tensor] : match.loaded) values += tensor.numel();
  std::printf("  %-15s %5zu tensors, %s values: %zu renamed, %zu reshaped, %zu inflated, %zu joined\n", "loaded",
              match.loaded.size(), millions(values).c_str(), match.renamed, match.reshaped, match.inflated,
              match.joined);
  print_names("re-initialised", match.fresh_head);
  print_names("another shape", match.wrong_shape);
  print_names("missing", match.missing);
  print_names("left over", match.left_over);
  std::printf("  %.1f %% of the backbone loaded\n", 100 * match.coverage);
}

void print_section(const ModelSection& section) {
  std::printf("    [model]\n");
  for (const ModelLine& line : section.lines) {
    if (!may_be_left_out(line)) print_line(line);
  }
}

void print_differences(const ModelSection& section, const config::Section& run_file, bool fits) {
  std::vector<ModelLine> lines;
  for (const ModelLine& line : section.lines) {
    if (!agrees(line, run_file) && !(fits && line.in_shapes)) lines.push_back(line);
  }
  if (lines.empty()) return;
  if (lines.front().key == "use") {
    std::printf("  the file holds another network than [model] describes; its own is\n");
    print_section(section);
    return;
  }
  std::printf("  for the network that the file holds, [model] should say\n");
  for (const ModelLine& line : lines) print_line(line);
}

void print_rows(const Match& match, const std::vector<nn::Parameter>& backbone,
                const std::vector<std::string>& classes) {
  const auto count = static_cast<std::int64_t>(classes.size());
  const bool loaded = std::ranges::any_of(backbone, [&](const nn::Parameter& parameter) {
    return parameter.role == sdk::Role::head && match.loaded.contains(parameter.name) && parameter.tensor.dim() > 0 &&
           parameter.tensor.size(0) == count;
  });
  if (!loaded) return;
  std::printf("  rows of the head are now these classes; compare with the list that the weights came with\n");
  const std::int64_t rows = std::min(count, sample_rows);
  for (std::int64_t i = 0; i < rows; ++i) {
    const std::int64_t row = rows > 1 ? i * (count - 1) / (rows - 1) : 0;
    std::printf("    row %-5ld %s\n", static_cast<long>(row),
                printable(classes[static_cast<std::size_t>(row)]).c_str());
  }
}

}  // namespace pgt::weights
