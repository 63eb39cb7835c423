/// From the pictures of one part of a live stream to its sampled frames. Private to this folder.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "video/live_frame.hpp"
#include "video/live_grid.hpp"
#include "video/live_pictures.hpp"
#include "video/scaler.hpp"
#include "video/transform.hpp"

namespace pgt::video {

class LiveSampler {
 public:
  /// `rotation`: see Scaler.
  LiveSampler(const LiveGrid& grid, std::vector<Transform> cuts, int rotation);

  using Give = std::function<void(LiveFrame)>;
  /// The part's next picture. Gives the frames that are sure to belong to the part, even if it ends here. Throws
  /// Damage where the picture cannot be converted.
  void take(const LivePictures::Picture& picture, const Give& give);
  /// Gives the part's last frames.
  void end(const Give& give);

 private:
  /// The last picture, in so many frames: each is given before the next is made, as far as it is sure.
  void show(std::int64_t times, const Give& give);
  void give_settled(const Give& give);

  LiveGrid grid_;
  std::vector<Transform> cuts_;
  int rotation_;
  std::vector<Scaler> scalers_;  ///< one for each cut: each keeps what it has worked out
  bool started_ = false;
  std::int64_t first_ = 0;        ///< when the first picture begins
  std::int64_t end_ = 0;          ///< when the last one ends, from there
  FramePtr held_ = new_frame();   ///< the last picture
  decltype(LiveFrame::rgb) rgb_;  ///< of it, once it has been wanted
  std::int64_t next_ = 0;
  std::deque<LiveFrame> pending_;  ///< the part may turn out to end before them
};

}  // namespace pgt::video
