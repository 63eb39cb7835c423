#include "nn/precision.hpp"

#include <ATen/autocast_mode.h>
#include <ATen/cpu/Utils.h>
#include <torch/torch.h>

#include "base/error.hpp"
#include "base/trace.hpp"
#include "config/setting_error.hpp"

namespace pgt::nn {
namespace {

bool cpu_can(const std::string& what) {
  const auto capabilities = at::cpu::get_cpu_capabilities();
  const auto found = capabilities.find(what);
  return found != capabilities.end() && found->second.isBool() && found->second.toBool();
}

}  // namespace

Precision::Precision(config::Precision kind, c10::Device device) : kind_(kind), device_(device.type()) {
  if (kind == config::Precision::automatic) {
    kind_ = device.is_cuda() ? config::Precision::tf32 : config::Precision::fp32;
  }
  if (kind == config::Precision::tf32 && !device.is_cuda()) {
    throw config::SettingError("train.precision", "train.precision = \"tf32\" needs a GPU, and this run is on " +
                                                      device.str() +
                                                      ": use \"fp32\", or \"bf16\" where the CPU has it");
  }
}

std::string Precision::name() const {
  switch (kind_) {
    case config::Precision::tf32:
      return "tf32";
    case config::Precision::bf16:
      return "bf16";
    case config::Precision::fp16:
      return "fp16";
    case config::Precision::automatic:  // never kept
    case config::Precision::fp32:
      break;
  }
  return "fp32";
}

std::string Precision::warning() const {
  if (device_ != c10::kCPU || !half()) return "";
  const bool bf16 = kind_ == config::Precision::bf16;
  const bool fast =
      bf16 ? cpu_can("avx512_bf16") || cpu_can("amx_bf16") : cpu_can("avx512_fp16") || cpu_can("amx_fp16");
  if (fast) return "";
  return "this CPU has no instructions for " + name() + (bf16 ? " (AVX512-BF16, AMX)" : " (AVX512-FP16, AMX-FP16)") +
         ": train.precision = \"" + name() + "\" is slower here than \"fp32\"";
}

void Precision::apply_to_float32() const {
  const bool rounds = kind_ == config::Precision::tf32;
  at::globalContext().setAllowTF32CuBLAS(rounds);
  at::globalContext().setAllowTF32CuDNN(rounds);
}

Autocast::Autocast(const Precision& precision) : precision_(precision) {
  if (!precision.half()) return;
  enabled_before_ = at::autocast::is_autocast_enabled(precision.device());
  type_before_ = at::autocast::get_autocast_dtype(precision.device());
  at::autocast::set_autocast_enabled(precision.device(), true);
  at::autocast::set_autocast_dtype(precision.device(), precision.type());
  at::autocast::increment_nesting();
}

Autocast::~Autocast() {
  if (!precision_.half()) return;
  // Weights that were cast are kept until here, so that a layer that is used twice casts its own once. No longer: the
  // next forward may need a graph that this one did not, and an update changes the weights.
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  at::autocast::set_autocast_dtype(precision_.device(), type_before_);
  at::autocast::set_autocast_enabled(precision_.device(), enabled_before_);
}

at::Tensor computed(const Precision& precision, const std::function<at::Tensor()>& forward) {
  const TraceSpan span("forward");
  const Autocast autocast(precision);
  const at::Tensor scores = forward();
  return precision.half() ? scores.to(at::kFloat) : scores;
}

at::Tensor scores(sdk::Backbone& backbone, const sdk::Fragment& fragment, sdk::Carry& carry,
                  const Precision& precision) {
  return computed(precision, [&] { return backbone.forward(fragment, carry); });
}

}  // namespace pgt::nn
