/// Datasets: which videos there are, and which labels they have. Decoding, sampling, augmentation, prefetching and
/// broken files are the host's. Includes no torch header.
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

/// The parts of a data set. Training reads `train` and is evaluated on `val`.
enum class Split { train, val, test };

enum class Task {
  single_label,  ///< each video has exactly one class
  multi_label,   ///< any number of classes, which may differ from second to second
  boxes,         ///< each box of a picture has any number of classes
};

/// What a data set is, without its videos.
struct DatasetInfo {
  std::vector<std::string> classes;  ///< the name of each class; its place is the class's index
  Task task = Task::single_label;
  std::vector<std::string> warnings;  ///< what was found and not used, one sentence each; the host logs them
  /// Whether a mirrored video still has its classes. Not where left and right are told apart: then nothing is mirrored.
  bool mirrored_is_the_same = true;
};

/// One video of a split.
struct Sample {
  std::string id;  ///< what predictions.csv calls it: unique within the split, stable between runs
  /// A video file, a folder of frames (JPEG or PNG pictures, all of one kind), or ARCHIVE.tar/MEMBER.
  std::filesystem::path path;
  double fps = 25;                                       ///< frames a second of a folder of frames; else not used
  double start = 0.0;                                    ///< seconds from the first frame
  double end = std::numeric_limits<double>::infinity();  ///< seconds; infinity: to the last frame
  std::string group{};  ///< samples of one group never go to different splits; empty: a group of its own
  /// The second, from the first frame, that lies in the middle of the last step's window; where the clip then begins
  /// before the video or ends behind it, the video's first or last frame is held (spec/pgt.md 6.5). Without one the
  /// host chooses where in the sample the clip lies.
  std::optional<double> anchor{};
};

/// A part of the picture: 0 is its left or top, 1 its right or bottom, whatever its size in pixels.
struct Box {
  float left = 0, top = 0, right = 0, bottom = 0;
  bool operator==(const Box&) const = default;
};

/// A box and the classes of what is in it, ascending; there may be none.
struct LabelledBox {
  Box box;
  std::vector<std::int64_t> classes;
};

/// What there is to learn at the times asked for, or to be compared with.
struct Target {
  /// The classes present, ascending. One of them for Task::single_label, none for Task::boxes.
  std::vector<std::int64_t> classes{};

  // Of Task::boxes. They stand still for the whole step; the host moves them as it scales, cuts and mirrors the
  // pictures.
  /// The boxes to learn from or, in evaluation, to score: the true ones, or where a detector saw somebody.
  std::vector<LabelledBox> boxes{};
  /// Evaluation: the true boxes that the scored ones are compared with.
  std::vector<LabelledBox> truth{};
  /// Names the picture that the boxes are of, in all the data set. A box that is scored more than once, in several
  /// steps or clips, is known by this name and its place in `boxes`. Starts the rows of detections.csv.
  std::string key_frame{};
};

/// A constructor reports bad annotations by throwing std::runtime_error with `file:line:` in front of the message, all
/// of them in one text.
class Dataset {
 public:
  virtual ~Dataset() = default;
  /// The same for the life of the object.
  virtual DatasetInfo info() const = 0;
  /// Samples of a split; 0 where there is no such split.
  virtual std::size_t size(Split split) const = 0;
  /// Sample `index`, below `size(split)`. The file need not exist: the host reports one that cannot be read.
  virtual Sample sample(Split split, std::size_t index) const = 0;
  /// Labels of the stretch from `times.front()` to `times.back()` (seconds from the video's first frame, ascending).
  /// `times` are those of a step's frames, or the ends of the sample. For Task::boxes always those of a step's frames,
  /// or the sample's anchor alone; they may lie outside of the video.
  virtual Target target(Split split, std::size_t index, std::span<const double> times) const = 0;
  /// What it can do beyond this interface, by its id; null where it cannot. Asked for with `extension_of`.
  virtual const void* extension(std::string_view /*id*/) const { return nullptr; }
};

/// What a dataset is constructed with, besides its options.
struct DatasetContext {
  std::uint64_t seed = 0;  ///< for automatic splits
};

}  // namespace v1
}  // namespace pgt::sdk
