#include "walk/decoded_clips.hpp"

#include "walk/fragment.hpp"
#include "walk/moments.hpp"

namespace pgt::walk {

Portion DecodedClips::take(std::int64_t index, const sdk::Step* step) {
  const video::Frames frames = batch_.stream->next();
  failed_.insert(failed_.end(), frames.failed.begin(), frames.failed.end());
  if (frames.rows.empty() || step == nullptr) return {};
  Portion portion{frames.rows, to_fragment(frames, batch_.walk, index, batch_.frames, data_, device_)};
  if (labels_.dataset == nullptr) return portion;
  portion.targets.rows = targets_of(batch_, frames.rows, *step, *labels_.dataset, labels_.split);
  if (labels_.output == sdk::Output::moments) {
    portion.targets.of_moments = [this_batch = &batch_, labels = labels_, rows = frames.rows, plan = *step](
                                     std::size_t first_rows, std::int64_t moments) {
      const std::vector<std::size_t> wanted(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(first_rows));
      return moment_targets(*this_batch, wanted, plan, moments, *labels.dataset, labels.split);
    };
  }
  if (labels_.output == sdk::Output::boxes) {
    portion.targets.boxes = step_boxes(portion.targets.rows, batch_, frames.rows, device_);
    portion.fragment.boxes = portion.targets.boxes->tensor;
  }
  return portion;
}

}  // namespace pgt::walk
