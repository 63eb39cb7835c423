#include "models/common/pool_layout.hpp"

#include <string>
#include <utility>
#include <vector>

namespace pgt::models {

void PoolLayout::describe(pgt::sdk::Options& o) {
  const std::vector<std::pair<std::string, Pool>> pools{{"avg", Pool::average}, {"max", Pool::max}};
  o("spatial_pool", spatial, pools).help("how the head pools over height and width");
  o("temporal_pool", temporal, pools).help("how the head pools over time");
  o("head_window", window)
      .range(0, 1024)
      .unit("pixels")
      .help("size of the head's pooling window on the last feature map; 0: the whole map");
}

}  // namespace pgt::models
