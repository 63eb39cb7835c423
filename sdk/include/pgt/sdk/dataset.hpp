/// Datasets: which videos there are, and which labels they have. The host takes care of decoding, sampling,
/// augmentation, prefetching and broken files. Includes no torch header.
///
/// Thread: constructed on the main thread; afterwards its const methods may be called from several threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <pgt/sdk/extension.hpp>
#include <pgt/sdk/options.hpp>

namespace pgt::sdk {
inline namespace v1 {

/// The parts of a dataset. Training reads `train` and is evaluated on `val`.
enum class Split { train, val, test };

enum class Task {
  single_label,  ///< each video has exactly one class
  multi_label,   ///< any number of classes, which may differ from second to second
  boxes,         ///< each box of a picture has any number of classes
  moments,       ///< each moment of a video has exactly one class, or none where nobody labelled it
};

/// What a dataset is, without its videos.
struct DatasetInfo {
  std::vector<std::string> classes;  ///< the name of each class; its place is the class's index
  Task task = Task::single_label;
  std::vector<std::string> warnings;  ///< what was found but not used, one sentence each; the host logs them
  /// Whether mirroring a video leaves its classes unchanged. If not (left and right differ), nothing is mirrored.
  bool mirrored_is_the_same = true;
  /// Moments a second at which a dataset of labelled moments counts: evaluation compares at these times, and
  /// frame-wise results are written at them. 0: at every sampled frame.
  double moments_per_second = 0;
};

/// One video of a split.
struct Sample {
  std::string id;  ///< what predictions.csv calls it: unique within the split, stable between runs
  /// A video file, a folder of frames (JPEG or PNG pictures, all of one kind), or ARCHIVE.tar/MEMBER.
  std::filesystem::path path;
  double fps = 25;                                       ///< frames per second of a folder of frames; else unused
  double start = 0.0;                                    ///< seconds from the first frame
  double end = std::numeric_limits<double>::infinity();  ///< seconds; infinity: to the last frame
  std::string group{};  ///< samples of one group never go to different splits; empty: a group of its own
  /// The second, from the first frame, that is to be in the middle of the last step's window; if the clip then begins
  /// before the video or ends after it, the video's first or last frame is repeated (docs/method.md M5.5). Without an
  /// anchor the host chooses the clip's place in the sample.
  std::optional<double> anchor{};
};

/// A part of the picture: 0 is its left or top edge, 1 its right or bottom edge, whatever its size in pixels. A box may
/// reach over the edges, as those of detectors do: its sides lie between -1 and 2.
struct Box {
  float left = 0, top = 0, right = 0, bottom = 0;
  bool operator==(const Box&) const = default;
};

/// A box and the classes of what is in it, ascending; there may be none.
struct LabelledBox {
  Box box;
  std::vector<std::int64_t> classes;
};

/// What there is to learn at the given times, or to compare with.
struct Target {
  /// The classes present, ascending. One of them for Task::single_label and for a labelled moment of Task::moments,
  /// none for Task::boxes.
  std::vector<std::int64_t> classes{};

  // For Task::boxes. The boxes do not move during a step; the host moves them as it scales, crops and mirrors the
  // pictures.
  /// The boxes to learn from or, in evaluation, to score: true ones, or those that a detector found.
  std::vector<LabelledBox> boxes{};
  /// Evaluation: the true boxes that the scored ones are compared with.
  std::vector<LabelledBox> truth{};
  /// Names the picture that the boxes are in, uniquely in the dataset. A box that is scored more than once, in several
  /// steps or clips, is recognised by this name and its place in `boxes`. The rows of detections.csv start with it.
  std::string key_frame{};

  /// False: nobody labelled this moment, so it counts for nothing, neither in the loss nor in a metric. Without a class
  /// it is otherwise one in which no class is present. A moment of Task::moments without a class must say so.
  bool labelled = true;
};

/// A constructor reports bad annotations by throwing std::runtime_error: all of them in one text, each message starting
/// with `file:line:`.
class Dataset {
 public:
  virtual ~Dataset() = default;
  /// The same for the life of the object.
  virtual DatasetInfo info() const = 0;
  /// The number of samples in a split; 0 if there is no such split.
  virtual std::size_t size(Split split) const = 0;
  /// Sample `index`, below `size(split)`. The file need not exist: the host reports one that cannot be read.
  virtual Sample sample(Split split, std::size_t index) const = 0;
  /// Labels of the stretch from `times.front()` to `times.back()` (seconds from the video's first frame, ascending).
  /// `times` are, and never none,
  /// - the seconds of the frames that a step sees, in training and evaluation;
  /// - the ends of the sample, {start, end}, where its labels are counted or listed before a file is opened. `end` is
  ///   infinity where the sample does not say it, so {0, infinity} is the whole video;
  /// - one second, the middle of a moment, where moments are scored;
  /// - for Task::boxes those of a step's frames, or just the sample's anchor; they may be outside of the video.
  virtual Target target(Split split, std::size_t index, std::span<const double> times) const = 0;
  /// What it can do beyond this interface, by its id; null where it cannot. Asked for with `extension_of`.
  virtual const void* extension(std::string_view /*id*/) const { return nullptr; }
};

/// A stretch of a video and its class.
struct Segment {
  double start = 0;  ///< seconds from the first frame
  double end = 0;    ///< seconds, after `start`
  std::int64_t label = 0;
  bool operator==(const Segment&) const = default;
};

/// Extension of a dataset whose annotations are segments: what segment mAP compares with.
class SegmentedDataset {
 public:
  static constexpr std::string_view extension_id = "org.pgt.dataset.segments";
  virtual ~SegmentedDataset() = default;
  /// The true segments of a sample, by start. Segments may overlap.
  virtual std::vector<Segment> segments(Split split, std::size_t index) const = 0;
};

/// What a dataset is constructed with, besides its options.
struct DatasetContext {
  std::uint64_t seed = 0;  ///< for automatic splits
};

}  // namespace v1
}  // namespace pgt::sdk
