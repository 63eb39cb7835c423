#include "paint.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace pgt::synth {
namespace {

TEST(Visibility, FadesInAndOutAlike) {
  const Event event{0, 10, 6, 0.5, 0.5, 0.2};
  const double expected[] = {0, 0.5, 1, 1, 1, 1, 0.5, 0};
  for (int i = 0; i < 8; ++i) EXPECT_EQ(visibility(event, 9 + i), expected[i]) << i;
}

TEST(Painter, ShowsEveryKindClearlyInSmallPictures) {
  for (const std::int64_t size : {24, 48}) {
    OrderOptions options;
    options.width = options.height = size;
    for (std::size_t kind = 0; kind < kind_names().size(); ++kind) {
      Film film;
      film.seed = 5;
      film.events = {{static_cast<std::int64_t>(kind), 10, 4, 0.5, 0.5, 0.17}};
      Picture without(size, size), with(size, size);
      Film empty = film;
      empty.events.clear();
      Painter(options, empty).paint(12, without);
      Painter(options, film).paint(12, with);
      std::size_t changed = 0;
      for (std::size_t p = 0; p < with.blue.size(); ++p) {
        const int blue = with.blue[p] - without.blue[p], red = with.red[p] - without.red[p];
        changed += std::hypot(blue, red) > 40 ? 1U : 0U;
      }
      EXPECT_GE(changed, static_cast<std::size_t>(size * size / 4 / 40)) << kind_names()[kind] << " at " << size;
    }
  }
}

TEST(Painter, MovesTheBackgroundAndStaysInRange) {
  OrderOptions options;
  Film film = plan_film(options, 0);
  film.events.clear();
  const Painter painter(options, film);
  Picture first(32, 32), second(32, 32);
  painter.paint(0, first);
  painter.paint(1, second);
  EXPECT_NE(first.luma, second.luma);
  EXPECT_NE(first.blue, second.blue);
  const auto [low, high] = std::minmax_element(first.luma.begin(), first.luma.end());
  EXPECT_GE(*low, 16);
  EXPECT_LE(*high, 235);
}

}  // namespace
}  // namespace pgt::synth
