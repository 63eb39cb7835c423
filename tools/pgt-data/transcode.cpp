#include "transcode.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <boost/process/search_path.hpp>
#include <cmath>
#include <fstream>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/file_lock.hpp"
#include "base/text.hpp"
#include "check.hpp"
#include "datasets/common/csv.hpp"
#include "for_each_index.hpp"
#include "plugin/process.hpp"
#include "video/video.hpp"

namespace pgt::data {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::hours longest{24};
constexpr double tolerance = 2e-3;  // seconds
constexpr const char* header = "copy,source,bytes,changed,settings\n";

/// What a copy depends on: the row of provenance.csv, with the second of the Unix clock at which the video was changed.
std::string row_of(const Copy& copy, const TranscodeOptions& options) {
  const fs::path source = options.from / copy.from;
  const auto changed = std::chrono::file_clock::to_sys(fs::last_write_time(source)).time_since_epoch();
  const std::string settings = "short_side=" + std::to_string(options.short_side) +
                               " keys=" + std::to_string(options.keys) + " quality=" + std::to_string(options.quality);
  return csv_row({copy.to.string(), fs::weakly_canonical(source).string(), std::to_string(copy.bytes),
                  std::to_string(std::chrono::duration_cast<std::chrono::seconds>(changed).count()), settings});
}

/// What an earlier call wrote.
struct Earlier {
  std::set<std::string> rows;
  std::set<std::string> copies;  ///< their names, of whatever settings
};

/// Throws Error(usage) where the file is of something else.
Earlier earlier_in(const fs::path& provenance) {
  Earlier earlier;
  if (!fs::exists(provenance)) return earlier;
  bool ours = false;
  datasets::each_csv_row(read_file(provenance), [&](const std::vector<datasets::CsvField>& fields) {
    std::vector<std::string> texts;
    for (const datasets::CsvField& field : fields) texts.push_back(field.text);
    if (csv_row(texts) == header) {
      ours = true;
      return;
    }
    earlier.rows.insert(csv_row(texts));
    earlier.copies.insert(texts.front());
  });
  if (ours) return earlier;
  throw Error(ExitCode::usage, provenance.string() + " is not a list of copies: choose another folder for them");
}

/// Throws Error(usage) where copies would be taken for videos, or take their place.
void check_folders(const TranscodeOptions& options) {
  const fs::path to = fs::weakly_canonical(options.to), from = fs::weakly_canonical(options.from);
  const fs::path inside = to.lexically_relative(from);
  if (inside.empty() || *inside.begin() == "..") return;
  throw Error(ExitCode::usage,
              "the copies would be among the videos of " + from.string() + ": choose a folder outside");
}

std::vector<std::string> command(const std::string& ffmpeg, const fs::path& from, const fs::path& to,
                                 const TranscodeOptions& options) {
  const std::string side = "trunc(min(" + std::to_string(options.short_side) + "\\,min(iw\\,ih))/2)*2";
  const std::string scale =
      "scale=w='if(lt(iw\\,ih)\\," + side + "\\,-2)':h='if(lt(iw\\,ih)\\,-2\\," + side + ")':flags=area";
  return {ffmpeg,
          "-v",
          "error",
          "-nostdin",
          "-xerror",
          "-y",
          "-i",
          "file:" + from.string(),
          "-map",
          "0:V:0",
          "-vf",
          scale,
          "-c:v",
          "libx264",
          "-preset",
          "fast",
          "-crf",
          std::to_string(options.quality),
          "-g",
          std::to_string(options.keys),
          "-pix_fmt",
          "yuv420p",
          "-vsync",
          "passthrough",
          "-enc_time_base",
          "-1",
          "-movflags",
          "+faststart",
          "-f",
          "mp4",
          "-threads",
          "1",
          "file:" + to.string()};
}

/// Why the copy is not good enough; "" where it is.
std::string fault_of(const video::VideoIndex& source, const fs::path& file) try {
  const video::VideoIndex copy = *video::index_video(file);
  if (source.frames() != copy.frames()) {
    return "the copy has " + std::to_string(copy.frames()) + " of " + std::to_string(source.frames()) + " frames";
  }
  for (std::int64_t i = 0; i < source.frames(); ++i) {
    if (std::abs(source.seconds(i) - copy.seconds(i)) > tolerance) {
      return "frame " + std::to_string(i) + " of the copy is shown at a different time";
    }
  }
  return "";
} catch (const video::VideoError& error) {
  return "the copy " + error.reason();
}

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  if (end == std::string::npos) return "ffmpeg gave up";
  const std::size_t begin = text.rfind('\n', end);
  return text.substr(begin + 1, end - begin);
}

void make(Copy& copy, const std::string& ffmpeg, const TranscodeOptions& options) {
  const fs::path from = options.from / copy.from, to = options.to / copy.to;
  const fs::path unfinished = fs::path(to) += ".new";
  try {
    const auto source = video::index_video(from);
    fs::create_directories(to.parent_path());
    fs::remove(unfinished);  // the ffmpeg of a call that was killed may still be writing there
    const plugin::ProcessResult done =
        plugin::run_process(command(ffmpeg, from, unfinished, options), longest, plugin::Group::callers);
    if (!WIFEXITED(done.status) || WEXITSTATUS(done.status) != 0) {
      copy.reason = last_line(done.errors);
    } else {
      copy.reason = fault_of(*source, unfinished);
    }
    if (copy.reason.empty()) {
      copy.copied_bytes = fs::file_size(unfinished);
      fs::rename(unfinished, to);
    }
  } catch (const video::VideoError& error) {
    copy.reason = error.reason();
  } catch (const fs::filesystem_error& error) {
    copy.reason = error.what();
  }
  std::error_code ignored;
  fs::remove(unfinished, ignored);
}

std::vector<Copy> plan(const TranscodeOptions& options, const Earlier& earlier) {
  const std::vector<fs::path> videos = files_of({options.from}).videos;
  // Links as they are: what they lead to may be elsewhere.
  const auto place_of = [&](const fs::path& video) { return video.lexically_relative(options.from); };
  const auto name_of = [&](const fs::path& video) { return place_of(video).replace_extension(".mp4"); };
  std::map<fs::path, std::size_t> videos_of_name;
  for (const fs::path& file : videos) ++videos_of_name[name_of(file)];
  std::vector<Copy> copies;
  std::map<fs::path, fs::path> taken;
  for (const fs::path& file : videos) {
    Copy copy;
    copy.from = place_of(file);
    std::error_code unknown;  // of a link that leads nowhere, below
    const bool is_folder = fs::is_directory(file, unknown);
    copy.to = is_folder ? copy.from : name_of(file);
    // Of a.mp4 and a.mov the second becomes a.mov.mp4.
    if (!is_folder && copy.to != copy.from && videos_of_name[copy.to] > 1) copy.to = fs::path(copy.from) += ".mp4";
    const auto [other, is_new] = taken.emplace(copy.to, copy.from);
    if (!is_new) {
      copy.reason = "its copy would have the name of that of " + other->second.string() + ": rename one of them";
    }
    if (is_folder) copy.reason = "is a folder of pictures; only video files are copied";
    try {
      copy.bytes = is_folder ? 0 : fs::file_size(file);
      copy.row = row_of(copy, options);
    } catch (const fs::filesystem_error& error) {  // a link that leads nowhere
      copy.reason = error.code().message();
    }
    copy.was_there = copy.reason.empty() && earlier.rows.contains(copy.row) && fs::exists(options.to / copy.to);
    if (copy.reason.empty() && fs::exists(options.to / copy.to) && !earlier.copies.contains(copy.to.string())) {
      copy.reason = "its copy would replace " + (options.to / copy.to).string() + ", which is not one of ours";
    }
    if (copy.was_there) copy.copied_bytes = fs::file_size(options.to / copy.to);
    copies.push_back(std::move(copy));
  }
  return copies;
}

/// provenance.csv. What is ours and not finished, or of a video that is gone, keeps its name there, so that a later
/// call may replace it.
template <class Finished>
std::string rows_of(const std::vector<Copy>& copies, const Finished& finished, const Earlier& earlier,
                    const fs::path& to) {
  std::string rows = header;
  std::set<std::string> names;
  for (const Copy& copy : copies) {
    if (!finished(copy)) continue;
    rows += copy.row;
    names.insert(copy.to.string());
  }
  std::set<std::string> others;
  for (const Copy& copy : copies) {
    if (copy.reason.empty()) others.insert(copy.to.string());
  }
  for (const std::string& name : earlier.copies) {
    if (fs::exists(to / name)) others.insert(name);
  }
  for (const std::string& name : others) {
    if (!names.contains(name)) rows += csv_row({name, "", "", "", "unfinished"});
  }
  return rows;
}

/// Copies of an earlier call, of videos that are gone or have another place now.
std::vector<fs::path> left_over(const std::vector<Copy>& copies, const Earlier& earlier, const fs::path& to) {
  std::set<std::string> names;
  for (const Copy& copy : copies) names.insert(copy.to.string());
  std::vector<fs::path> left;
  for (const std::string& name : earlier.copies) {
    if (!names.contains(name) && fs::exists(to / name)) left.push_back(to / name);
  }
  return left;
}

}  // namespace

Copies transcode(const TranscodeOptions& options, const std::function<void(std::size_t)>& progress) {
  const std::string ffmpeg = boost::process::search_path("ffmpeg").string();
  if (ffmpeg.empty())
    throw Error(ExitCode::usage, "needs the program ffmpeg, which is not in $PATH (Debian: apt install ffmpeg)");
  const fs::path provenance = options.to / "provenance.csv";
  check_folders(options);
  const WrittenFolder lock(options.to);
  const Earlier earlier = earlier_in(provenance);
  std::vector<Copy> copies = plan(options, earlier);
  const auto was_there = [](const Copy& copy) { return copy.was_there; };
  write_file_atomically(provenance, rows_of(copies, was_there, earlier, options.to));
  std::ofstream made(provenance, std::ios::app);  // so that what is done stays done when the rest is cut off

  const auto is_made = [&](std::size_t file) { return copies[file].reason.empty() && !copies[file].was_there; };
  for_each_index(
      copies.size(), options.threads,
      [&](std::size_t file) {
        if (is_made(file)) make(copies[file], ffmpeg, options);
      },
      [&](std::size_t file, std::size_t done) {
        if (is_made(file)) made << copies[file].row << std::flush;
        progress(done);
      });

  const auto is_done = [](const Copy& copy) { return copy.reason.empty(); };
  write_file_atomically(provenance, rows_of(copies, is_done, earlier, options.to));  // once more, in order
  std::vector<fs::path> left = left_over(copies, earlier, options.to);
  return {std::move(copies), std::move(left)};
}

}  // namespace pgt::data
