#include "eval/feature_record.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "video/index_cache.hpp"

namespace pgt::eval {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// As a line of JSON can hold it.
std::string text_of(const std::string& name) {
  return json::parse(json(name).dump(-1, ' ', false, json::error_handler_t::replace)).get<std::string>();
}

std::string path_of(const fs::path& video) { return text_of(video::normal_path(video).string()); }

}  // namespace

FeatureRecord::FeatureRecord(fs::path folder) : folder_(std::move(folder)), file_(folder_ / "videos.jsonl") {
  if (!fs::exists(file_)) return;
  std::istringstream in(read_file(file_));
  for (std::string text; std::getline(in, text);) {
    const json line = json::parse(text, nullptr, false);  // a line that was cut off is none
    const auto said = [&](const char* key) { return line.contains(key) && line.at(key).is_string(); };
    if (!line.is_object() || !(said("features") && said("times") && said("video") && said("identity"))) continue;
    for (const char* key : {"features", "times"}) lines_[line.at(key)] = {line.at("video"), line.at("identity")};
  }
}

bool FeatureRecord::has(const FeatureFiles& files, const fs::path& video) const {
  std::vector<std::string> identities;
  for (const fs::path& file : {files.features, files.times}) {
    const auto line = lines_.find(name_of(file));
    std::error_code unknown;
    if (line == lines_.end() || !fs::is_regular_file(file, unknown)) continue;
    if (line->second.video != path_of(video)) {
      throw Error(ExitCode::usage, file.string() + " is of " + line->second.video +
                                       ": choose another folder (--out) for the features of " + video.string());
    }
    identities.push_back(line->second.identity);
  }
  return identities.size() == 2 && identities == std::vector(2, text_of(video::lasting_identity(video)));
}

void FeatureRecord::add(const FeatureFiles& files, const fs::path& video, const std::string& identity) {
  const json line{{"features", name_of(files.features)},
                  {"times", name_of(files.times)},
                  {"video", path_of(video)},
                  {"identity", text_of(identity)}};
  std::ofstream out(file_, std::ios::app);
  // In one piece, because other processes may write features into the folder; and on a line of its own after one that
  // was cut off.
  if (!(out << std::string("\n").append(line.dump()).append("\n") << std::flush)) {
    throw Error(ExitCode::io, "cannot write to " + file_.string() + ": " + std::strerror(errno));
  }
}

std::string FeatureRecord::name_of(const fs::path& file) const {
  return text_of(file.lexically_relative(folder_).string());
}

}  // namespace pgt::eval
