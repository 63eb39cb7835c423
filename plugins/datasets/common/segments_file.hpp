/// ActivityNet's JSON: a table "database" of videos, each with its subset and annotated segments.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "datasets/common/annotations.hpp"
#include "datasets/common/json_place.hpp"

namespace pgt::datasets {

/// By the id that the file has: it lacks what the names of ActivityNet's videos begin with. Empty: there is none.
std::filesystem::path find_video(const VideoFinder& finder, const std::string& id);

/// The first of these members that is a number over 0.
std::optional<double> positive(const nlohmann::json& video, std::initializer_list<const char*> names);

/// A segment and its label, as the file has them: it may be outside of its video, or end before it starts.
struct Annotation {
  double start, end;  ///< seconds
  std::string label;  ///< not empty
};

/// A stretch of a video.
struct Stretch {
  double start, end;  ///< seconds
};

/// Cuts off what lies outside of a video, and counts what that has changed.
class Clipping {
 public:
  /// The part within the video; nothing if none is left.
  std::optional<Stretch> of(const Annotation& annotation, double duration);
  std::size_t cut() const { return cut_; }            ///< shortened
  std::size_t left_out() const { return left_out_; }  ///< without a length within their video

 private:
  std::size_t cut_ = 0, left_out_ = 0;
};

/// The file, and where in it something is wrong. What is told goes to `findings`.
class SegmentsFile {
 public:
  using Path = std::vector<std::string>;  ///< below "database"

  /// `what` dataset.file names. Throws std::runtime_error where the file cannot be read or has no such table.
  SegmentsFile(const std::string& file, const std::string& what, Findings& findings);
  SegmentsFile(const SegmentsFile&) = delete;
  SegmentsFile& operator=(const SegmentsFile&) = delete;

  const nlohmann::json& database() const { return whole_.at("database"); }
  /// All labels that any segment has.
  std::set<std::string> labels() const;
  /// All subsets that any video is of.
  std::set<std::string> subsets() const;

  Place place(const Path& path) { return places_.find(path); }
  void problem(const Path& path, const std::string& text);
  /// The file of the video `id` is not there.
  void missing(const std::string& id, const std::filesystem::path& video);

  /// Tells what is wrong; nothing where that is so.
  std::optional<std::string> subset(const std::string& id, const nlohmann::json& video);
  /// Tells where it is no list, and returns an empty one; null where there is none.
  const nlohmann::json& annotations(const std::string& id, const nlohmann::json& video);
  /// Seconds; infinite where the file has none. Tells where it is not over 0.
  double duration(const std::string& id, const nlohmann::json& video);
  /// Tells what is wrong; nothing where that is so.
  std::optional<Annotation> annotation(const Path& path, const nlohmann::json& annotation);

 private:
  std::string file_, text_;
  Findings& findings_;
  nlohmann::json whole_;
  TablePlaces places_;
};

}  // namespace pgt::datasets
