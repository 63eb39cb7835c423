#include "cli/engine/check_clips.hpp"

#include <algorithm>
#include <cstdio>
#include <string>

#include "base/number.hpp"
#include "base/text.hpp"
#include "walk/labels.hpp"
#include "walk/planner.hpp"

namespace pgt::cli {
namespace {

constexpr int widest_list = 80;       // of classes, in columns
constexpr double least_told = 0.005;  // of the clips' frames: less is rounded to none

std::string videos_of_classes(const std::vector<std::string>& classes, const std::vector<std::size_t>& counts) {
  if (counts.empty()) return "none";
  const auto [fewest, most] = std::minmax_element(counts.begin(), counts.end());
  if (*fewest == *most) return std::to_string(*most) + " of each";
  const auto text = [&](std::size_t i) { return classes[i] + " " + std::to_string(counts[i]); };
  std::vector<std::string> all;
  for (std::size_t i = 0; i < classes.size(); ++i) all.push_back(text(i));
  if (const std::string line = join(all, ", "); columns_of(line) <= widest_list) return line;
  return "fewest " + text(static_cast<std::size_t>(fewest - counts.begin())) + ", most " +
         text(static_cast<std::size_t>(most - counts.begin()));
}

/// "12", or "12 to 30" where the two differ when printed.
std::string range_text(double low, double high, int digits) {
  const std::string from = fixed(low, digits), to = fixed(high, digits);
  return from == to ? from : from + " to " + to;
}

std::string length_text(const session::ClipLengths& lengths, const config::DataOptions& data) {
  if (lengths.frames == 0) return "the whole video, " + fixed(lengths.steps, 0) + " steps on average";
  const std::string frames = counted(lengths.frames, "frame") + " in " + counted(lengths.most_steps, "step");
  if (data.sampling != config::Sampling::dense) return frames + ", spread over each video";
  if (lengths.longest_clip == 0) return frames;  // no video could be opened
  return frames + ", " + range_text(lengths.shortest_clip, lengths.longest_clip, 1) + " s at " +
         (data.fps > 0 ? "data.fps = " : "the videos' ") +
         range_text(lengths.slowest_rate, lengths.fastest_rate, lengths.slowest_rate < 10 ? 2 : 0) + " frames/s";
}

/// What becomes of frames that a video does not have.
std::string repeated_text(const session::ClipLengths& lengths, const config::DataOptions& data) {
  const std::string share = fixed(100 * lengths.repeated, 0) + " % of the clips' frames ";
  switch (data.too_short) {
    case config::ShortVideo::loop:
      return share + "repeat a shorter video from its start (data.short = \"loop\")";
    case config::ShortVideo::mask:
      return share + "are left out, because videos are shorter (data.short = \"mask\")";
    case config::ShortVideo::hold:
    case config::ShortVideo::skip:
      break;
  }
  const bool dense = data.sampling == config::Sampling::dense;
  return share + (dense ? "repeat the last frame of a shorter video" : "are repeated, because videos have fewer") +
         " (data.short = \"hold\")";
}

/// The keys that make the clip shorter.
std::string shorter_clip(const session::ClipLengths& lengths, const config::RunConfig& config) {
  std::vector<std::string> keys;
  for (const std::string key : {"steps", "frames", "step_length", "stride"}) {
    if (!config.schedule.values.contains(key)) continue;
    const bool fits = key == "steps" && lengths.fitting_steps > 0;
    keys.push_back("schedule." + key + (fits ? " (" + std::to_string(lengths.fitting_steps) + " fit)" : ""));
  }
  if (config.data.lanes > 1) keys.push_back("data.lanes");
  std::string text = "make the schedule's clips shorter";
  if (!keys.empty()) {
    const std::string last = keys.back();
    keys.pop_back();
    text = "lower " + (keys.empty() ? "" : join(keys, ", ") + " or ") + last;
  }
  if (config.data.fps > 0) text += ", or raise data.fps";
  return text;
}

}  // namespace

void check_data(const session::Session& session) {
  const std::vector<std::size_t> counts = walk::samples_per_class(*session.dataset, sdk::Split::train);
  std::printf("data   %zu classes; videos to train on: %s\n", session.classes.size(),
              videos_of_classes(session.classes, counts).c_str());
  for (const std::string& warning : session.dataset->info().warnings) {
    std::printf("  note   %s\n", indented(printable(warning)).c_str());
  }
  if (!session.mirroring.empty()) {
    std::printf("  note   %s\n", indented(printable(session.mirroring)).c_str());
  }
}

bool check_clips(const session::Session& session, const session::ClipLengths& lengths) {
  const config::RunConfig& config = session.config;
  std::printf("clip   %s\n", length_text(lengths, config.data).c_str());
  if (lengths.repeated >= least_told) std::printf("       %s\n", repeated_text(lengths, config.data).c_str());
  if (lengths.longer_than_all) {
    std::printf("  warning: a clip is longer than every %s that was opened (the longest has %s s): %s\n",
                config.data.lanes > 1 ? "lane" : "video", fixed(lengths.longest_video, 1).c_str(),
                shorter_clip(lengths, config).c_str());
  }
  const std::int64_t units = walk::units_of(*session.dataset, config.data);
  if (config.train.batch_size > units) {
    std::printf("  note   train.batch_size = %lld is more than the %lld training %s: each batch has all of them\n",
                static_cast<long long>(config.train.batch_size), static_cast<long long>(units),
                config.data.lanes > 1 ? "lanes" : "videos");
  }
  return !lengths.longer_than_all;
}

}  // namespace pgt::cli
