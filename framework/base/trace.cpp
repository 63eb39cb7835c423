#include "base/trace.hpp"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <mutex>

#include "base/error.hpp"
#include "base/text.hpp"

namespace pgt {
namespace {

using Clock = std::chrono::steady_clock;

/// Guards the file. Spans of all threads end here, a few thousand a second at most.
std::mutex trace_mutex;
std::FILE* trace_file = nullptr;
std::filesystem::path trace_path;
Clock::time_point trace_start;
std::atomic<bool> tracing = false;

double microseconds(Clock::duration duration) { return std::chrono::duration<double, std::micro>(duration).count(); }

}  // namespace

Trace::Trace(const std::filesystem::path& file) {
  const std::lock_guard lock(trace_mutex);
  trace_file = std::fopen(file.c_str(), "we");
  if (trace_file == nullptr) {
    throw Error(ExitCode::io, "--trace " + file.string() + ": cannot be written: " + std::strerror(errno));
  }
  trace_path = file;
  std::fputs("[\n", trace_file);
  trace_start = Clock::now();
  tracing = true;
}

Trace::~Trace() {
  const std::lock_guard lock(trace_mutex);
  tracing = false;
  std::fprintf(trace_file,
               R"({"name":"process_name","ph":"M","pid":%d,"args":{"name":"pgt-host"}})"
               "\n]\n",
               ::getpid());
  const bool lost = std::ferror(trace_file) != 0;
  if (std::fclose(trace_file) != 0 || lost) {
    std::fprintf(stderr, "warning: --trace %s is not whole: it could not be written\n",
                 printable_name(trace_path.string()).c_str());
  }
  trace_file = nullptr;
}

TraceSpan::TraceSpan(const char* name) : name_(tracing.load(std::memory_order_relaxed) ? name : nullptr) {
  if (name_ != nullptr) start_ = Clock::now();
}

TraceSpan::~TraceSpan() {
  if (name_ == nullptr) return;
  const Clock::time_point end = Clock::now();
  const std::lock_guard lock(trace_mutex);
  if (trace_file == nullptr) return;
  std::fprintf(trace_file,
               R"({"name":"%s","ph":"X","ts":%.3f,"dur":%.3f,"pid":%d,"tid":%d})"
               ",\n",
               name_, microseconds(start_ - trace_start), microseconds(end - start_), ::getpid(), ::gettid());
}

}  // namespace pgt
