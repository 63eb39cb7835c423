#include "models/common/pool_layout.hpp"

#include <string>
#include <utility>
#include <vector>

namespace pgt::models {

void PoolLayout::describe(pgt::sdk::Options& o) {
  const std::vector<std::pair<std::string, Pool>> pools{{"avg", Pool::average}, {"max", Pool::max}};
  o("spatial_pool", spatial, pools).help("how the head pools height and width");
  o("temporal_pool", temporal, pools).help("how the head pools time");
  o("head_window", window)
      .range(0, 1024)
      .unit("pixels")
      .help("window of the last map that one position pools; 0: the whole map");
}

}  // namespace pgt::models
