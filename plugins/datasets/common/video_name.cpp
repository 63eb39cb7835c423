#include "datasets/common/video_name.hpp"

#include <cctype>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>

namespace pgt::datasets {
namespace {

namespace fs = std::filesystem;

const std::set<std::string, std::less<>> extensions{
    ".264",   ".265",  ".3g2",  ".3gp",  ".amv",  ".apng", ".asf", ".avi", ".divx", ".dv",   ".f4v",  ".flv", ".gif",
    ".h261",  ".h263", ".h264", ".h265", ".hevc", ".ismv", ".ivf", ".m1v", ".m2p",  ".m2t",  ".m2ts", ".m2v", ".m4v",
    ".mjpeg", ".mjpg", ".mk3d", ".mkv",  ".mod",  ".mov",  ".mp4", ".mpe", ".mpeg", ".mpg",  ".mts",  ".mxf", ".nut",
    ".obu",   ".ogm",  ".ogv",  ".qt",   ".rm",   ".rmvb", ".ts",  ".vc1", ".vob",  ".webm", ".wmv",  ".wtv", ".y4m"};
const std::set<std::string, std::less<>> pictures{".jpeg", ".jpg", ".png"};

std::string extension_of(const fs::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extension;
}

/// `above`: the folders that `folder` was reached through. A link to one of them leads nowhere new.
void walk(const fs::path& folder, std::set<fs::path> above, const std::function<void(const fs::path&)>& take,
          const std::function<void(const fs::path&)>& pass_over) {
  std::error_code error;
  const fs::path real = fs::canonical(folder, error);
  if (!error && !above.insert(real).second) return;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const fs::path& path = entry->path();
    std::error_code broken_link;
    if (path.filename().string().starts_with('.')) continue;
    if (!entry->is_directory(broken_link)) {
      (is_video_name(path) ? take : pass_over)(path);
    } else if (is_frame_folder(path)) {
      take(path);
    } else {
      walk(path, above, take, pass_over);
    }
  }
  if (error) throw std::runtime_error(folder.string() + " cannot be read: " + error.message());
}

}  // namespace

void each_video(const fs::path& folder, const std::function<void(const fs::path&)>& take,
                const std::function<void(const fs::path&)>& pass_over) {
  walk(folder, {}, take, pass_over);
}

bool is_video_name(const fs::path& path) { return extensions.contains(extension_of(path)); }

bool is_frame_folder(const fs::path& folder) {
  bool holds_pictures = false;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (is_video_name(entry->path())) return false;
    holds_pictures = holds_pictures || pictures.contains(extension_of(entry->path()));
  }
  return holds_pictures;
}

Found look_for(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status)) return is_frame_folder(path) ? Found::video : Found::folder;
  if (fs::exists(status)) return Found::video;
  for (fs::path parent = path.parent_path(); parent.has_relative_path(); parent = parent.parent_path()) {
    if (parent.extension() == ".tar" && fs::is_regular_file(parent, error)) return Found::video;
  }
  return Found::nothing;
}

}  // namespace pgt::datasets
