#include "nn/carry.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <tuple>
#include <utility>

#include "base/error.hpp"
#include "nn/sent.hpp"

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

/// The last frames, after zeros where there are fewer: what a causal convolution with zeros in front has seen.
at::Tensor last_frames(const at::Tensor& x, std::int64_t frames) {
  const std::int64_t missing = frames - x.size(time_dim);
  if (missing <= 0) return x.slice(time_dim, -missing).clone();
  std::vector<std::int64_t> shape = x.sizes().vec();
  shape[time_dim] = missing;
  return torch::cat({torch::zeros(shape, x.options()), x}, time_dim);
}

/// What a checkpoint calls a slot.
std::string name_of(const std::string& site, std::size_t part) {
  return part == 0 ? site : site + "/" + std::to_string(part);
}

}  // namespace

SlotCarry::SlotCarry(std::vector<sdk::Site> sites, sdk::CarryRule rule)
    : sites_(std::move(sites)), rule_(std::move(rule)), slots_(sites_.size()) {
  std::set<std::string> names;
  for (const sdk::Site& site : sites_) {
    if (!names.insert(site.name).second) fail("the backbone declares the site " + site.name + " twice");
  }
}

void SlotCarry::begin_step(bool first, const sdk::Step& step, const sdk::Step* next, std::int64_t videos) {
  videos_ = videos;
  taken_ = first ? std::vector<std::int64_t>{} : step.overlap;
  keeps_ = next != nullptr;
  kept_ = keeps_ ? next->overlap : std::vector<std::int64_t>{};
  cut_ = keeps_ && next->detach && next->gradient_reach == 0;
  if (first) slots_.assign(sites_.size(), {});
  put_border(first ? 0 : step.gradient_reach);
}

void SlotCarry::put_border(std::int64_t reach) {
  if (reach == 0) return borders_.clear();
  Border& border = borders_.emplace_back();
  for (std::vector<at::Tensor>& parts : slots_) {
    for (at::Tensor& slot : parts) {
      if (!slot.defined() || !slot.requires_grad()) continue;
      border.made.push_back(slot);
      slot = slot.detach().requires_grad_();
      border.taken.push_back(slot);
    }
  }
  while (std::ssize(borders_) > reach) borders_.pop_front();
}

const sdk::Site& SlotCarry::site_at(sdk::SiteIndex site) const {
  if (site >= sites_.size()) {
    fail("site " + std::to_string(site) + " is used, but the backbone declares " + std::to_string(sites_.size()));
  }
  return sites_[site];
}

at::Tensor& SlotCarry::slot(sdk::SiteIndex site, std::size_t part) {
  site_at(site);
  if (slots_[site].size() <= part) slots_[site].resize(part + 1);
  return slots_[site][part];
}

bool SlotCarry::carries(const sdk::Site& site) const {
  if (site.kind == sdk::SiteKind::head) return rule_.head;
  return rule_.sites == sdk::SiteFilter::all || site.temporal_kernel > 1;
}

std::int64_t SlotCarry::overlap(const std::vector<std::int64_t>& frames, const sdk::Site& site) const {
  if (frames.empty()) return 0;
  if (site.overlap) return *site.overlap;
  if (!carries(site)) return 0;
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
  const at::Tensor before = std::exchange(slot(site), at::Tensor());
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
  if (kept > 0) slot(site) = keep(declared, input, taken > 0 ? before : at::Tensor(), kept);
  return input;
}

at::Tensor SlotCarry::keep(const sdk::Site& site, const at::Tensor& input, const at::Tensor& before,
                           std::int64_t frames) const {
  // See Note [What is detached when].
  const at::AutoGradMode gradients(at::GradMode::is_enabled() && !cut_);
  if (site.overlap) return last_frames(input, frames);
  if (input.size(time_dim) < frames) {
    fail("site " + site.name + " is to keep " + std::to_string(frames) + " frames but has " +
         std::to_string(input.size(time_dim)) + ": steps must be longer than the overlap");
  }
  const bool head = site.kind == sdk::SiteKind::head;
  at::Tensor state = reduce_time(input, head ? rule_.head_reduce.value_or(rule_.reduce) : rule_.reduce, frames);
  if (rule_.momentum == 0.0 || !before.defined()) return state;
  if (before.size(time_dim) != frames) {
    fail("site " + site.name + ": momentum needs the same overlap in every step, not " +
         std::to_string(before.size(time_dim)) + " and " + std::to_string(frames));
  }
  return (1.0 - rule_.momentum) * state + rule_.momentum * before.to(state.options());
}

at::Tensor without_first(const at::Tensor& y, std::int64_t frames) {
  return torch::constant_pad_nd(y, {0, 0, 0, 0, -frames, 0});
}

at::Tensor SlotCarry::leave(sdk::SiteIndex site, const at::Tensor& y) {
  const std::int64_t taken = overlap(taken_, site_at(site));
  return taken > 0 ? without_first(y, taken) : y;
}

/// Videos that end leave the slots, and a batch may be learned in parts: both cut along the first dimension.
void SlotCarry::check_state(const sdk::Site& site, std::size_t part, const at::Tensor& state) const {
  if (state.defined() && state.dim() > 0 && (videos_ == 0 || state.size(0) == videos_)) return;
  std::ostringstream text;
  text << "site " << site.name << ", part " << part << ", exchanges ";
  if (state.defined()) {
    text << "a state of shape " << state.sizes();
  } else {
    text << "no state";
  }
  text << ", but the first dimension must be the batch";
  if (videos_ > 0) text << ", of " << videos_ << (videos_ == 1 ? " video" : " videos");
  fail(text.str() + ": transpose the state");
}

at::Tensor SlotCarry::exchange(sdk::SiteIndex site, const at::Tensor& state, std::size_t part) {
  check_state(site_at(site), part, state);
  const at::Tensor before = std::exchange(slot(site, part), at::Tensor());
  // A copy: `state` may be a part of something large, or be overwritten later in the step.
  if (keeps_) slot(site, part) = cut_ ? state.detach().clone() : state.clone();
  return before.defined() ? before.to(state.options()) : before;
}

at::Tensor SlotCarry::recall(sdk::SiteIndex site, std::size_t part) { return slot(site, part); }

void SlotCarry::keep_rows(const std::vector<std::int64_t>& rows) {
  for (std::vector<at::Tensor>& parts : slots_) {
    for (at::Tensor& slot : parts) {
      if (slot.defined()) slot = slot.index_select(0, sent(torch::tensor(rows, torch::kLong), slot.device()));
    }
  }
}

SlotCarry SlotCarry::of_rows(std::int64_t first, std::int64_t count) const {
  SlotCarry part = *this;
  part.videos_ = count;
  for (std::vector<at::Tensor>& parts : part.slots_) {
    for (at::Tensor& slot : parts) {
      if (slot.defined()) slot = slot.narrow(0, first, count);
    }
  }
  return part;
}

void SlotCarry::join(const std::vector<SlotCarry>& parts) {
  for (sdk::SiteIndex site = 0; site < sites_.size(); ++site) {
    std::vector<at::Tensor>& whole = slots_[site];
    whole.clear();
    for (std::size_t part = 0; part < parts.front().slots_[site].size(); ++part) {
      std::vector<at::Tensor> of_rows;
      for (const SlotCarry& rows : parts) {
        const std::vector<at::Tensor>& kept = rows.slots_[site];
        if (part < kept.size() && kept[part].defined()) of_rows.push_back(kept[part]);
      }
      if (!of_rows.empty() && of_rows.size() < parts.size()) {
        fail("site " + sites_[site].name + " keeps something of some rows only");
      }
      whole.push_back(of_rows.empty() ? at::Tensor() : torch::cat(of_rows));
    }
  }
}

std::map<std::string, at::Tensor> SlotCarry::slots() const {
  std::map<std::string, at::Tensor> filled;
  for (std::size_t site = 0; site < sites_.size(); ++site) {
    for (std::size_t part = 0; part < slots_[site].size(); ++part) {
      if (slots_[site][part].defined()) filled.emplace(name_of(sites_[site].name, part), slots_[site][part]);
    }
  }
  return filled;
}

void SlotCarry::restore(const std::map<std::string, at::Tensor>& slots) {
  slots_.assign(sites_.size(), {});
  auto left = slots;
  for (sdk::SiteIndex site = 0; site < sites_.size(); ++site) {
    for (std::size_t part = 0; !left.empty(); ++part) {
      auto saved = left.extract(name_of(sites_[site].name, part));
      if (saved.empty()) break;
      slot(site, part) = std::move(saved.mapped());
    }
  }
  if (!left.empty()) {
    fail("a slot was saved for the site " + left.begin()->first + ", which the backbone does not have");
  }
}

std::int64_t SlotCarry::bytes() const {
  std::int64_t sum = 0;
  for (const std::vector<at::Tensor>& parts : slots_) {
    for (const at::Tensor& slot : parts) sum += slot.defined() ? static_cast<std::int64_t>(slot.nbytes()) : 0;
  }
  return sum;
}

}  // namespace pgt::nn
