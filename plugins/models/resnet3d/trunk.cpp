#include "trunk.hpp"

#include <stdexcept>
#include <string>

#include "models/common/conv.hpp"

namespace resnet3d {
namespace {

using pgt::sdk::SiteKind;

/// "s1" for the stems, "s2" for the first stage.
std::string stage_name(std::size_t place) { return std::string("s").append(std::to_string(place + 1)); }

at::Tensor pool_time(const at::Tensor& x, std::int64_t frames) {
  if (frames == 1) return x;
  if (x.size(2) % frames != 0) {
    throw std::runtime_error("pool_frames is " + std::to_string(frames) + ", but a fragment has " +
                             std::to_string(x.size(2)) +
                             " frames: set pool_frames = 1 for steps that overlap, or give a multiple of frames");
  }
  return torch::max_pool3d(x, {frames, 1, 1}, {frames, 1, 1});
}

std::vector<pgt::sdk::Pathway> pathways_of(const Layout& layout) {
  if (layout.pathways.size() == 1) return {pgt::sdk::Pathway{}};
  return {{"slow", 1}, {"fast", layout.frame_ratio}};
}

}  // namespace

Trunk::Trunk(const Layout& layout) : pathways_(pathways_of(layout)), pool_frames_(layout.pool_frames) {
  add_stems(layout);
  add_lateral(layout, 0);
  for (std::size_t i = 0; i < layout.pathways.front().stages.size(); ++i) {
    const std::string name = stage_name(i + 1);
    add_stage(name);
    stages_.push_back(register_module(name, std::make_shared<Stage>(name, layout, i, sites_)));
    add_lateral(layout, i + 1);
  }
}

void Trunk::add_stems(const Layout& layout) {
  add_stage(stage_name(0));
  const auto stems = register_module(stage_name(0), std::make_shared<torch::nn::Module>("stems"));
  for (std::size_t p = 0; p < layout.pathways.size(); ++p) {
    const StemLayout& stem = layout.pathways[p].stem;
    const std::string part = part_name(p, "stem");
    PlacedStem& placed = stems_.emplace_back();
    placed.stem = stems->register_module(part, std::make_shared<Stem>(stem, layout.norm));
    const std::int64_t kernel = stem.conv.temporal_kernel;
    if (kernel > 1) placed.site = add_site(sites_, {stage_name(0) + "." + part, p, SiteKind::stem, kernel});
  }
}

void Trunk::add_lateral(const Layout& layout, std::size_t place) {
  if (place >= layout.laterals.size()) return;
  laterals_.push_back(
      register_module(stage_name(place) + "_fuse", std::make_shared<Lateral>(layout.laterals[place], layout.norm)));
}

void Trunk::fuse(std::vector<at::Tensor>& x, std::size_t place) const {
  if (place < laterals_.size()) x[0] = laterals_[place]->forward(x[0], x[1]);
}

std::vector<at::Tensor> Trunk::maps(const pgt::sdk::Fragment& fragment, pgt::sdk::Carry& carry) {
  std::vector<at::Tensor> x;
  for (std::size_t p = 0; p < stems_.size(); ++p) {
    const at::Tensor frames = layout_.of(fragment.frames.at(p), *this);
    x.push_back(part(stage_name(0), frames, carry, [placed = stems_[p]](const at::Tensor& y, pgt::sdk::Carry& its) {
      return placed.site ? its.leave(*placed.site, placed.stem->forward(its.enter(*placed.site, y)))
                         : placed.stem->forward(y);
    }));
  }
  fuse(x, 0);
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    for (std::size_t p = 0; p < x.size(); ++p) x[p] = stages_[i]->forward(x[p], p, carry, *this);
    fuse(x, i + 1);
    if (i == 0) {
      for (at::Tensor& map : x) map = pool_time(map, pool_frames_);
    }
  }
  return x;
}

}  // namespace resnet3d
