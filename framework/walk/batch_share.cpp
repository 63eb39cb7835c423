#include "walk/batch_share.hpp"

namespace pgt::walk {
namespace {

/// How many of the rows `videos` come from these turns, which are the first of their batch: turns of videos that could
/// not be opened have no row.
std::size_t rows_from(std::span<const Turn> turns, const std::vector<std::size_t>& videos) {
  std::size_t rows = 0;
  for (const Turn& turn : turns) {
    if (rows < videos.size() && videos[rows] == turn.unit) ++rows;
  }
  return rows;
}

}  // namespace

std::span<const Turn> BatchShare::of(std::span<const Turn> batch) const {
  const std::int64_t begin = std::ssize(batch) * part / parts, end = std::ssize(batch) * (part + 1) / parts;
  return batch.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

MiddleOfClip BatchShare::of(const MiddleOfClip& middle, std::span<const Turn> batch) const {
  const std::span<const Turn> own = of(batch);
  const auto before = static_cast<std::size_t>(own.data() - batch.data());
  const std::size_t begin = rows_from(batch.first(before), middle.videos);
  const std::size_t end = rows_from(batch.first(before + own.size()), middle.videos);
  MiddleOfClip mine{middle.step, {}, {}};
  mine.videos.assign(middle.videos.begin() + static_cast<std::ptrdiff_t>(begin),
                     middle.videos.begin() + static_cast<std::ptrdiff_t>(end));
  for (const std::size_t row : middle.alive) {
    if (row >= begin && row < end) mine.alive.push_back(row - begin);
  }
  return mine;
}

}  // namespace pgt::walk
