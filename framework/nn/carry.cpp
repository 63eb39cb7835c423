#include "nn/carry.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "base/error.hpp"

namespace pgt::nn {
namespace {

[[noreturn]] void fail(const std::string& text) { throw Error(ExitCode::plugin, "carry: " + text); }

constexpr std::int64_t time_dim = 2;

/// Bin i of `bins` covers frames [⌊i·T/bins⌋, ⌈(i+1)·T/bins⌉), so bins may share frames (docs/method.md M2.1).
at::Tensor pool_time(const at::Tensor& x, sdk::Reduce reduce, std::int64_t bins) {
  const std::int64_t frames = x.size(time_dim);
  std::vector<at::Tensor> pooled;
  for (std::int64_t bin = 0; bin < bins; ++bin) {
    const std::int64_t begin = bin * frames / bins;
    const std::int64_t end = ((bin + 1) * frames + bins - 1) / bins;
    const at::Tensor part = x.slice(time_dim, begin, end);
    // max with indices: its gradient goes to one frame, as that of a pooling layer does, not to all equal ones.
    pooled.push_back(reduce == sdk::Reduce::max ? std::get<0>(part.max(time_dim, true)) : part.mean(time_dim, true));
  }
  return bins == 1 ? pooled.front() : torch::cat(pooled, time_dim);
}

at::Tensor reduce_time(const at::Tensor& x, sdk::Reduce reduce, std::int64_t frames) {
  if (reduce != sdk::Reduce::last) return pool_time(x, reduce, frames);
  // A copy: the slice alone would keep all of x's memory until the next step.
  return x.slice(time_dim, x.size(time_dim) - frames).clone();
}

}  // namespace

SlotCarry::SlotCarry(std::vector<sdk::Site> sites, sdk::CarryRule rule)
    : sites_(std::move(sites)), rule_(std::move(rule)), slots_(sites_.size()) {
  std::set<std::string> names;
  for (const sdk::Site& site : sites_) {
    if (!names.insert(site.name).second) fail("the backbone declares the site " + site.name + " twice");
  }
}

void SlotCarry::begin_step(bool first, const sdk::Step& step, const sdk::Step* next) {
  taken_ = first ? std::vector<std::int64_t>{} : step.overlap;
  keeps_ = next != nullptr;
  kept_ = keeps_ ? next->overlap : std::vector<std::int64_t>{};
  cut_ = keeps_ && next->detach;
  if (first) std::fill(slots_.begin(), slots_.end(), at::Tensor());
}

const sdk::Site& SlotCarry::site_at(sdk::SiteIndex site) const {
  if (site >= sites_.size()) {
    fail("site " + std::to_string(site) + " is used, but the backbone declares " + std::to_string(sites_.size()));
  }
  return sites_[site];
}

bool SlotCarry::carries(const sdk::Site& site) const {
  if (site.kind == sdk::SiteKind::head) return rule_.head;
  return rule_.sites == sdk::SiteFilter::all || site.temporal_kernel > 1;
}

std::int64_t SlotCarry::overlap(const std::vector<std::int64_t>& frames, const sdk::Site& site) const {
  if (frames.empty() || !carries(site)) return 0;
  if (site.pathway >= frames.size()) {
    fail("site " + site.name + " is of pathway " + std::to_string(site.pathway) + ", but the step has an overlap for " +
         std::to_string(frames.size()));
  }
  return frames[site.pathway];
}

at::Tensor SlotCarry::enter(sdk::SiteIndex site, const at::Tensor& x) {
  const sdk::Site& declared = site_at(site);
  const std::int64_t taken = overlap(taken_, declared);
  const std::int64_t kept = overlap(kept_, declared);
  const at::Tensor before = std::exchange(slots_[site], at::Tensor());
  at::Tensor input = x;
  if (taken > 0) {
    if (!before.defined() || before.size(time_dim) != taken) {
      fail("site " + declared.name + " takes " + std::to_string(taken) + " frames, but the step before kept " +
           std::to_string(before.defined() ? before.size(time_dim) : 0) +
           ": a backbone enters every site once in every step");
    }
    // In x's layout, which the features after it keep: a checkpoint and pooling have one of their own.
    input = torch::cat({before.to(x.options()).contiguous(x.suggest_memory_format()), x}, time_dim);
  }
  if (kept > 0) slots_[site] = keep(declared, input, taken > 0 ? before : at::Tensor(), kept);
  return input;
}

at::Tensor SlotCarry::keep(const sdk::Site& site, const at::Tensor& input, const at::Tensor& before,
                           std::int64_t frames) const {
  if (input.size(time_dim) < frames) {
    fail("site " + site.name + " is to keep " + std::to_string(frames) + " frames but has " +
         std::to_string(input.size(time_dim)) + ": steps must be longer than the overlap");
  }
  // See Note [What is detached when].
  const at::AutoGradMode gradients(at::GradMode::is_enabled() && !cut_);
  const bool head = site.kind == sdk::SiteKind::head;
  at::Tensor state = reduce_time(input, head ? rule_.head_reduce.value_or(rule_.reduce) : rule_.reduce, frames);
  if (rule_.momentum == 0.0 || !before.defined()) return state;
  if (before.size(time_dim) != frames) {
    fail("site " + site.name + ": momentum needs the same overlap in every step, not " +
         std::to_string(before.size(time_dim)) + " and " + std::to_string(frames));
  }
  return (1.0 - rule_.momentum) * state + rule_.momentum * before.to(state.options());
}

at::Tensor SlotCarry::leave(sdk::SiteIndex site, const at::Tensor& y) {
  const std::int64_t taken = overlap(taken_, site_at(site));
  return taken > 0 ? y.slice(time_dim, taken) : y;
}

at::Tensor SlotCarry::exchange(sdk::SiteIndex site, const at::Tensor& state) {
  site_at(site);
  const at::Tensor before = std::exchange(slots_[site], at::Tensor());
  // A copy: `state` may be a part of something large, or be overwritten later in the step.
  if (keeps_) slots_[site] = cut_ ? state.detach().clone() : state.clone();
  return before.defined() ? before.to(state.options()) : before;
}

at::Tensor SlotCarry::recall(sdk::SiteIndex site) {
  site_at(site);
  return slots_[site];
}

void SlotCarry::keep_rows(const std::vector<std::int64_t>& rows) {
  for (at::Tensor& slot : slots_) {
    if (slot.defined()) slot = slot.index_select(0, torch::tensor(rows, torch::kLong).to(slot.device()));
  }
}

std::map<std::string, at::Tensor> SlotCarry::slots() const {
  std::map<std::string, at::Tensor> filled;
  for (std::size_t site = 0; site < sites_.size(); ++site) {
    if (slots_[site].defined()) filled.emplace(sites_[site].name, slots_[site]);
  }
  return filled;
}

void SlotCarry::restore(const std::map<std::string, at::Tensor>& slots) {
  std::fill(slots_.begin(), slots_.end(), at::Tensor());
  for (const auto& [name, tensor] : slots) {
    const auto site = std::find_if(sites_.begin(), sites_.end(), [&](const sdk::Site& s) { return s.name == name; });
    if (site == sites_.end()) fail("a slot was saved for the site " + name + ", which the backbone does not have");
    slots_[static_cast<std::size_t>(site - sites_.begin())] = tensor;
  }
}

std::int64_t SlotCarry::bytes() const {
  std::int64_t sum = 0;
  for (const at::Tensor& slot : slots_) sum += slot.defined() ? static_cast<std::int64_t>(slot.nbytes()) : 0;
  return sum;
}

}  // namespace pgt::nn
