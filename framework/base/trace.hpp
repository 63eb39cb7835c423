/// Where the time of a run goes: spans of work, for `--trace FILE`, in the format of Chrome's tracing, which
/// chrome://tracing and Perfetto show.
///
///     const TraceSpan span("forward");
///
/// Without a trace a span costs one read of an atomic. Of a GPU, a span shows when its work was queued, not when it
/// ran.
#pragma once

#include <chrono>
#include <filesystem>

namespace pgt {

/// Writes all spans of the process that end during its life. There is one at a time. What a killed process leaves can
/// be opened too: the format does not ask for its end.
class Trace {
 public:
  /// Throws Error(io) naming the file.
  explicit Trace(const std::filesystem::path& file);
  ~Trace();
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;
};

/// Thread: any; it ends in the thread it began in. `name` must outlive the trace: a literal.
class TraceSpan {
 public:
  explicit TraceSpan(const char* name);
  ~TraceSpan();
  TraceSpan(const TraceSpan&) = delete;
  TraceSpan& operator=(const TraceSpan&) = delete;

 private:
  const char* name_;  ///< null: nobody traces
  std::chrono::steady_clock::time_point start_{};
};

}  // namespace pgt
