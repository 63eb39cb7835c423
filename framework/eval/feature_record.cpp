#include "eval/feature_record.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.hpp"
#include "video/index_cache.hpp"

namespace pgt::eval {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// As a line of JSON can hold it.
std::string text_of(const std::string& name) {
  return json::parse(json(name).dump(-1, ' ', false, json::error_handler_t::replace)).get<std::string>();
}

std::string path_of(const fs::path& video) { return text_of(fs::absolute(video).lexically_normal().string()); }

}  // namespace

FeatureRecord::FeatureRecord(fs::path folder) : folder_(std::move(folder)), file_(folder_ / "videos.jsonl") {
  std::ifstream in(file_);
  for (std::string text; std::getline(in, text);) {
    const json line = json::parse(text, nullptr, false);  // a line that was cut off is none
    if (!line.is_object()) continue;
    lines_[line.value("features", "")] = {line.value("video", ""), line.value("identity", "")};
  }
}

bool FeatureRecord::has(const FeatureFiles& files, const fs::path& video) const {
  std::error_code unknown;
  if (!fs::is_regular_file(files.features, unknown) || !fs::is_regular_file(files.times, unknown)) return false;
  const auto line = lines_.find(name_of(files));
  if (line == lines_.end()) return false;
  if (line->second.video != path_of(video)) {
    throw Error(ExitCode::usage, files.features.string() + " holds the features of " + line->second.video +
                                     ": choose another folder (--out) for those of " + video.string());
  }
  return line->second.identity == text_of(video::lasting_identity(video));
}

void FeatureRecord::add(const FeatureFiles& files, const fs::path& video, const std::string& identity) {
  const json line{{"features", name_of(files)}, {"video", path_of(video)}, {"identity", text_of(identity)}};
  std::ofstream out(file_, std::ios::app);
  // In one piece: other processes may write features into the folder.
  if (!(out << line.dump() + "\n" << std::flush)) {
    throw Error(ExitCode::io, "cannot write to " + file_.string() + ": " + std::strerror(errno));
  }
}

std::string FeatureRecord::name_of(const FeatureFiles& files) const {
  return text_of(files.features.lexically_relative(folder_).string());
}

}  // namespace pgt::eval
