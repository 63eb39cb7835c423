#include "run/description.hpp"

#include <cmath>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/number.hpp"
#include "base/text.hpp"

namespace pgt::run {

std::string split_csv(const std::vector<SplitRow>& rows) {
  std::string csv = "path,label,start,end,group,id\n";
  for (const SplitRow& row : rows) {
    const sdk::Sample& sample = row.sample;
    csv += csv_field(sample.path.string()) + "," + csv_field(join(row.labels, "|")) + "," + round_trip(sample.start) +
           "," + round_trip(sample.end) + "," + csv_field(sample.group) + "," + csv_field(sample.id) + "\n";
  }
  return csv;
}

void write_description(const std::filesystem::path& folder, const Description& description) {
  write_file_atomically(folder / "run.toml", description.run_toml);
  write_file_atomically(folder / "plugins.json", description.plugins_json);
  write_file_atomically(folder / "data.json", description.data_json);
  std::string classes;
  for (const std::string& name : description.classes) classes += name + "\n";
  write_file_atomically(folder / "classes.txt", classes);
  for (const auto& [name, rows] : description.splits) {
    write_file_atomically(folder / "splits" / (name + ".csv"), split_csv(rows));
  }
  // Last: a folder that has it can be resumed.
  write_file_atomically(folder / "config.resolved.toml", description.resolved_toml);
}

}  // namespace pgt::run
