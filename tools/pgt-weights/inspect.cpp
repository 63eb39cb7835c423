#include <cstdio>
#include <map>

#include "families.hpp"
#include "recognise.hpp"
#include "report.hpp"
#include "source.hpp"
#include "text.hpp"
#include "verbs.hpp"

namespace pgt::weights {

std::string millions(std::int64_t count) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f M", static_cast<double>(count) / 1e6);
  return text;
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (const std::int64_t size : shape) text += (text.size() > 1 ? ", " : "") + std::to_string(size);
  return text + "]";
}

namespace {

/// What network the weights are of, if that can be seen.
void print_network(const Source& source, const WeightSet& set) {
  if (const std::string foreign = foreign_family(source.tensors()); !foreign.empty()) {
    std::printf("a network of the family %s, which pgt-host does not have. %s\n", foreign.c_str(), how_to_bring);
    return;
  }
  const Naming& naming = *recognise(set.tensors, {}).naming;
  const ModelSection section = read_model(set.tensors, naming);
  if (!section.foreign.empty()) {
    std::printf("a network of the family %s, which pgt-host does not have. %s\n", section.foreign.c_str(),
                how_to_bring);
  }
  if (section.lines.empty()) return;
  std::printf("names of %s; for a run file, as far as shapes show:\n", naming.label().c_str());
  print_section(section);
  if (section.classes > 0) std::printf("    # %ld classes\n", static_cast<long>(section.classes));
}

}  // namespace

void inspect(const std::filesystem::path& file) {
  const Source source(file);
  std::map<std::string, std::vector<const NamedTensor*>> groups;
  for (const NamedTensor& tensor : source.tensors()) groups[tensor.group].push_back(&tensor);
  for (const auto& [group, tensors] : groups) {
    if (!group.empty()) std::printf("%s:\n", printable(group).c_str());
    std::int64_t values = 0;
    for (const NamedTensor* tensor : tensors) {
      values += tensor->tensor.elements();
      std::printf("  %-48s %-9s %s\n", printable(tensor->name).c_str(), name_of(tensor->tensor.type),
                  shape_text(tensor->tensor.shape).c_str());
    }
    std::printf("  %zu tensors, %s values\n", tensors.size(), millions(values).c_str());
  }
  for (const auto& [key, value] : source.metadata()) {
    const std::string shown = printable(value.substr(0, 60)) + (value.size() > 60 ? "…" : "");
    std::printf("%s: %s\n", printable(key).c_str(), shown.c_str());
  }
  std::printf("%s: %s, %zu tensors, %s values\n", file.c_str(), source.container().c_str(), source.tensors().size(),
              millions([&] {
                std::int64_t all = 0;
                for (const NamedTensor& tensor : source.tensors()) all += tensor.tensor.elements();
                return all;
              }())
                  .c_str());
  const std::vector<WeightSet> sets = source.sets({});
  if (const std::string choice = describe_choice(sets, sets.front()); !choice.empty()) {
    std::printf("%s\n", choice.c_str());
  }
  print_network(source, sets.front());
}

}  // namespace pgt::weights
