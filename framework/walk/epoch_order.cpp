#include "walk/epoch_order.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "base/distributions.hpp"
#include "base/random.hpp"

namespace pgt::walk {

EpochOrder::EpochOrder(std::size_t videos, std::size_t lanes, std::uint64_t seed, std::int64_t epoch) {
  for (const std::size_t unit : permutation(seed, static_cast<std::uint64_t>(epoch), videos * lanes)) {
    order_.push_back({unit});
  }
}

EpochOrder EpochOrder::balanced(std::span<const std::int64_t> class_of_video, std::size_t lanes, std::uint64_t seed,
                                std::int64_t epoch) {
  std::map<std::int64_t, std::vector<std::size_t>> units;  // of each class
  for (std::size_t video = 0; video < class_of_video.size(); ++video) {
    for (std::size_t lane = 0; lane < lanes; ++lane) units[class_of_video[video]].push_back(video * lanes + lane);
  }
  std::vector<std::vector<std::size_t>*> classes;
  for (auto& [label, of_class] : units) classes.push_back(&of_class);

  Random random(seed, static_cast<std::uint64_t>(epoch), 0, Purpose::balance);
  shuffle(classes, random);
  const std::size_t turns = class_of_video.size() * lanes;
  std::vector<Turn> order;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    std::vector<std::size_t>& of_class = *classes[i];
    shuffle(of_class, random);
    const std::size_t share = turns / classes.size() + (i < turns % classes.size() ? 1 : 0);
    for (std::size_t turn = 0; turn < share; ++turn) {
      order.push_back({of_class[turn % of_class.size()], turn / of_class.size()});
    }
  }
  shuffle(order, random);
  return EpochOrder(std::move(order));
}

std::span<const Turn> EpochOrder::take(std::int64_t cursor, std::int64_t count) const {
  const std::int64_t begin = std::clamp<std::int64_t>(cursor, 0, size());
  return std::span(order_).subspan(static_cast<std::size_t>(begin),
                                   static_cast<std::size_t>(std::min(count, size() - begin)));
}

}  // namespace pgt::walk
