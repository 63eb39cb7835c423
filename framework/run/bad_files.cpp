#include "run/bad_files.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "run/csv.hpp"

namespace pgt::run {

BadFiles::BadFiles(std::filesystem::path file) : path_(std::move(file)) {
  if (!std::filesystem::exists(path_)) return;
  const CsvTable table = parse_csv(read_file(path_));
  file_ = std::make_unique<RecordFile>(path_);
  file_->cut(static_cast<std::int64_t>(table.whole_bytes));
  for (const auto& row : table.rows) {
    if (row.size() == 4) known_.emplace(row[0], row[3]);
  }
}

bool BadFiles::add(const BadFile& bad) {
  if (!known_.emplace(bad.id, bad.phase).second) return false;
  if (!file_) file_ = std::make_unique<RecordFile>(path_);
  std::string text = file_->bytes() == 0 ? "id,path,reason,phase\n" : "";
  text += csv_field(bad.id) + "," + csv_field(bad.path) + "," + csv_field(bad.reason) + "," + csv_field(bad.phase);
  file_->append(text + "\n");
  return true;
}

}  // namespace pgt::run
