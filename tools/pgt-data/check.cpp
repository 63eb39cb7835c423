#include "check.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <pgt/sdk/video_files.hpp>
#include <stdexcept>

#include "base/error.hpp"
#include "for_each_index.hpp"
#include "video/reader.hpp"

namespace pgt::data {
namespace {

namespace fs = std::filesystem;

bool is_constant(const video::VideoIndex& index) {
  for (std::int64_t i = 0; i < index.frames(); ++i) {
    const double even = static_cast<double>(i) / index.fps;
    if (std::abs(index.seconds(i) - even) > index.grace + 1e-3) return false;
  }
  return true;
}

using Indexes = std::function<std::shared_ptr<const video::VideoIndex>(const fs::path& file)>;

Checked check_one(const fs::path& file, bool decode, const Indexes& index_of) {
  Checked checked{file};
  try {
    const auto index = index_of(file);
    checked.width = index->width;
    checked.height = index->height;
    checked.frames = index->frames();
    checked.seconds = index->duration();
    checked.fps = index->fps;
    checked.constant_rate = is_constant(*index);
    checked.keys = static_cast<double>(index->frames()) / std::max(1.0, static_cast<double>(index->keys));
    checked.cut_off = index->cut_off;
    if (decode) {
      video::Reader reader(index);
      for (std::int64_t frame = 0; frame < index->frames(); ++frame) reader.read_stored(frame);
    }
  } catch (const video::VideoError& error) {
    checked.reason = error.reason();
  }
  return checked;
}

std::vector<Checked> check_all(const std::vector<fs::path>& files, bool decode, int threads, const Indexes& index_of,
                               const std::function<void(std::size_t)>& progress) {
  std::vector<Checked> all(files.size());
  for_each_index(
      files.size(), threads, [&](std::size_t file) { all[file] = check_one(files[file], decode, index_of); },
      [&](std::size_t, std::size_t done) { progress(done); });
  return all;
}

void add_folder(const fs::path& folder, Files& files) {
  try {
    sdk::each_video(
        folder, [&](const fs::path& video) { files.videos.push_back(video); },
        [&](const fs::path& other) { files.passed_over.push_back(other); });
  } catch (const std::runtime_error& error) {
    throw Error(ExitCode::data, error.what());
  }
}

void sort_once_each(std::vector<fs::path>& files) {
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
}

}  // namespace

Files files_of(const std::vector<fs::path>& paths) {
  Files files;
  for (const fs::path& path : paths) {
    if (sdk::look_for(path) == sdk::Found::nothing) {
      throw Error(ExitCode::data, path.string() + ": no such file or folder");
    }
    if (fs::is_directory(path) && !sdk::is_frame_folder(path)) {
      add_folder(path, files);
    } else {
      files.videos.push_back(path);
    }
  }
  sort_once_each(files.videos);
  sort_once_each(files.passed_over);
  if (files.videos.empty()) {
    std::string text = "no file there has the name of a video, such as clip.mp4";
    const std::size_t others = files.passed_over.size();
    if (others > 0) text += "; " + std::to_string(others) + " do not, such as " + files.passed_over.front().string();
    throw Error(ExitCode::data, text);
  }
  return files;
}

std::vector<Checked> check(const std::vector<fs::path>& files, bool decode, int threads,
                           const std::function<void(std::size_t)>& progress) {
  std::vector<Checked> all = check_all(
      files, decode, threads, [](const fs::path& file) { return video::index_video(file); }, progress);
  for (Checked& file : all) {
    if (!file.reason.empty() || file.cut_off == 0) continue;
    file.reason = "is cut short: " + std::to_string(file.cut_off) + " of its " +
                  std::to_string(file.frames + file.cut_off) + " frames are missing";
  }
  return all;
}

std::vector<Checked> index(const std::vector<fs::path>& files, video::IndexCache& cache, int threads,
                           const std::function<void(std::size_t)>& progress) {
  return check_all(
      files, false, threads, [&](const fs::path& file) { return cache.get(file); }, progress);
}

}  // namespace pgt::data
