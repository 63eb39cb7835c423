/// TensorBoard's event files, written by hand: TFRecords of the few protobuf fields that scalars need.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "run/record_file.hpp"

namespace pgt::run {

/// Length, its masked CRC, the bytes, their masked CRC: tensorflow/core/lib/io/record_writer.h.
std::string tf_record(std::string_view bytes);

using Scalars = std::vector<std::pair<std::string, double>>;

/// A file of its own for each start of a run. Thread: one at a time. Throws Error(io).
class EventFile {
 public:
  /// Makes `folder/events.out.tfevents.TIME.HOST.PID`.
  explicit EventFile(const std::filesystem::path& folder);

  /// Says that what earlier files hold from `step` on did not happen: their run was killed after its last checkpoint.
  void start_at(std::int64_t step);
  /// Values at one step; those that are not finite are left out.
  void add(std::int64_t step, const Scalars& scalars);

 private:
  std::unique_ptr<RecordFile> file_;
};

}  // namespace pgt::run
