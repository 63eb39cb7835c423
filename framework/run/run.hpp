/// One run's folder and everything that is shown and recorded while it trains: the verbs' one door to this folder.
///
///     run::Run run = run::Run::create(root, name, description, host, reporting);
///     ... run.observer(), run.metrics_bytes(), run.checkpoint_path("last") go to the loop ...
///     run.finish({.state = run::State::finished});
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "run/description.hpp"
#include "run/environment.hpp"
#include "run/events.hpp"
#include "run/log.hpp"
#include "run/status.hpp"

namespace pgt::run {

/// What is shown and how often.
struct Reporting {
  std::int64_t epochs = 0;      ///< of the whole run
  std::int64_t log_every = 10;  ///< iterations between two lines of the log
  Display display;
  bool several_labels = false;  ///< videos have any number of labels (or boxes): judged by mAP, not by accuracy
  std::function<std::int64_t()> peak_device_bytes{};  ///< of an accelerator's memory; empty: none
};

/// How a run ended.
struct Ending {
  State state = State::finished;
  int exit_code = 0;
  std::string message{};
  std::string longer{};  ///< of a finished run: the setting with which it trains longer
};

/// Thread: everything from one thread. Throws Error(io) where the folder cannot be written.
class Run {
 public:
  /// Makes `<root>/<name>-<NNN>` with the files that describe the run, and points `<root>/<name>` and `<root>/latest`
  /// at it.
  static Run create(const std::filesystem::path& root, const std::string& name, const Description& description,
                    const Host& host, const Reporting& reporting);
  /// Opens a folder that `create` made, and keeps others out of it; nothing is changed there before `begin`. Throws
  /// Error(io) if another process trains there.
  static Run resume(const std::filesystem::path& folder, const Host& host, const Reporting& reporting);
  /// Of a run that was opened with `resume`: from here on it is trained. Call `restore` next.
  void begin();
  /// The run's state when it was opened.
  State state() const;
  /// A run that has begun and that nobody finished has failed, and STATUS.json then says so; also where a plugin calls
  /// exit().
  ~Run();
  Run(Run&&) noexcept;
  Run& operator=(Run&&) = delete;

  /// Absolute.
  const std::filesystem::path& folder() const;
  /// RUN/checkpoints/NAME.safetensors.
  std::filesystem::path checkpoint_path(const std::string& name) const;
  /// Hands every report to the records, the log, the screen, TensorBoard and the curves.
  Observer& observer();
  Log& log();
  /// The bar while something other than training is under way: `what` is "val" or the like.
  void show_progress(std::string_view what, std::int64_t done, std::int64_t all);

  /// The length of metrics.jsonl, which is then safely on the disk: part of a checkpoint.
  std::int64_t metrics_bytes();
  /// Cuts the records to what they were when a checkpoint was made: metrics.jsonl to its length then, results.csv to
  /// the epochs that were finished.
  void restore(std::int64_t metrics_bytes, std::int64_t epochs);
  /// The command that resumes this run, quoted for a shell.
  std::string resume_command() const;
  /// The run's last word: STATUS.json; for a finished one also its best epoch and what to do next, on the screen and in
  /// NEXT_STEPS.txt.
  void finish(const Ending& ending);

 private:
  struct Parts;
  explicit Run(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace pgt::run
