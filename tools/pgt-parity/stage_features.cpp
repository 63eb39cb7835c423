#include "stage_features.hpp"

#include <torch/torch.h>

namespace pgt::parity {
namespace {

std::string stage_of(const sdk::Site& site) { return site.name.substr(0, site.name.find('.')); }

at::Tensor plain(const at::Tensor& tensor) { return tensor.detach().to(torch::kCPU, torch::kDouble); }

/// The stage that hands its result to `site`, where that is the first of its stage and pathway; otherwise "".
std::string stage_before(const std::vector<sdk::Site>& sites, sdk::SiteIndex site) {
  const std::string own = stage_of(sites[site]);
  for (sdk::SiteIndex other = site; other-- > 0;) {
    if (sites[other].pathway != sites[site].pathway) continue;
    const std::string before = stage_of(sites[other]);
    return before == own ? "" : before;
  }
  return own == "s1" ? "" : "s1";
}

}  // namespace

void StageFeatures::entered(sdk::SiteIndex site, const at::Tensor& x) {
  const std::string stage = stage_before(sites_, site);
  if (stage.empty()) return;
  at::Tensor& features = features_[{stage, sites_[site].pathway}];
  if (!features.defined() || features.sizes() == x.sizes()) features = plain(x);
}

void StageFeatures::left(sdk::SiteIndex site, const at::Tensor& y) {
  features_[{stage_of(sites_[site]), sites_[site].pathway}] = plain(y).relu();
}

}  // namespace pgt::parity
