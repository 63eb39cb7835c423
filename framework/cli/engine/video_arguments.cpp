#include "cli/engine/video_arguments.hpp"

#include <algorithm>
#include <cstdio>
#include <stdexcept>
#include <string>
#include <utility>

#include <pgt/sdk/video_files.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "video/live_address.hpp"

namespace pgt::cli {
namespace {

namespace fs = std::filesystem;

/// A file, or the videos of a folder and of its folders, sorted by name. What is said to be in an archive is looked
/// for when it is read.
std::vector<fs::path> videos_in(const fs::path& path) {
  std::vector<fs::path> files, others;
  const sdk::Found found = sdk::look_for(path);
  if (found == sdk::Found::nothing) throw Error(ExitCode::data, path.string() + ": no such file or folder");
  if (found == sdk::Found::video) return {path};
  try {
    sdk::each_video(
        path, [&](const fs::path& video) { files.push_back(video); },
        [&](const fs::path& other) { others.push_back(other); });
  } catch (const std::runtime_error& error) {
    throw Error(ExitCode::data, std::string(error.what()) + "; check its permissions");
  }
  std::sort(files.begin(), files.end());
  if (!others.empty()) {
    std::fprintf(stderr, "%s: left out, not named as videos: %s%s\n", printable_name(path.string()).c_str(),
                 printable_name(std::min_element(others.begin(), others.end())->string()).c_str(),
                 others.size() == 1 ? "" : (" and " + std::to_string(others.size() - 1) + " more").c_str());
  }
  return files;
}

/// Of a file, or of a folder of frames.
fs::path name_of(const fs::path& path) { return path.has_filename() ? path.filename() : path.parent_path().filename(); }

}  // namespace

VideoArguments video_arguments(const Command& command) {
  VideoArguments named;
  std::string empty;
  for (std::size_t i = 1; i < command.arguments.size(); ++i) {
    if (const auto stream = video::live_address(command.arguments[i])) {
      throw Error(ExitCode::usage, stream->shown() + " is a stream: pgt-host predict takes one alone, without videos");
    }
    const fs::path argument = command.arguments[i];
    const std::vector<fs::path> files = videos_in(argument);
    if (files.empty()) empty += (empty.empty() ? "" : ", ") + printable_name(argument.string());
    for (const fs::path& file : files) {
      sdk::Sample sample;
      sample.id = file.string();
      sample.path = file;
      named.videos.push_back(std::move(sample));
      named.places.push_back(file == argument ? name_of(file) : file.lexically_relative(argument));
    }
  }
  if (empty.empty()) return named;
  const std::string text = "there are no videos in " + empty;
  if (named.videos.empty()) throw Error(ExitCode::data, text);
  std::fprintf(stderr, "%s\n", text.c_str());
  named.all_hold_videos = false;
  return named;
}

void say_missing(const std::vector<run::BadFile>& missing) {
  for (const run::BadFile& bad : missing) {
    std::fprintf(stderr, "could not be read: %s: %s\n", printable_name(bad.path).c_str(),
                 printable_name(bad.reason).c_str());
  }
}

}  // namespace pgt::cli
