/// The videos that a command names.
#pragma once

#include <filesystem>
#include <vector>

#include <pgt/sdk/dataset.hpp>

#include "cli/command.hpp"
#include "run/events.hpp"

namespace pgt::cli {

struct VideoArguments {
  std::vector<sdk::Sample> videos;
  std::vector<std::filesystem::path> places;  ///< of each: the path below the folder that was named, or the file's name
  bool all_hold_videos = true;                ///< false: a folder holds none, which has been said
};

/// What follows the run: files, and folders with those in their folders, sorted by name. Throws Error(data) for what is
/// not there, and where there are no videos at all.
VideoArguments video_arguments(const Command& command);

/// Says on stderr which videos could not be read, and why.
void say_missing(const std::vector<run::BadFile>& missing);

}  // namespace pgt::cli
