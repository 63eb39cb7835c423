#include "datasets/common/video_name.hpp"

#include <cctype>
#include <set>
#include <string>

namespace pgt::datasets {
namespace {

const std::set<std::string, std::less<>> extensions{
    ".264", ".265",  ".3g2",  ".3gp",  ".asf",  ".avi",  ".divx", ".dv",   ".f4v",  ".flv",
    ".gif", ".h264", ".h265", ".hevc", ".ivf",  ".m1v",  ".m2p",  ".m2t",  ".m2ts", ".m2v",
    ".m4v", ".mkv",  ".mov",  ".mp4",  ".mpe",  ".mpeg", ".mpg",  ".mts",  ".mxf",  ".nut",
    ".ogm", ".ogv",  ".qt",   ".rm",   ".rmvb", ".ts",   ".vob",  ".webm", ".wmv",  ".y4m"};

}  // namespace

bool is_video_name(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return extensions.contains(extension);
}

}  // namespace pgt::datasets
