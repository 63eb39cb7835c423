/// Which videos the arrays in a folder of features are of: videos.jsonl, to which each video adds a line when its
/// arrays are written.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "eval/features.hpp"

namespace pgt::eval {

class FeatureRecord {
 public:
  /// Reads what the folder has. Throws Error(io).
  explicit FeatureRecord(std::filesystem::path folder);

  /// Whether the arrays are there and of this video as it is now. Throws Error(usage) where one of them is of another.
  bool has(const FeatureFiles& files, const std::filesystem::path& video) const;
  /// `identity`: of the video when it began to be read (video::lasting_identity). Throws Error(io).
  void add(const FeatureFiles& files, const std::filesystem::path& video, const std::string& identity);

 private:
  struct Line {
    std::string video, identity;
  };
  std::string name_of(const std::filesystem::path& file) const;

  std::filesystem::path folder_, file_;
  std::map<std::string, Line> lines_;  ///< by an array's path below the folder, the latest of each
};

}  // namespace pgt::eval
