#include "dist/reducer.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

#include "base/trace.hpp"

namespace pgt::dist {
namespace {

constexpr std::int64_t bucket_bytes = 25 << 20;

/// Neighbours of one type, about as large as a bucket, from the last to the first.
std::vector<std::vector<std::size_t>> buckets_of(const std::vector<at::Tensor>& parameters) {
  std::vector<std::vector<std::size_t>> buckets;
  std::int64_t bytes = 0;
  for (std::size_t i = parameters.size(); i-- > 0;) {
    const auto size = static_cast<std::int64_t>(parameters[i].nbytes());
    const bool fits = !buckets.empty() && bytes + size <= bucket_bytes &&
                      parameters[buckets.back().front()].scalar_type() == parameters[i].scalar_type();
    if (!fits) {
      buckets.emplace_back();
      bytes = 0;
    }
    buckets.back().push_back(i);
    bytes += size;
  }
  return buckets;
}

std::int64_t version_of(const at::Tensor& gradient) { return gradient.defined() ? gradient._version() : 0; }

/// While it is there, tells each time a backward has added to a parameter's gradient.
class Arrivals {
 public:
  using Tell = std::function<void(std::size_t parameter)>;

  Arrivals(const std::vector<at::Tensor>& parameters, const Tell& tell) : parameters_(parameters) {
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      torch::autograd::impl::set_post_acc_grad_hooks(parameters[i], std::make_unique<Hook>(tell, i));
    }
  }
  ~Arrivals() {
    for (const at::Tensor& parameter : parameters_) {
      torch::autograd::impl::set_post_acc_grad_hooks(parameter, nullptr);
    }
  }
  Arrivals(const Arrivals&) = delete;
  Arrivals& operator=(const Arrivals&) = delete;

 private:
  class Hook final : public torch::autograd::PostAccumulateGradHook {
   public:
    Hook(const Tell& tell, std::size_t parameter) : tell_(tell), parameter_(parameter) {}
    void operator()(const at::Tensor&) override { tell_(parameter_); }

   private:
    const Tell& tell_;
    std::size_t parameter_;
  };

  const std::vector<at::Tensor>& parameters_;
};

}  // namespace

Reducer::Reducer(Group& group, std::vector<at::Tensor> parameters)
    : group_(group),
      parameters_(std::move(parameters)),
      buckets_(buckets_of(parameters_)),
      stays_on_device_(parameters_.empty() || group.sums_on(parameters_.front().device())) {}

at::Tensor Reducer::filled(const Bucket& bucket) const {
  const at::NoGradGuard no_gradient;
  std::vector<at::Tensor> parts;
  for (const std::size_t i : bucket) {
    const at::Tensor& gradient = parameters_[i].grad();
    parts.push_back((gradient.defined() ? gradient.detach() : torch::zeros_like(parameters_[i])).flatten());
  }
  const at::Tensor flat = torch::cat(parts);
  return stays_on_device_ ? flat : flat.cpu();
}

void Reducer::send_next(std::vector<Sent>& sent) const {
  const Bucket& bucket = buckets_[sent.size()];
  Sent& one = sent.emplace_back();
  one.flat = filled(bucket);
  for (const std::size_t i : bucket) {
    one.gradients.push_back(parameters_[i].grad());
    one.versions.push_back(version_of(parameters_[i].grad()));
  }
  one.wait = group_.begin_sum(one.flat);
}

bool Reducer::changed(const Bucket& bucket, const Sent& sent) const {
  for (std::size_t i = 0; i < bucket.size(); ++i) {
    const at::Tensor& gradient = parameters_[bucket[i]].grad();
    if (!gradient.is_same(sent.gradients[i]) || version_of(gradient) != sent.versions[i]) return true;
  }
  return false;
}

void Reducer::during(const std::function<void()>& backward) {
  if (group_.alone()) return backward();
  std::vector<bool> there(parameters_.size());
  std::mutex arriving;  // a backward has a thread for each device
  const Arrivals::Tell send_what_is_there = [&](std::size_t parameter) {
    const std::lock_guard lock(arriving);
    there[parameter] = true;
    const auto next_is_there = [&] {
      return std::ranges::all_of(buckets_[sent_.size()], [&](std::size_t i) { return there[i]; });
    };
    while (sent_.size() < buckets_.size() && next_is_there()) send_next(sent_);
  };
  {
    const Arrivals arrivals(parameters_, send_what_is_there);
    backward();
  }
  while (sent_.size() < buckets_.size()) send_next(sent_);
}

std::vector<at::Tensor> Reducer::finish(std::vector<Sent> sent) const {
  const at::NoGradGuard no_gradient;
  while (sent.size() < buckets_.size()) send_next(sent);
  // The ranks that have a gradient of each parameter, then those where a bucket has changed since.
  std::vector<double> ranks;
  for (const at::Tensor& parameter : parameters_) ranks.push_back(parameter.grad().defined() ? 1 : 0);
  for (std::size_t i = 0; i < sent.size(); ++i) ranks.push_back(changed(buckets_[i], sent[i]) ? 1 : 0);
  group_.sum(ranks);
  std::vector<at::Tensor> sums(parameters_.size());
  for (std::size_t bucket = 0; bucket < sent.size(); ++bucket) {
    at::Tensor& flat = sent[bucket].flat;
    sent[bucket].wait();
    if (ranks[parameters_.size() + bucket] > 0) {
      flat = filled(buckets_[bucket]);
      group_.sum(flat);
    }
    std::int64_t begin = 0;
    for (const std::size_t i : buckets_[bucket]) {
      const at::Tensor& parameter = parameters_[i];
      const at::Tensor part = flat.narrow(0, begin, parameter.numel()).view(parameter.sizes());
      if (ranks[i] > 0) sums[i] = torch::empty_like(parameter).copy_(part);
      begin += parameter.numel();
    }
    sent[bucket] = {};
  }
  return sums;
}

std::vector<at::Tensor> Reducer::sums() const {
  if (!group_.alone()) return finish({});
  std::vector<at::Tensor> own;
  for (const at::Tensor& parameter : parameters_) {
    own.push_back(parameter.grad().defined() ? parameter.grad().detach() : at::Tensor());
  }
  return own;
}

void Reducer::reduce() {
  ++reductions_;
  if (group_.alone()) return;
  const TraceSpan span("reduce");
  std::vector<at::Tensor> sums = finish(std::exchange(sent_, {}));
  for (std::size_t i = 0; i < sums.size(); ++i) parameters_[i].mutable_grad() = std::move(sums[i]);
}

void Reducer::forget() {
  for (const Sent& sent : std::exchange(sent_, {})) sent.wait();
}

}  // namespace pgt::dist
