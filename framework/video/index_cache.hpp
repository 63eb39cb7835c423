/// Indexes of videos, kept for later epochs in memory and for later runs in a folder.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include <pgt/sdk/frame_source.hpp>

#include "base/file.hpp"
#include "video/video.hpp"

namespace pgt::video {

/// What tells a video from the one that was there before: its path, size and time of change; of a member of an archive
/// those of the archive. What is in a folder can be written over without a change of the folder, so its first and its
/// last picture count too. The same for all spellings of a path.
std::string lasting_identity(const std::filesystem::path& video);
/// Absolute, and without a slash at its end.
std::filesystem::path normal_path(const std::filesystem::path& video);

/// An index counts while its video has the same path, size and time of change; a video that has changed is read again.
/// A damaged file in the folder, or one of another version, counts as absent, and so does a folder that cannot be
/// written. Thread: any; hosts that run at the same time may share a folder.
class IndexCache {
 public:
  /// `folder` empty: keeps nothing for later runs.
  explicit IndexCache(std::filesystem::path folder = default_folder()) : folder_(std::move(folder)) {}
  /// In the cache folder, or empty where there is none.
  static std::filesystem::path default_folder();

  /// As index_video; the same limits in all calls.
  std::shared_ptr<const VideoIndex> get(const std::filesystem::path& file, double folder_rate = default_folder_rate,
                                        std::stop_token stop = {}, const Limits& limits = {});

  /// As index_made; always the same source. Kept in memory alone.
  std::shared_ptr<const VideoIndex> get_made(const std::filesystem::path& name, const sdk::FrameSource& source,
                                             sdk::Split split, std::size_t sample, const Limits& limits = {});

  /// Whether later runs find the video's index in the folder.
  bool keeps(const std::filesystem::path& file, double folder_rate = default_folder_rate) const;

 private:
  struct Entry {
    std::string identity;
    std::shared_ptr<const VideoIndex> index;
  };
  std::filesystem::path file_of(const std::filesystem::path& video) const;
  std::shared_ptr<VideoIndex> find(const std::filesystem::path& video, const std::string& identity) const;
  void store(const VideoIndex& index, const std::string& identity) const;

  std::filesystem::path folder_;
  std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;                                        ///< by path
  std::map<std::pair<sdk::Split, std::size_t>, std::shared_ptr<const VideoIndex>> made_;  ///< by sample
};

}  // namespace pgt::video
