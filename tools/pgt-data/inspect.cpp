#include "inspect.hpp"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/number.hpp"
#include "base/text.hpp"
#include "base/warning.hpp"
#include "check.hpp"
#include "framemd5.hpp"
#include "run/terminal_bar.hpp"
#include "transcode.hpp"
#include "video/index_cache.hpp"

namespace pgt::data {
namespace {

struct Arguments {
  std::vector<std::filesystem::path> paths;
  bool decode = false;
  int threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  std::filesystem::path csv;
};

std::function<void(std::size_t)> shown_progress(const std::string& verb, std::size_t files) {
  const auto bar = std::make_shared<run::TerminalBar>(verb, "files", static_cast<std::int64_t>(files));
  return [bar](std::size_t done) { bar->show(static_cast<std::int64_t>(done)); };
}

std::vector<Checked> look_at(const std::string& verb, const Arguments& arguments, const Files& files) {
  return check(files.videos, arguments.decode, arguments.threads, shown_progress(verb, files.videos.size()));
}

constexpr std::size_t most_passed_over = 20;

/// What is not named as a video may be one nevertheless.
void print_passed_over(const std::vector<std::filesystem::path>& files) {
  for (std::size_t i = 0; i < std::min(files.size(), most_passed_over); ++i) {
    std::printf("skip %s: its name does not end as a video's does\n", printable_name(files[i].string()).c_str());
  }
  if (files.size() > most_passed_over) std::printf("skip %zu more such files\n", files.size() - most_passed_over);
}

std::string csv_of(const std::vector<Checked>& all) {
  std::string text = csv_row(
      {"file", "problem", "width", "height", "frames", "seconds", "fps", "constant_rate", "frames_between_keys"});
  for (const Checked& file : all) {
    if (!file.reason.empty()) {
      text += csv_row({file.file.string(), file.reason, "", "", "", "", "", "", ""});
      continue;
    }
    text += csv_row({file.file.string(), "", std::to_string(file.width), std::to_string(file.height),
                     std::to_string(file.frames), round_trip(file.seconds), round_trip(file.fps),
                     file.constant_rate ? "yes" : "no", fixed(file.keys, 1)});
  }
  return text;
}

void print_bad(const std::filesystem::path& file, const std::string& reason) {
  std::printf("bad  %s: %s\n", printable_name(file.string()).c_str(), printable_name(reason).c_str());
}

int print_check(const Arguments& arguments) {
  const Files files = files_of(arguments.paths);
  if (!arguments.csv.empty()) {
    check_output(arguments.csv);  // before the work
    for (const std::filesystem::path& video : files.videos) check_output_is_not(arguments.csv, video);
  }
  const std::vector<Checked> all = look_at("check", arguments, files);
  const auto bad = std::count_if(all.begin(), all.end(), [](const Checked& file) { return !file.reason.empty(); });
  for (const Checked& file : all) {
    if (!file.reason.empty()) print_bad(file.file, file.reason);
  }
  print_passed_over(files.passed_over);
  std::printf("%zu files: %zu can be read%s, %zu cannot", all.size(), all.size() - static_cast<std::size_t>(bad),
              arguments.decode ? " to their last frame" : "", static_cast<std::size_t>(bad));
  if (!files.passed_over.empty()) std::printf("; %zu others are not named as videos", files.passed_over.size());
  std::printf("\n");
  if (!arguments.csv.empty()) write_output(arguments.csv, csv_of(all));
  return static_cast<int>(bad > 0 ? ExitCode::data : ExitCode::ok);
}

/// "4.0, 9.8, 31.2": the least, the median and the most.
std::string spread(std::vector<double> values, int digits) {
  std::sort(values.begin(), values.end());
  return fixed(values.front(), digits) + ", " + fixed(values[values.size() / 2], digits) + ", " +
         fixed(values.back(), digits);
}

/// "340x256 (100), 320x240 (18)": the most frequent first, at most five.
std::string most_frequent(const std::vector<std::string>& values) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& value : values) ++counts[value];
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(5, sorted.size()); ++i) {
    text += (i > 0 ? ", " : "") + sorted[i].first + " (" + std::to_string(sorted[i].second) + ")";
  }
  if (sorted.size() > 5) text += " and " + std::to_string(sorted.size() - 5) + " more";
  return text;
}

int print_stats(const Arguments& arguments) {
  const std::vector<Checked> all = look_at("stats", arguments, files_of(arguments.paths));
  std::vector<double> seconds, frames, keys;
  std::vector<std::string> sizes, rates;
  double total_seconds = 0;
  std::int64_t total_frames = 0;
  for (const Checked& file : all) {
    if (!file.reason.empty()) continue;
    seconds.push_back(file.seconds);
    frames.push_back(static_cast<double>(file.frames));
    keys.push_back(file.keys);
    sizes.push_back(std::to_string(file.width) + "x" + std::to_string(file.height));
    rates.push_back(file.constant_rate ? fixed(file.fps, 2) : "varying");
    total_seconds += file.seconds;
    total_frames += file.frames;
  }
  const std::size_t bad = all.size() - seconds.size();
  std::printf("files    %zu", seconds.size());
  if (bad > 0) std::printf("; %zu more cannot be read: `pgt-host data check` names them", bad);
  std::printf("\n");
  if (seconds.empty()) return static_cast<int>(ExitCode::data);
  std::printf("time     %s h; least, median, most: %s s\n", fixed(total_seconds / 3600, 2).c_str(),
              spread(seconds, 1).c_str());
  std::printf("frames   %lld; least, median, most: %s\n", static_cast<long long>(total_frames),
              spread(frames, 0).c_str());
  std::printf("sizes    %s\n", most_frequent(sizes).c_str());
  std::printf("rates    %s frames/s\n", most_frequent(rates).c_str());
  std::printf("keys     every %s frames (least, median, most)\n", spread(keys, 0).c_str());
  return 0;
}

int write_indexes(const Arguments& arguments) {
  const std::vector<std::filesystem::path> files = files_of(arguments.paths).videos;
  video::IndexCache cache;
  const std::vector<Checked> all = index(files, cache, arguments.threads, shown_progress("index", files.size()));
  std::size_t bad = 0, not_kept = 0;
  for (const Checked& file : all) {
    not_kept += file.reason.empty() && !cache.keeps(file.file);
    if (file.reason.empty()) continue;
    print_bad(file.file, file.reason);
    ++bad;
  }
  const std::string folder = video::IndexCache::default_folder().string();
  std::printf("%zu files: %zu indexes in %s, %zu cannot be read\n", all.size(), all.size() - bad - not_kept,
              folder.empty() ? "no folder" : folder.c_str(), bad);
  if (not_kept > 0) {
    throw Error(ExitCode::io, std::to_string(not_kept) + " indexes could not be kept" +
                                  (folder.empty() ? ": there is no cache folder; set PGT_CACHE_DIR or HOME"
                                                  : " in " + folder + ": is it writable, and is there room?"));
  }
  return static_cast<int>(bad > 0 ? ExitCode::data : ExitCode::ok);
}

int print_transcoded(const TranscodeOptions& options) {
  const std::size_t files = files_of({options.from}).videos.size();
  const auto [copies, left_over] = transcode(options, shown_progress("transcode", files));
  std::size_t bad = 0, were_there = 0;
  std::uintmax_t bytes = 0, copied = 0;
  for (const Copy& copy : copies) {
    bytes += copy.bytes;
    copied += copy.copied_bytes;
    were_there += copy.was_there;
    if (copy.reason.empty()) continue;
    ++bad;
    print_bad(options.from / copy.from, copy.reason);
  }
  std::printf("%zu files: %zu copies in %s (%zu were there), %zu failed; %s became %s\n", copies.size(),
              copies.size() - bad, options.to.c_str(), were_there, bad,
              bytes_text(static_cast<std::int64_t>(bytes)).c_str(),
              bytes_text(static_cast<std::int64_t>(copied)).c_str());
  if (!left_over.empty()) {
    print_warning(counted(std::ssize(left_over), "file") + " in " + options.to.string() +
                  " of an earlier call, whose videos are gone or elsewhere now: remove what is not wanted, such as " +
                  left_over.front().string());
  }
  return static_cast<int>(bad > 0 ? ExitCode::data : ExitCode::ok);
}

CLI::App* add(CLI::App& app, const std::string& name, const std::string& help, Arguments& arguments) {
  CLI::App* verb = app.add_subcommand(name, help);
  verb->add_option("paths", arguments.paths, "videos and folders of videos")->required();
  verb->add_option("--threads", arguments.threads, "files that are read at a time")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  return verb;
}

}  // namespace

void add_inspection(CLI::App& app, int& code) {
  CLI::App* prints = app.add_subcommand("framemd5", "fingerprints of a video's frames, as ffmpeg's framemd5 has them");
  const auto file = std::make_shared<std::filesystem::path>();
  prints->add_option("file", *file, "the video")->required();
  prints->callback(
      [file, &code] { code = static_cast<int>(write_framemd5(*file, stdout) > 0 ? ExitCode::data : ExitCode::ok); });

  const auto checked = std::make_shared<Arguments>();
  CLI::App* checking = add(app, "check", "whether videos can be read, and why not", *checked);
  checking->add_flag("--decode", checked->decode, "every frame, not only the file's index");
  checking->add_option("--csv", checked->csv, "file to write with a row for each video");
  checking->callback([checked, &code] { code = print_check(*checked); });

  const auto indexed = std::make_shared<Arguments>();
  add(app, "index", "keep the indexes of videos, so that the first epoch finds them", *indexed)
      ->callback([indexed, &code] { code = write_indexes(*indexed); });

  const auto copied = std::make_shared<TranscodeOptions>();
  CLI::App* copying = app.add_subcommand("transcode", "small copies of a folder's videos that train faster");
  copying->add_option("from", copied->from, "folder of videos")->required()->check(CLI::ExistingDirectory);
  copying->add_option("to", copied->to, "folder for the copies")->required();
  copying->add_option("--short-side", copied->short_side, "pixels; smaller videos keep their size")
      ->check(CLI::Range(16, 8192))
      ->capture_default_str();
  copying->add_option("--keys", copied->keys, "frames from one random-access point to the next")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  copying->add_option("--quality", copied->quality, "of x264: 0 is best, 51 worst")
      ->check(CLI::Range(0, 51))
      ->capture_default_str();
  copied->threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  copying->add_option("--threads", copied->threads, "videos at a time")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  copying->callback([copied, &code] { code = print_transcoded(*copied); });

  const auto counted = std::make_shared<Arguments>();
  add(app, "stats", "lengths, sizes and rates of videos", *counted)->callback([counted, &code] {
    code = print_stats(*counted);
  });
}

}  // namespace pgt::data
