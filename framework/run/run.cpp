#include "run/run.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/temporary.hpp"
#include "plugin/crash_watch.hpp"
#include "plugin/exit_watch.hpp"
#include "run/bad_files.hpp"
#include "run/commands.hpp"
#include "run/console.hpp"
#include "run/curves.hpp"
#include "run/epoch_clock.hpp"
#include "run/epoch_rows.hpp"
#include "run/folder.hpp"
#include "run/folder_lock.hpp"
#include "run/memory.hpp"
#include "run/metrics_record.hpp"
#include "run/record_file.hpp"
#include "run/results.hpp"
#include "run/tensorboard.hpp"

namespace pgt::run {
namespace {

namespace fs = std::filesystem;

constexpr const char* metrics_name = "metrics.jsonl";
constexpr const char* results_name = "results.csv";
constexpr const char* status_name = "STATUS.json";
constexpr const char* next_steps_name = "NEXT_STEPS.txt";

}  // namespace

/// Everything that a run reports to, and the observer that hands the reports out. Nothing is written but the log
/// before `begin`.
struct Run::Parts : Observer {
  Parts(fs::path run_folder, Host run_host, const Reporting& reporting)
      : folder(std::move(run_folder)),
        lock(folder),
        host(std::move(run_host)),
        log(folder / "train.log", reporting.display),
        metrics_file(folder / metrics_name),
        results(folder / results_name),
        metrics(metrics_file),
        tensorboard(folder / "tb"),
        bad_files(folder / "bad_files.csv"),
        console(log, reporting.epochs, reporting.log_every),
        several_labels(reporting.several_labels),
        rows([this](const EpochRow& row) { finish_row(row); }),
        status(read_status(folder / status_name)),
        peak_device_bytes(reporting.peak_device_bytes),
        seconds_before(status.seconds) {
    status.epochs = reporting.epochs;
  }

  void begin() {
    begun = true;
    remove_temporaries(folder, true);
    make_missing_links(folder);
    record_environment(folder / "env.json", host);
    write_file_atomically(folder / next_steps_name, next_steps(host.command, folder));
    if (status.state == State::failed && !status.message.empty()) log.warning("it failed before: " + status.message);
    clock.resume(status.timed_epoch, status.timed_seconds);
    save_status(State::running, 0, "");
  }

  void step(const StepReport& report) override {
    clock.training(report.epoch);
    console.step(report);
  }
  void iteration(const IterationReport& report) override {
    rows.iteration(report);  // first: it may complete the row of the epoch before
    clock.training(report.epoch);
    status.skipped_updates = report.skipped_since_start;
    metrics.iteration(report);
    tensorboard.iteration(report);
    console.iteration(report);
  }
  void epoch(const EpochReport& report) override {
    metrics.epoch(report);
    console.epoch(report);
    EpochReport whole = report;
    whole.seconds = clock.finish(report);
    rows.epoch(whole);
  }
  void evaluation(const EvaluationReport& report) override {
    metrics.evaluation(report);
    tensorboard.evaluation(report);
    console.evaluation(report);
    rows.evaluation(report);
  }
  void bad_file(const BadFile& bad) override {
    if (bad_files.add(bad)) log.warning("cannot read " + bad.path + " (" + bad.phase + "): " + bad.reason);
  }
  void warning(const std::string& text) override { log.warning(text); }

  void finish_row(const EpochRow& row) {
    results.add(row);
    console.row(row, several_labels);
    write_curves_svg(folder / "curves.svg", results.all());
    status.epoch = row.train.epoch + 1;
    save_status(State::running, 0, "");
  }

  void save_status(State state, int exit_code, const std::string& message) {
    status.state = state;
    status.exit_code = exit_code;
    status.message = message;
    const std::chrono::duration<double> now = std::chrono::steady_clock::now() - started;
    status.seconds = seconds_before + now.count();
    status.timed_epoch = clock.epoch();
    status.timed_seconds = clock.seconds();
    status.peak_rss_bytes = std::max(status.peak_rss_bytes, peak_resident_bytes());
    if (peak_device_bytes) status.peak_device_bytes = std::max(status.peak_device_bytes, peak_device_bytes());
    write_status(folder / status_name, status);
    prepare_for_crash();
  }

  /// A crash ends a run that has not ended by itself.
  void prepare_for_crash() {
    crash_file.reset();
    if (status.state != State::running) return;
    crash_file.emplace(folder / status_name, "", [this](const std::string& call, int signal) {
      Status crashed = status;
      crashed.state = State::failed;
      crashed.exit_code = plugin::crash_exit_code(signal);
      crashed.message = plugin::crash_sentence(call, signal);
      return to_json(crashed);
    });
  }

  void finish(const Ending& ending) {
    finished = true;
    rows.close();
    log.show_bar("");
    save_status(ending.state, ending.exit_code, ending.message);
    if (ending.state == State::finished) say_finished(ending.longer);
  }

  void say_finished(const std::string& longer) {
    const fs::path steps = folder / next_steps_name;
    write_file_atomically(steps, next_steps(host.command, folder, longer));
    for (const std::string& line : closing_lines(results.all(), status.seconds, folder, status.skipped_updates))
      log.info(line);
    log.info("next: " + command({"predict", folder.string(), "VIDEO.mp4"}));
    log.info("more: " + steps.string());
  }

  std::string command(std::vector<std::string> words) const {
    words.insert(words.begin(), host.command.begin(), host.command.end());
    return shell_command(words);
  }

  fs::path folder;
  FolderLock lock;
  Host host;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  Log log;
  RecordFile metrics_file;
  Results results;
  MetricsRecord metrics;
  TensorBoard tensorboard;
  BadFiles bad_files;
  Console console;
  bool several_labels;
  EpochRows rows;
  EpochClock clock;
  Status status;
  std::function<std::int64_t()> peak_device_bytes;
  double seconds_before;
  bool begun = false;
  bool finished = false;
  std::optional<plugin::CrashFile> crash_file{};
  const plugin::ExitWatch exit_watch{[this](const Error& error) {
    if (begun && !finished) finish({State::failed, static_cast<int>(error.code()), error.what()});
    log.error(error.what());
  }};
};

Run::Run(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Run::Run(Run&&) noexcept = default;

Run Run::create(const fs::path& root, const std::string& name, const Description& description, const Host& host,
                const Reporting& reporting) {
  const fs::path folder = make_run_folder(root, name);
  remove_temporaries(folder.parent_path(), false);
  write_description(folder, description);
  Run run(std::make_unique<Parts>(folder, host, reporting));
  run.parts_->begin();
  run.log().info("run folder " + folder.string());
  for (const std::string& link : {name, std::string(latest_name)}) {
    if (!point_link_at(folder, link)) {
      run.log().info("there is no link " + (folder.parent_path() / link).string() + ": the name is taken");
    }
  }
  return run;
}

Run Run::resume(const fs::path& folder, const Host& host, const Reporting& reporting) {
  return Run(std::make_unique<Parts>(open_run_folder(folder), host, reporting));
}

void Run::begin() {
  parts_->begin();
  log().info("resuming the run in " + folder().string());
}

Run::~Run() {
  if (!parts_ || !parts_->begun || parts_->finished) return;
  try {
    finish({State::failed, static_cast<int>(ExitCode::failure), "ended unexpectedly; see train.log"});
  } catch (const std::exception&) {
    // The disk is full or gone, which is probably why the run ended.
  }
}

State Run::state() const { return parts_->status.state; }

const fs::path& Run::folder() const { return parts_->folder; }

fs::path Run::checkpoint_path(const std::string& name) const {
  return parts_->folder / "checkpoints" / (name + ".safetensors");
}

Observer& Run::observer() { return *parts_; }

Log& Run::log() { return parts_->log; }

void Run::show_progress(std::string_view what, std::int64_t done, std::int64_t all) {
  parts_->console.progress(what, done, all);
}

std::int64_t Run::metrics_bytes() {
  parts_->rows.close();
  parts_->metrics_file.sync();
  parts_->results.sync();
  parts_->save_status(State::running, 0, "");
  return parts_->metrics_file.bytes();
}

void Run::restore(std::int64_t metrics_bytes, std::int64_t epochs) {
  if (!parts_->metrics_file.cut(metrics_bytes)) {
    log().warning("metrics.jsonl is shorter than when the checkpoint was made: some of it is lost");
  }
  parts_->results.cut(epochs);
}

std::string Run::resume_command() const { return parts_->command({"resume", parts_->folder.string()}); }

void Run::finish(const Ending& ending) { parts_->finish(ending); }

}  // namespace pgt::run
