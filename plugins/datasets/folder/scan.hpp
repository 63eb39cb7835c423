/// Looks for videos in class folders.
#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace pgt::datasets {

/// Why something is not a video of a class.
enum class Unused { hidden, extension, folder, nested, broken_link, classless };

/// What was passed over, for the warnings.
class UnusedCount {
 public:
  void add(Unused why, const std::filesystem::path& path);
  /// One sentence for each reason, with the count and the first name.
  std::vector<std::string> sentences() const;

 private:
  struct Entry {
    std::size_t count = 0;
    std::filesystem::path first;
  };
  std::array<Entry, 6> entries_;
};

/// Names of the folders in `folder`, sorted byte by byte. Hidden ones and videos beside them are unused.
std::vector<std::string> subfolders(const std::filesystem::path& folder, UnusedCount& unused);

/// Names of the videos in a class folder (by their extension, as FFmpeg reads them; folders of frames too), sorted byte
/// by byte. Links are followed.
std::vector<std::string> videos_in(const std::filesystem::path& folder, UnusedCount& unused);

/// Whether there are folders in the folder that may be those of classes: which are not videos themselves, as folders of
/// frames are.
bool holds_class_folders(const std::filesystem::path& folder);

/// The first video in the folder or in the folders below it; empty: there is none.
std::filesystem::path first_video_below(const std::filesystem::path& folder);

}  // namespace pgt::datasets
