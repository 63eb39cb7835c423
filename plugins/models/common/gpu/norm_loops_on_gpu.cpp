#include <algorithm>
#include <string>
#include <vector>

#include "models/common/gpu/kernels.hpp"
#include "models/common/norm_loops.hpp"

namespace pgt::models::gpu {

extern const char* const batch_norm_source;  ///< gpu/batch_norm.cu, put into a string by the build

namespace {

constexpr std::int64_t vector_bytes = 16;    ///< what a thread reads at once
constexpr std::int64_t widest = 32;          ///< threads side by side in the channels of a row
constexpr std::int64_t summed_channels = 8;  ///< of a block that adds up parts

std::vector<std::string> options_for(const std::string& number) {
  return {"-DNUMBER=" + number, "-DWIDEST=" + std::to_string(widest),
          "-DSUMMED_CHANNELS=" + std::to_string(summed_channels)};
}

/// How many pieces of so many hold all.
std::int64_t pieces(std::int64_t all, std::int64_t piece) { return (all + piece - 1) / piece; }

Kernels& kernels_for(at::ScalarType type) {
  static Kernels of_float(batch_norm_source, options_for("float"));
  static Kernels of_bf16(batch_norm_source, options_for("Bfloat16"));
  static Kernels of_fp16(batch_norm_source, options_for("Half"));
  return type == at::kFloat ? of_float : type == at::kBFloat16 ? of_bf16 : of_fp16;
}

/// Blocks that together walk over all rows, each over as many as keep it busy for a while.
struct Walk {
  explicit Walk(const at::Tensor& x) : rows(x.numel() / x.size(1)), channels(static_cast<int>(x.size(1))) {
    constexpr std::int64_t rows_of_thread = 8, most_blocks = 1024;
    const std::int64_t vectors = channels * x.element_size() / vector_bytes, wide = std::min(vectors, widest);
    grid.y = static_cast<unsigned>(pieces(vectors, wide));
    const std::int64_t rows_of_block = rows_of_thread * (Kernels::threads / wide);
    grid.x = static_cast<unsigned>(
        std::clamp<std::int64_t>(pieces(rows, rows_of_block), 1, std::max<std::int64_t>(1, most_blocks / grid.y)));
  }
  Grid over_channels() const { return {static_cast<unsigned>(pieces(channels, summed_channels))}; }

  long long rows;
  int channels;
  Grid grid{};
};

at::Tensor floats(const at::Tensor& x, std::int64_t rows) {
  return at::empty({rows, x.size(1)}, x.options().dtype(at::kFloat));
}

float* numbers(const at::Tensor& of_channels) { return of_channels.data_ptr<float>(); }

void* address(const at::Tensor& map) { return map.defined() ? map.data_ptr() : nullptr; }

class OnGpu final : public NormLoops {
 public:
  bool take(const at::Tensor& x) const override {
    const at::ScalarType type = x.scalar_type();
    if (type != at::kFloat && type != at::kBFloat16 && type != at::kHalf) return false;
    return x.size(1) * x.element_size() % vector_bytes == 0 && kernels_for(type).run_on(x.device());
  }

  at::Tensor channel_table(const at::Tensor& x, const BatchNorm& norm) const override {
    const Walk walk(x);
    const at::Tensor table = floats(x, 4);
    Kernels& kernels = kernels_for(x.scalar_type());
    float *const weight = numbers(norm.weight), *const bias = numbers(norm.bias);
    float *const mean = numbers(norm.running_mean), *const variance = numbers(norm.running_var);
    if (!norm.batch_statistics) {
      const Grid grid{static_cast<unsigned>(pieces(walk.channels, Kernels::threads))};
      kernels.launch(x.device(), "put_running_statistics", grid, walk.channels, weight, bias, mean, variance,
                     norm.epsilon, numbers(table));
      return table;
    }
    const at::Tensor parts = floats(x, 2 * walk.grid.x);
    kernels.launch(x.device(), "sum_moments", walk.grid, address(x), walk.rows, walk.channels, numbers(parts));
    kernels.launch(x.device(), "put_batch_statistics", walk.over_channels(), numbers(parts),
                   static_cast<int>(walk.grid.x), address(x), walk.rows, walk.channels, weight, bias, mean, variance,
                   norm.momentum, norm.epsilon, numbers(table));
    return table;
  }

  at::Tensor normalised(const at::Tensor& x, const at::Tensor& table, const std::optional<at::Tensor>& added,
                        bool relu) const override {
    const Walk walk(x);
    const at::Tensor y = at::empty_like(x);
    kernels_for(x.scalar_type())
        .launch(x.device(), "normalise", walk.grid, address(x), address(added.value_or(at::Tensor())), numbers(table),
                relu ? 1 : 0, address(y), walk.rows, walk.channels);
    return y;
  }

  NormSums gradient_sums(const NormBack& back, const at::Tensor& behind) const override {
    const Walk walk(back.x);
    Kernels& kernels = kernels_for(back.x.scalar_type());
    const at::Tensor parts = floats(back.x, 2 * walk.grid.x);
    kernels.launch(back.x.device(), "sum_gradients", walk.grid, address(back.gradient), address(back.x),
                   address(back.result), numbers(back.table), static_cast<int>(back.gate), address(behind), walk.rows,
                   walk.channels, numbers(parts));
    NormSums sums{floats(back.x, 1)[0], floats(back.x, 1)[0], floats(back.x, 2)};
    kernels.launch(back.x.device(), "put_slopes", walk.over_channels(), numbers(parts), static_cast<int>(walk.grid.x),
                   walk.rows, walk.channels, numbers(back.table), back.batch_statistics ? 1 : 0,
                   numbers(sums.to_weight), numbers(sums.to_bias), numbers(sums.slopes));
    return sums;
  }

  void put_input_gradient(const NormBack& back, const at::Tensor& given, const at::Tensor& to) const override {
    const Walk walk(back.x);
    const at::Tensor slopes = given.defined() ? given : floats(back.x, 2).zero_();
    kernels_for(back.x.scalar_type())
        .launch(back.x.device(), "input_gradient", walk.grid, address(back.gradient), address(back.x),
                numbers(back.table), numbers(slopes), back.gate == Gate::by_input ? 1 : 0, address(to), walk.rows,
                walk.channels);
  }
};

}  // namespace
}  // namespace pgt::models::gpu

namespace pgt::models {

const NormLoops& norm_loops_on_gpu() {
  static const gpu::OnGpu loops;
  return loops;
}

}  // namespace pgt::models
