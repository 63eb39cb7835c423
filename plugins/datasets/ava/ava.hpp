/// AVA: boxes of people in key frames, a second apart, and what each does; learned from true boxes, scored on true ones
/// or a detector's.
#pragma once

#include <array>

#include "boxes.hpp"
#include "datasets/common/annotations.hpp"

namespace pgt::datasets {

struct AvaOptions {
  std::string root;
  std::vector<std::string> frame_lists;
  std::string train;
  std::string train_boxes;
  std::string val;
  std::string val_boxes;
  double min_score = 0.9;
  std::string label_map;
  std::int64_t classes = 80;
  std::string train_excluded;
  std::string val_excluded;
  std::int64_t val_every = 4;
  std::vector<std::int64_t> key_seconds{902, 1798};
  std::int64_t first_second = 900;
  double frame_rate = 30;
  Missing missing = Missing::skip;

  void describe(sdk::Options& o);
  void check(sdk::Problems& problems) const;
};

/// A sample is a key frame: its anchor is the frame's second, its id "VIDEO,SECOND". A step has the boxes of the second
/// that the middle of its frames falls into, or the key frame's where that second has none (docs/method.md M5.5, M7.8).
/// `val` is a part of the validation file's key frames, `test` is all of them.
class Ava final : public sdk::Dataset {
 public:
  using Options = AvaOptions;
  /// Throws std::runtime_error with all that is wrong, as `FILE:LINE:COLUMN: what`, one per line.
  Ava(const Options& options, const sdk::DatasetContext& context);

  sdk::DatasetInfo info() const override { return info_; }
  std::size_t size(sdk::Split split) const override { return of(split).size(); }
  /// Throws std::out_of_range.
  sdk::Sample sample(sdk::Split split, std::size_t index) const override;
  sdk::Target target(sdk::Split split, std::size_t index, std::span<const double> times) const override;

 private:
  struct KeyFrame {
    std::string video;
    std::int64_t second;
    std::string name() const;
  };
  using KeyFrames = std::vector<KeyFrame>;

  void name_classes();
  void find_videos();
  void read_train();
  void warn_about_missing_classes();
  void read_val();
  BoxTable read(const std::string& option, const std::string& file, BoxKind kind, const TimeStamps& excluded);
  TimeStamps excluded(const std::string& option, const std::string& file);
  /// The key frames of a table whose video is there; the others are missing.
  KeyFrames key_frames(const BoxTable& table);
  bool is_evaluated(std::int64_t a_class) const { return evaluated_.empty() || evaluated_.contains(a_class); }
  bool is_key(sdk::Split split, std::int64_t second) const {
    return split != sdk::Split::val || second % options_.val_every == 0;
  }
  const KeyFrames& of(sdk::Split split) const { return splits_[static_cast<std::size_t>(split)]; }

  Options options_;
  Findings findings_;
  sdk::DatasetInfo info_;
  std::set<std::int64_t> evaluated_;  ///< classes of the label map; empty: all
  std::map<std::string, std::filesystem::path> videos_;
  std::map<std::string, std::pair<std::string, Place>> first_rows_;  ///< of a video: file and place
  BoxTable train_, val_;                                             ///< to learn from; to be scored
  BoxTable truth_;                                                   ///< of validation: evaluated actions alone
  std::array<KeyFrames, 3> splits_;
};

}  // namespace pgt::datasets
