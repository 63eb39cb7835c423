#include "video/index_cache.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <functional>
#include <utility>

#include "base/number.hpp"
#include "base/temporary.hpp"
#include "video/index_bytes.hpp"
#include "video/made_video.hpp"
#include "video/source.hpp"

namespace pgt::video {
namespace {

/// What tells a video from the one that was there before: its path, size and time of change; of a member of an archive
/// those of the archive. Empty where nothing is there: index_video says what is wrong.
std::string identity_of(const std::filesystem::path& video, double folder_rate) {
  struct stat info {};
  std::filesystem::path there = video;
  while (stat(there.c_str(), &info) != 0) {
    if (!there.has_relative_path() || errno != ENOTDIR) return "";
    there = there.parent_path();
  }
  std::string identity = std::filesystem::absolute(video).string() + '\n' + std::to_string(info.st_size) + '\n' +
                         std::to_string(info.st_mtim.tv_sec) + '.' + std::to_string(info.st_mtim.tv_nsec);
  if (S_ISDIR(info.st_mode)) identity += '\n' + round_trip(folder_rate);
  return identity;
}

/// The same for another process.
std::string lasting_identity(const std::filesystem::path& video, const std::string& identity) {
  std::error_code unknown;
  if (!std::filesystem::is_directory(video, unknown)) return identity;
  try {
    const std::vector<std::filesystem::path> pictures = source_of(video).pictures;
    return identity + '\n' + identity_of(pictures.front(), 0) + '\n' + identity_of(pictures.back(), 0);
  } catch (const VideoError&) {  // index_video says what is wrong
    return identity;
  }
}

}  // namespace

std::string lasting_identity(const std::filesystem::path& video) {
  const std::filesystem::path normal = normal_path(video);
  return lasting_identity(normal, identity_of(normal, default_folder_rate));
}

std::filesystem::path normal_path(const std::filesystem::path& video) {
  const std::filesystem::path normal = std::filesystem::absolute(video).lexically_normal();
  return normal.has_filename() ? normal : normal.parent_path();
}

std::filesystem::path IndexCache::default_folder() {
  const std::filesystem::path folder = cache_folder();
  return folder.empty() ? folder : folder / "indexes";
}

std::shared_ptr<const VideoIndex> IndexCache::get(const std::filesystem::path& file, double folder_rate,
                                                  std::stop_token stop, const Limits& limits) {
  const std::string identity = identity_of(file, folder_rate);
  {
    const std::lock_guard lock(mutex_);
    const auto known = entries_.find(file.string());
    if (known != entries_.end() && known->second.identity == identity && !identity.empty()) return known->second.index;
  }
  // Two threads may both do this.
  std::shared_ptr<const VideoIndex> index;
  const std::string lasting = lasting_identity(file, identity);
  if (const auto kept = identity.empty() ? nullptr : find(file, lasting)) {
    check_pixels(file, kept->width, kept->height, limits);
    check_frames(file, kept->frames(), limits);
    kept->limits = limits;
    index = kept;
  } else {
    index = index_video(file, folder_rate, std::move(stop), limits);
    store(*index, lasting);
  }
  const std::lock_guard lock(mutex_);
  entries_.insert_or_assign(file.string(), Entry{identity, index});
  return index;
}

std::shared_ptr<const VideoIndex> IndexCache::get_made(const std::filesystem::path& name,
                                                       const sdk::FrameSource& source, sdk::Split split,
                                                       std::size_t sample, const Limits& limits) {
  const std::pair key(split, sample);
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = made_.find(key); known != made_.end()) return known->second;
  }
  const auto index = index_made(name, source, split, sample, limits);
  const std::lock_guard lock(mutex_);
  return made_.emplace(key, index).first->second;
}

bool IndexCache::keeps(const std::filesystem::path& file, double folder_rate) const {
  return find(file, lasting_identity(file, identity_of(file, folder_rate))) != nullptr;
}

std::filesystem::path IndexCache::file_of(const std::filesystem::path& video) const {
  char name[32];
  std::snprintf(name, sizeof name, "%016zx.idx", std::hash<std::string>{}(std::filesystem::absolute(video).string()));
  return folder_ / name;
}

std::shared_ptr<VideoIndex> IndexCache::find(const std::filesystem::path& video, const std::string& identity) const {
  if (folder_.empty() || !std::filesystem::exists(file_of(video))) return nullptr;
  try {
    return from_bytes(read_file(file_of(video)), identity, video);
  } catch (const Error&) {
    return nullptr;
  }
}

void IndexCache::store(const VideoIndex& index, const std::string& identity) const {
  if (folder_.empty()) return;
  try {
    std::filesystem::create_directories(folder_);
    static std::once_flag cleared;
    std::call_once(cleared, remove_temporaries, folder_, false);
    const std::string bytes = to_bytes(index, identity);
    const std::string_view parts[] = {bytes};
    write_file_atomically(file_of(index.file), parts, Durable::no);
  } catch (const std::exception&) {
    // A run without the cache is slower at its start and otherwise the same.
  }
}

}  // namespace pgt::video
