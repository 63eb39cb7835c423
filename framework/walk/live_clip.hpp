/// The frames of a live stream on their way to the network: a plan walked over what has come.
#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "config/run_options.hpp"
#include "video/live_stream.hpp"
#include "walk/plan_walk.hpp"
#include "walk/supply.hpp"

namespace pgt::walk {

/// One walk: to the end of the plan, or to the end of the stream's part where the plan has none. A step that the part's
/// end cuts off holds the last frame, as at the end of a file.
class LiveClip final : public Supply {
 public:
  /// Frames of a stream, for those who ask a plan about its steps.
  static constexpr std::int64_t endless = std::numeric_limits<std::int64_t>::max() / 4;

  /// Throws Error(config) that names `schedule` where the plan cannot be walked as frames come.
  static void check(const PlanWalk& walk, const config::DataOptions& data, const std::string& schedule);
  /// Frames that the first step asks for.
  static std::size_t room(const PlanWalk& walk) { return need(walk, 0, 0); }

  /// Keeps references.
  LiveClip(video::LiveStream& stream, const video::LiveStream::Part& part, const PlanWalk& walk,
           const config::DataOptions& data, c10::Device device)
      : stream_(stream), part_(part), walk_(walk), data_(data), device_(device) {}

  bool wait(const std::function<bool()>& stop) override { return stream_.wait(need(walk_, index_, first_), stop); }
  Portion take(std::int64_t index, const sdk::Step* step) override;

  /// When the step that was taken last shows its new frames. Frames of the grid that have been dropped lie between two
  /// steps, never within one.
  struct Stretch {
    std::int64_t first = 0;   ///< in the part
    std::int64_t frames = 0;  ///< new ones of the plan …
    std::int64_t own = 0;     ///< … and those that the part has; the others repeat the last
    double step = 0;          ///< seconds of one
    double begin(double frame = 0) const { return (static_cast<double>(first) + frame) * step; }
  };
  const Stretch& stretch() const { return stretch_; }
  /// Whether the part has no more frames.
  bool at_end() const { return at_end_; }

 private:
  /// Frames from `first` to the last that step `index` reads; 0 after the plan's last step.
  static std::size_t need(const PlanWalk& walk, std::int64_t index, std::int64_t first);

  video::LiveStream& stream_;
  const video::LiveStream::Part& part_;
  const PlanWalk& walk_;
  const config::DataOptions& data_;
  c10::Device device_;
  std::int64_t index_ = 0;  ///< of the next step
  std::int64_t first_ = 0;  ///< frame of the walk that is the oldest of the stream's
  Stretch stretch_;
  bool at_end_ = false;
};

}  // namespace pgt::walk
