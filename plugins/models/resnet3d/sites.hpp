/// The list of a network's sites while it is built.
#pragma once

#include <vector>

#include <pgt/sdk/backbone.hpp>

namespace resnet3d {

using Sites = std::vector<pgt::sdk::Site>;

/// The new site's index.
inline pgt::sdk::SiteIndex add_site(Sites& sites, pgt::sdk::Site site) {
  sites.push_back(std::move(site));
  return sites.size() - 1;
}

}  // namespace resnet3d
