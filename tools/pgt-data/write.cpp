#include "write.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "encode.hpp"
#include "paint.hpp"

namespace pgt::synth {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* manifest_name = "synth.json";

/// What the data set is, as its folder says it. A change of the pictures takes another version.
json manifest(const OrderOptions& options) {
  return {{"task", "order"},
          {"version", 1},
          {"videos", options.videos},
          {"frames", options.frames},
          {"fps", options.fps},
          {"width", options.width},
          {"height", options.height},
          {"kinds", options.kinds},
          {"events", options.events},
          {"val_fraction", options.val_fraction},
          {"step_length", options.step_length},
          {"seed", options.seed}};
}

[[noreturn]] void refuse(const fs::path& folder, const std::string& why) {
  throw Error(ExitCode::io, folder.string() + " " + why + "; choose another folder with --out, or remove this one");
}

/// Throws unless `folder` holds the data set whole.
void compare(const OrderOptions& options, const fs::path& folder) {
  const json there = json::parse(read_file(folder / manifest_name), nullptr, false);
  const json wanted = manifest(options);
  if (!there.is_object()) refuse(folder, "holds a synth.json that cannot be read");
  for (const auto& [key, value] : wanted.items()) {
    const json other = there.value(key, json());
    if (other != value) {
      refuse(folder, "holds another data set (" + key + " is " + other.dump() + ", not " + value.dump() + ")");
    }
  }
  std::int64_t missing = 0;
  for (std::int64_t i = 0; i < options.videos; ++i) missing += fs::exists(folder / plan_film(options, i).file) ? 0 : 1;
  if (missing > 0) {
    refuse(folder, "lacks " + std::to_string(missing) + " of its " + std::to_string(options.videos) + " videos");
  }
}

/// Calls `work` with 0 to `count`, a call at a time on every core. Plain threads: what they share is then visible to
/// the thread sanitizer, as it is not inside oneTBB's library.
template <class Work>
void on_all_cores(std::int64_t count, const Work& work) {
  std::atomic<std::int64_t> next{0};
  std::vector<std::future<void>> workers(std::max(1U, std::thread::hardware_concurrency()));
  for (std::future<void>& worker : workers) {
    worker = std::async(std::launch::async, [&] {
      for (std::int64_t i = next++; i < count; i = next++) work(i);
    });
  }
  for (std::future<void>& worker : workers) worker.get();
}

void write_videos(const OrderOptions& options, const fs::path& folder) {
  for (std::int64_t i = 0; i < options.videos; ++i) {
    fs::create_directories((folder / plan_film(options, i).file).parent_path());
  }
  on_all_cores(options.videos, [&](std::int64_t i) {
    const Film film = plan_film(options, i);
    const Painter painter(options, film);
    encode(folder / film.file, options, film.first_key,
           [&](std::int64_t frame, Picture& picture) { painter.paint(frame, picture); });
  });
  write_file_atomically(folder / manifest_name, manifest(options).dump(2) + "\n");
}

}  // namespace

Outcome write_order(const OrderOptions& options, const fs::path& folder) try {
  check(options);
  fs::path whole = fs::weakly_canonical(fs::absolute(folder));
  if (!whole.has_filename()) whole = whole.parent_path();  // it was given with a trailing slash
  if (fs::exists(whole) && !(fs::is_directory(whole) && fs::is_empty(whole))) {
    if (!fs::exists(whole / manifest_name)) refuse(folder, "exists and is not empty");
    compare(options, whole);
    return Outcome::already_there;
  }
  fs::path partial = whole;
  partial.replace_filename(std::string(".").append(whole.filename().string()).append(".partial"));
  fs::remove_all(partial);  // of a run that was cut off
  fs::create_directories(partial);
  try {
    write_videos(options, partial);
    fs::rename(partial, whole);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(partial, ignored);
    throw;
  }
  return Outcome::written;
} catch (const fs::filesystem_error& error) {
  throw Error(ExitCode::io, error.what());
}

}  // namespace pgt::synth
