#include "eval/feature_names.hpp"

#include <map>
#include <set>

#include "base/error.hpp"

namespace pgt::eval {
namespace {

namespace fs = std::filesystem;

/// From the usual name to one that no other video has.
std::vector<fs::path> names_of(const FeatureSource& source) {
  fs::path without_suffix = source.place;
  without_suffix.replace_extension();
  return {without_suffix, source.place, fs::absolute(source.video).lexically_normal().relative_path()};
}

fs::path with_suffix(fs::path name, const char* suffix) { return name += suffix; }

}  // namespace

std::vector<FeatureFiles> feature_files(const std::vector<FeatureSource>& sources, const fs::path& folder) {
  std::vector<std::map<fs::path, std::set<fs::path>>> videos_of_name(3);  // at each level
  for (const FeatureSource& source : sources) {
    const std::vector<fs::path> names = names_of(source);
    for (std::size_t level = 0; level < names.size(); ++level) {
      videos_of_name[level][names[level]].insert(names.back());
    }
  }
  std::map<fs::path, fs::path> video_of_file;
  std::vector<FeatureFiles> files;
  for (const FeatureSource& source : sources) {
    const std::vector<fs::path> names = names_of(source);
    std::size_t level = 0;
    while (videos_of_name[level][names[level]].size() > 1) ++level;
    const fs::path name = folder / names[level];
    files.push_back({with_suffix(name, ".npy"), with_suffix(name, ".times.npy")});
    for (const fs::path& file : {files.back().features, files.back().times}) {
      const auto [taken, is_new] = video_of_file.emplace(file, names.back());
      if (is_new || taken->second == names.back()) continue;
      throw Error(ExitCode::usage, source.video.string() + " and /" + taken->second.string() +
                                       " would both be written to " + file.string() +
                                       ": read them one by one, each into a folder of its own");
    }
  }
  return files;
}

}  // namespace pgt::eval
