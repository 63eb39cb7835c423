#include "run/run.hpp"

#include <algorithm>
#include <chrono>
#include <exception>

#include "base/error.hpp"
#include "base/file.hpp"
#include "plugin/exit_watch.hpp"
#include "run/bad_files.hpp"
#include "run/commands.hpp"
#include "run/console.hpp"
#include "run/curves.hpp"
#include "run/epoch_rows.hpp"
#include "run/folder.hpp"
#include "run/folder_lock.hpp"
#include "run/memory.hpp"
#include "run/metrics_record.hpp"
#include "run/record_file.hpp"
#include "run/results_record.hpp"
#include "run/tensorboard.hpp"

namespace pgt::run {
namespace {

namespace fs = std::filesystem;

constexpr const char* metrics_name = "metrics.jsonl";
constexpr const char* results_name = "results.csv";
constexpr const char* status_name = "STATUS.json";

}  // namespace

/// Everything that a run reports to, and the observer that hands the reports out.
struct Run::Parts : Observer {
  Parts(fs::path run_folder, const Host& host, const Reporting& reporting)
      : folder(std::move(run_folder)),
        lock(folder),
        host_command(host.command),
        log(folder / "train.log", reporting.display),
        metrics_file(folder / metrics_name),
        results_file(folder / results_name),
        metrics(metrics_file),
        tensorboard(folder / "tb"),
        bad_files(folder / "bad_files.csv"),
        console(log, reporting.epochs, reporting.log_every),
        rows([this](const EpochRow& row) { finish_row(row); }),
        status(read_status(folder / status_name)),
        peak_device_bytes(reporting.peak_device_bytes),
        seconds_before(status.seconds) {
    record_environment(folder / "env.json", host);
    write_file_atomically(folder / "NEXT_STEPS.txt", next_steps(host.command, folder));
    status.epochs = reporting.epochs;
    save_status(State::running, 0, "");
  }

  void step(const StepReport& report) override { console.step(report); }
  void iteration(const IterationReport& report) override {
    rows.iteration(report);  // first: it may complete the row of the epoch before
    metrics.iteration(report);
    tensorboard.iteration(report);
    console.iteration(report);
  }
  void epoch(const EpochReport& report) override {
    metrics.epoch(report);
    console.epoch(report);
    rows.epoch(report);
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

  void finish_row(const EpochRow& row) {
    append_result(results_file, row);
    console.row(row);
    write_curves_svg(folder / "curves.svg", folder / results_name);
    status.epoch = row.train.epoch + 1;
    save_status(State::running, 0, "");
  }

  void save_status(State state, int exit_code, const std::string& message) {
    status.state = state;
    status.exit_code = exit_code;
    status.message = message;
    const std::chrono::duration<double> now = std::chrono::steady_clock::now() - started;
    status.seconds = seconds_before + now.count();
    status.peak_rss_bytes = std::max(status.peak_rss_bytes, peak_resident_bytes());
    if (peak_device_bytes) status.peak_device_bytes = std::max(status.peak_device_bytes, peak_device_bytes());
    write_status(folder / status_name, status);
  }

  void finish(const Ending& ending) {
    finished = true;
    rows.close();
    log.show_bar("");
    save_status(ending.state, ending.exit_code, ending.message);
  }

  fs::path folder;
  FolderLock lock;
  std::vector<std::string> host_command;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  Log log;
  RecordFile metrics_file;
  RecordFile results_file;
  MetricsRecord metrics;
  TensorBoard tensorboard;
  BadFiles bad_files;
  Console console;
  EpochRows rows;
  Status status;
  std::function<std::int64_t()> peak_device_bytes;
  double seconds_before;
  bool finished = false;
  const plugin::ExitWatch exit_watch{[this](const Error& error) {
    if (!finished) finish({State::failed, static_cast<int>(error.code()), error.what()});
    log.error(error.what());
  }};
};

Run::Run(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Run::Run(Run&&) noexcept = default;

Run Run::create(const fs::path& root, const std::string& name, const Description& description, const Host& host,
                const Reporting& reporting) {
  const fs::path folder = make_run_folder(root, name);
  write_description(folder, description);
  Run run(std::make_unique<Parts>(folder, host, reporting));
  run.log().info("run folder " + folder.string());
  for (const std::string& link : {name, std::string("latest")}) {
    if (!point_link_at(folder, link)) {
      run.log().info("there is no link " + (folder.parent_path() / link).string() + ": the name is taken");
    }
  }
  return run;
}

Run Run::resume(const fs::path& folder, const Host& host, const Reporting& reporting) {
  Run run(std::make_unique<Parts>(open_run_folder(folder), host, reporting));
  run.log().info("going on in " + run.folder().string());
  return run;
}

Run::~Run() {
  if (!parts_ || parts_->finished) return;
  try {
    finish({State::failed, static_cast<int>(ExitCode::failure), "ended unexpectedly; see train.log"});
  } catch (const std::exception&) {
    // The disk is full or gone, which is probably why the run ended.
  }
}

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
  parts_->results_file.sync();
  return parts_->metrics_file.bytes();
}

void Run::restore(std::int64_t metrics_bytes, std::int64_t epochs) {
  if (!parts_->metrics_file.cut(metrics_bytes)) {
    log().warning("metrics.jsonl is shorter than when the checkpoint was made: some of it is lost");
  }
  parts_->results_file.cut(bytes_of_results(read_file(folder() / results_name), epochs));
}

std::string Run::resume_command() const {
  std::vector<std::string> words = parts_->host_command;
  words.insert(words.end(), {"resume", parts_->folder.string()});
  return shell_command(words);
}

void Run::finish(const Ending& ending) { parts_->finish(ending); }

}  // namespace pgt::run
