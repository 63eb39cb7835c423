#include "write.hpp"

#include <algorithm>
#include <atomic>
#include <functional>
#include <future>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "encode.hpp"
#include "paint.hpp"

namespace pgt::synth {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* manifest_name = "synth.json";

/// What the dataset is, as its folder says it. A change of the pictures takes another version.
template <class Options>
json manifest(const char* task, const Options& options) {
  return {{"task", task},
          {"version", 1},
          {"videos", options.videos},
          {"frames", options.frames},
          {"fps", options.fps},
          {"width", options.width},
          {"height", options.height},
          {"kinds", options.kinds},
          {"val_fraction", options.val_fraction},
          {"step_length", options.step_length},
          {"seed", options.seed}};
}

json manifest(const OrderOptions& options) {
  json says = manifest("order", options);
  says["events"] = options.events;
  if (options.gap > 0) says["gap"] = options.gap;
  return says;
}

[[noreturn]] void refuse(const fs::path& folder, const std::string& why) {
  throw Error(ExitCode::io, folder.string() + " " + why + "; choose another folder with --out, or remove this one");
}

json manifest(const MemoryOptions& options) { return manifest("memory", options); }

/// A dataset that is to be written.
struct Contents {
  json manifest;
  const Reel& reel;
  std::vector<Film> films;
};

/// Throws unless `folder` holds the dataset whole.
void compare(const Contents& contents, const fs::path& folder) {
  const json there = json::parse(read_file(folder / manifest_name), nullptr, false);
  if (!there.is_object()) refuse(folder, "holds a synth.json that cannot be read");
  json keys = contents.manifest;
  keys.update(there);
  for (const auto& [key, ignored] : keys.items()) {
    const json wanted = contents.manifest.value(key, json()), other = there.value(key, json());
    if (other != wanted) {
      refuse(folder, "holds another dataset (" + key + " is " + other.dump() + ", not " + wanted.dump() + ")");
    }
  }
  const auto missing =
      std::ranges::count_if(contents.films, [&](const Film& film) { return !fs::exists(folder / film.file); });
  if (missing > 0) {
    refuse(folder, "lacks " + std::to_string(missing) + " of its " + std::to_string(contents.films.size()) + " videos");
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

void write_videos(const Contents& contents, const fs::path& folder) {
  for (const Film& film : contents.films) fs::create_directories((folder / film.file).parent_path());
  on_all_cores(std::ssize(contents.films), [&](std::int64_t i) {
    const Film& film = contents.films[static_cast<std::size_t>(i)];
    const Painter painter(contents.reel, film);
    encode(folder / film.file, contents.reel, film.first_key,
           [&](std::int64_t frame, Picture& picture) { painter.paint(frame, picture); });
  });
}

/// Whether the folder holds the dataset. Throws where it holds anything else.
bool holds(const fs::path& whole, const Contents& contents, const fs::path& folder) {
  if (!fs::exists(whole) || (fs::is_directory(whole) && fs::is_empty(whole))) return false;
  if (!fs::exists(whole / manifest_name)) refuse(folder, "exists and is not empty");
  compare(contents, whole);
  return true;
}

/// `add` writes what else there is.
Outcome write_whole(const Contents& contents, const fs::path& folder,
                    const std::function<void(const fs::path&)>& add) try {
  fs::path whole = fs::weakly_canonical(fs::absolute(folder));
  if (!whole.has_filename()) whole = whole.parent_path();  // it was given with a trailing slash
  if (holds(whole, contents, folder)) return Outcome::already_there;
  fs::path partial = whole;
  partial.replace_filename(std::string(".").append(whole.filename().string()).append(".partial"));
  const WrittenFolder lock(partial);
  for (const fs::directory_entry& entry : fs::directory_iterator(partial)) fs::remove_all(entry);  // of a killed call
  try {
    if (holds(whole, contents, folder)) {  // another process has just finished it
      fs::remove_all(partial);
      return Outcome::already_there;
    }
    write_videos(contents, partial);
    add(partial);
    write_file_atomically(partial / manifest_name, contents.manifest.dump(2) + "\n");
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

/// The files of MS-TCN beside the videos.
void write_bundles(const MemoryOptions& options, const std::vector<Film>& films, const fs::path& folder) {
  for (const char* name : {"groundTruth", "splits"}) fs::create_directories(folder / name);
  std::string mapping, bundles[2];
  for (std::int64_t kind = 0; kind < options.kinds; ++kind) {
    mapping += std::to_string(kind) + " " + kind_names()[static_cast<std::size_t>(kind)] + "\n";
  }
  for (const Film& film : films) {
    const std::string name = film.file.stem().string() + ".txt";
    std::string labels;
    for (const std::int64_t label : memory_labels(options, film)) {
      labels += kind_names()[static_cast<std::size_t>(label)] + "\n";
    }
    write_file_atomically(folder / "groundTruth" / name, labels);
    bundles[film.validation ? 1 : 0] += name + "\n";
  }
  write_file_atomically(folder / "mapping.txt", mapping);
  write_file_atomically(folder / "splits/train.split1.bundle", bundles[0]);
  write_file_atomically(folder / "splits/test.split1.bundle", bundles[1]);
}

}  // namespace

Outcome write_order(const OrderOptions& options, const fs::path& folder) {
  check(options);
  Contents contents{manifest(options), options, {}};
  for (std::int64_t i = 0; i < options.videos; ++i) contents.films.push_back(plan_film(options, i));
  return write_whole(contents, folder, [](const fs::path&) {});
}

Outcome write_memory(const MemoryOptions& options, const fs::path& folder) {
  check(options);
  Contents contents{manifest(options), options, {}};
  for (std::int64_t i = 0; i < options.videos; ++i) contents.films.push_back(plan_memory_film(options, i));
  return write_whole(contents, folder,
                     [&](const fs::path& partial) { write_bundles(options, contents.films, partial); });
}

}  // namespace pgt::synth
