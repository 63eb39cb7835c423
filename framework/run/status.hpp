/// STATUS.json: the state of a run, for scripts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace pgt::run {

enum class State { running, finished, failed, interrupted };

/// "running", "finished", "failed", "interrupted".
std::string to_text(State state);

struct Status {
  State state = State::running;
  int exit_code = 0;
  std::int64_t epoch = 0;  ///< epochs that are done
  std::int64_t epochs = 0;
  double seconds = 0;                  ///< over all starts of the run
  std::int64_t peak_rss_bytes = 0;     ///< the largest over all starts
  std::int64_t peak_device_bytes = 0;  ///< of an accelerator's memory, likewise
  std::int64_t skipped_updates = 0;    ///< because a loss or a gradient was not finite
  std::string message{};
  std::int64_t timed_epoch = -1;  ///< from 0: the last one that was trained in; -1: none
  double timed_seconds = 0;       ///< that it has been trained for, over all starts
};

/// The file's content.
std::string to_json(const Status& status);

/// Atomic. Throws Error(io).
void write_status(const std::filesystem::path& file, const Status& status);

/// What an earlier start left; a fresh status where there is none or it cannot be understood.
Status read_status(const std::filesystem::path& file);

}  // namespace pgt::run
