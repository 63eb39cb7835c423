/// Whether videos can be read, and what they are.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "video/index_cache.hpp"

namespace pgt::data {

struct Checked {
  std::filesystem::path file;
  std::string reason{};  ///< why it cannot be used; empty: it can
  int width = 0, height = 0;
  std::int64_t frames = 0;
  std::int64_t cut_off = 0;  ///< more that the file lists and does not hold
  double seconds = 0;
  double fps = 0;
  bool constant_rate = false;
  double keys = 0;  ///< frames from one random-access point to the next, on average
};

struct Files {
  std::vector<std::filesystem::path> videos;
  std::vector<std::filesystem::path> passed_over;  ///< in folders, without the name of a video
};

/// The files that are named, and what is in the folders and the folders below; hidden files are left out. Ascending.
/// Throws Error(data) for a path that is not there, and where there are no videos.
Files files_of(const std::vector<std::filesystem::path>& paths);

/// Reads each file's index, and where `decode` is set every frame. In their order, whatever the number of threads.
/// `progress` is told how many are done, from one thread at a time.
std::vector<Checked> check(const std::vector<std::filesystem::path>& files, bool decode, int threads,
                           const std::function<void(std::size_t done)>& progress);

/// Puts each file's index into the cache. Otherwise as `check`.
std::vector<Checked> index(const std::vector<std::filesystem::path>& files, video::IndexCache& cache, int threads,
                           const std::function<void(std::size_t done)>& progress);

}  // namespace pgt::data
