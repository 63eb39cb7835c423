/// Charades: its official CSV files on videos, or PySlowFast's frame lists on folders of frames. Many labels, each for
/// some seconds.
#pragma once

#include <istream>
#include <map>
#include <string_view>

#include "datasets/common/annotations.hpp"

namespace pgt::datasets {

struct CharadesOptions {
  std::string root;
  std::string train;
  std::string val;
  std::string classes;
  Missing missing = Missing::skip;

  void describe(sdk::Options& o);
};

/// A step has the actions of its own seconds, a whole video all of its actions (docs/method.md M5.3).
class Charades final : public AnnotatedFiles, public sdk::SegmentedDataset {
 public:
  using Options = CharadesOptions;
  /// Throws std::runtime_error with all that is wrong, as `FILE:LINE:COLUMN: what`, one per line.
  Charades(const Options& options, const sdk::DatasetContext& context);
  sdk::Target target(sdk::Split split, std::size_t index, std::span<const double> times) const override;
  std::vector<sdk::Segment> segments(sdk::Split split, std::size_t index) const override;
  const void* extension(std::string_view id) const override {
    return sdk::extension_among<sdk::SegmentedDataset>(this, id);
  }

 private:
  struct Action {
    std::int64_t a_class;
    double start;  ///< seconds
    double end;
  };
  struct Annotated {
    std::vector<Action> actions;
    double length;  ///< seconds, as the file says
  };
  /// Within the video.
  static sdk::Segment segment_of(const Action& action, double length);
  void name_classes();
  void read(sdk::Split split, const std::string& option, const std::string& file);
  void read_official(sdk::Split split, const std::string& file, const std::string& text);
  /// Lines `original_vido_id video_id frame_id path labels` below the header, a frame each, those of a video one after
  /// the other. Line by line: the published lists have millions of them.
  void read_frames(sdk::Split split, const std::string& file, std::istream& in);
  /// "1,23" or "", in quotes, which may be doubled.
  std::vector<std::int64_t> labels_of(const std::string& file, const Place& place, std::string_view quoted);
  void add(sdk::Split split, LabelledFile video, Annotated annotated);
  /// "c092 11.90 21.20;c147 0.00 12.60".
  std::vector<Action> actions_of(const std::string& file, const CsvField& field);

  Options options_;
  VideoFinder finder_;
  std::map<sdk::Split, std::vector<Annotated>> annotated_;  ///< of each video
  std::size_t cut_ = 0, empty_ = 0;                         ///< actions, within the length of their video
};

}  // namespace pgt::datasets
