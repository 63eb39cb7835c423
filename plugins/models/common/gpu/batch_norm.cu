// Batch normalisation of rows of channels (models/common/norm_rows.hpp) on a GPU, with the addition and the ReLU that
// follow it. NVRTC compiles this file when it is first needed, once for each type of number: NUMBER is float, Bfloat16
// or Half. WIDEST and SUMMED_CHANNELS are those of norm_loops_on_gpu.cpp, THREADS that of kernels.hpp. No headers: a
// machine that trains need not have those of CUDA.
//
// A thread has VECTOR channels that lie next to each other, 16 bytes, and walks over rows. Threads of a block are side
// by side in the channels first, then in the rows; blocks too (x: rows, y: channels). Sums over rows are parts, one of
// each block, that the `put_` kernels add up in a fixed order: equal inputs give equal bits.

struct Bfloat16 {
  unsigned short bits;
};
struct Half {
  unsigned short bits;
};

__device__ float number(float x) { return x; }
__device__ float number(Bfloat16 x) { return __uint_as_float(static_cast<unsigned>(x.bits) << 16); }
__device__ float number(Half x) {
  float y;
  asm("cvt.f32.f16 %0, %1;" : "=f"(y) : "h"(x.bits));
  return y;
}

__device__ void put(float x, float& to) { to = x; }
__device__ void put(float x, Bfloat16& to) {
  const unsigned bits = __float_as_uint(x);
  const unsigned nearest = bits + 0x7fff + ((bits >> 16) & 1);  // even where two are equally near
  to.bits = x != x ? 0x7fc0 : static_cast<unsigned short>(nearest >> 16);
}
__device__ void put(float x, Half& to) { asm("cvt.rn.f16.f32 %0, %1;" : "=h"(to.bits) : "f"(x)); }

constexpr int VECTOR = 16 / sizeof(NUMBER);
constexpr int LANES = THREADS / SUMMED_CHANNELS;  // of parts, in the kernels that add them up

struct alignas(16) Numbers {
  NUMBER at[VECTOR];
};

/// What a thread walks over.
struct Place {
  long long row, step, end;  // rows
  long long stride;          // vectors of a row
  int vector;                // of channels, in a row
  int wide;                  // threads side by side in the channels
  int line, lines;           // of threads with the same channels in this block: which, of how many
  bool works;
};

__device__ Place place_of(long long rows, int channels) {
  Place place;
  place.stride = channels / VECTOR;
  place.wide = place.stride < WIDEST ? static_cast<int>(place.stride) : WIDEST;
  place.lines = THREADS / place.wide;
  place.line = threadIdx.x / place.wide;
  place.vector = blockIdx.y * place.wide + threadIdx.x % place.wide;
  const long long rows_of_block = (rows + gridDim.x - 1) / gridDim.x;
  const long long first = blockIdx.x * rows_of_block;
  place.row = first + place.line;
  place.step = place.lines;
  place.end = first + rows_of_block < rows ? first + rows_of_block : rows;
  place.works = place.line < place.lines && place.vector < place.stride;
  return place;
}

__device__ Numbers load(const NUMBER* from, const Place& place, long long row) {
  return reinterpret_cast<const Numbers*>(from)[row * place.stride + place.vector];
}
__device__ void store(NUMBER* to, const Place& place, long long row, const Numbers& numbers) {
  reinterpret_cast<Numbers*>(to)[row * place.stride + place.vector] = numbers;
}

__device__ void load_channels(const float* from, const Place& place, float (&to)[VECTOR]) {
#pragma unroll
  for (int i = 0; i < VECTOR; ++i) to[i] = from[place.vector * VECTOR + i];
}

/// Adds what the lines of a block have, in pairs, and writes the part of the block: two sums of each channel.
__device__ void write_part(const Place& place, float (&a)[VECTOR], float (&b)[VECTOR], int channels, float* parts) {
  __shared__ float shared[2][VECTOR][THREADS];
#pragma unroll
  for (int i = 0; i < VECTOR; ++i) {
    shared[0][i][threadIdx.x] = place.works ? a[i] : 0;
    shared[1][i][threadIdx.x] = place.works ? b[i] : 0;
  }
  for (int count = place.lines; count > 1;) {
    const int kept = (count + 1) / 2;
    __syncthreads();
    if (place.line + kept < count) {
#pragma unroll
      for (int i = 0; i < VECTOR; ++i) {
        shared[0][i][threadIdx.x] += shared[0][i][threadIdx.x + kept * place.wide];
        shared[1][i][threadIdx.x] += shared[1][i][threadIdx.x + kept * place.wide];
      }
    }
    count = kept;
  }
  if (place.line != 0 || !place.works) return;
  float* const part = parts + 2ll * blockIdx.x * channels + place.vector * VECTOR;
#pragma unroll
  for (int i = 0; i < VECTOR; ++i) {
    part[i] = shared[0][i][threadIdx.x];
    part[channels + i] = shared[1][i][threadIdx.x];
  }
}

/// Sums over the rows of x - x's first row, and of its square: small where the channel's mean is large, so that little
/// is lost when the one is taken from the other.
extern "C" __global__ void __launch_bounds__(THREADS)
    sum_moments(const NUMBER* x, long long rows, int channels, float* parts) {
  const Place place = place_of(rows, channels);
  float sum[VECTOR] = {}, squares[VECTOR] = {};
  if (place.works) {
    const Numbers origin = load(x, place, 0);
#pragma unroll 4
    for (long long row = place.row; row < place.end; row += place.step) {
      const Numbers numbers = load(x, place, row);
#pragma unroll
      for (int i = 0; i < VECTOR; ++i) {
        const float distance = number(numbers.at[i]) - number(origin.at[i]);
        sum[i] += distance;
        squares[i] += distance * distance;
      }
    }
  }
  write_part(place, sum, squares, channels, parts);
}

/// Adds up the parts of one channel: all threads with the same channel call it, and the first lane has the sums.
__device__ void add_parts(const float* parts, int count, int channels, int channel, int lane, double& a, double& b) {
  __shared__ double shared[2][LANES][SUMMED_CHANNELS];
  const int own = threadIdx.x % SUMMED_CHANNELS;
  double sums[2] = {};
  if (channel < channels) {
#pragma unroll 4
    for (int part = lane; part < count; part += LANES) {
      sums[0] += parts[2ll * part * channels + channel];
      sums[1] += parts[(2ll * part + 1) * channels + channel];
    }
  }
  shared[0][lane][own] = sums[0];
  shared[1][lane][own] = sums[1];
  for (int half = LANES / 2; half > 0; half /= 2) {
    __syncthreads();
    if (lane < half) {
      shared[0][lane][own] += shared[0][lane + half][own];
      shared[1][lane][own] += shared[1][lane + half][own];
    }
  }
  a = shared[0][0][own];
  b = shared[1][0][own];
}

/// NormLoops::channel_table: scale, shift, mean and deviation of each channel.
__device__ void put_table(float* table, int channels, int channel, const float* weight, const float* bias, float mean,
                          float deviation) {
  const float scale = weight[channel] * deviation;
  table[channel] = scale;
  table[channels + channel] = bias[channel] - mean * scale;
  table[2 * channels + channel] = mean;
  table[3 * channels + channel] = deviation;
}

extern "C" __global__ void put_batch_statistics(const float* parts, int count, const NUMBER* x, long long rows,
                                                int channels, const float* weight, const float* bias,
                                                float* running_mean, float* running_var, double momentum,
                                                double epsilon, float* table) {
  const int channel = blockIdx.x * SUMMED_CHANNELS + threadIdx.x % SUMMED_CHANNELS;
  const int lane = threadIdx.x / SUMMED_CHANNELS;
  double sum, squares;
  add_parts(parts, count, channels, channel, lane, sum, squares);
  if (lane != 0 || channel >= channels) return;
  const double apart = sum / rows;  // of the mean and the first row
  const double mean = number(x[channel]) + apart;
  const double left = squares - apart * sum;
  const double distances = left < 0 ? 0 : left;  // NaN as it is
  const float deviation = static_cast<float>(1 / sqrt(distances / rows + epsilon));
  put_table(table, channels, channel, weight, bias, static_cast<float>(mean), deviation);
  running_mean[channel] = static_cast<float>((1 - momentum) * running_mean[channel] + momentum * mean);
  running_var[channel] = static_cast<float>((1 - momentum) * running_var[channel] + momentum * distances / (rows - 1));
}

extern "C" __global__ void put_running_statistics(int channels, const float* weight, const float* bias,
                                                  const float* mean, const float* variance, double epsilon,
                                                  float* table) {
  const int channel = blockIdx.x * blockDim.x + threadIdx.x;
  if (channel >= channels) return;
  const float deviation = static_cast<float>(1 / sqrt(variance[channel] + epsilon));
  put_table(table, channels, channel, weight, bias, mean[channel], deviation);
}

/// y = x·scale + shift, + added where that is not null; with `relu` nothing below 0, but NaN as it is.
extern "C" __global__ void __launch_bounds__(THREADS)
    normalise(const NUMBER* x, const NUMBER* added, const float* table, int relu, NUMBER* y, long long rows,
              int channels) {
  const Place place = place_of(rows, channels);
  if (!place.works) return;
  float scale[VECTOR], shift[VECTOR];
  load_channels(table, place, scale);
  load_channels(table + channels, place, shift);
#pragma unroll 2
  for (long long row = place.row; row < place.end; row += place.step) {
    const Numbers numbers = load(x, place, row);
    Numbers more{}, result;
    if (added) more = load(added, place, row);
#pragma unroll
    for (int i = 0; i < VECTOR; ++i) {
      float value = number(numbers.at[i]) * scale[i] + shift[i];
      if (added) value += number(more.at[i]);
      put(relu && value < 0 ? 0.f : value, result.at[i]);
    }
    store(y, place, row, result);
  }
}

/// As `Gate` of norm_rows.hpp.
enum Gate { open, by_input, by_result };

/// Sums over the rows of the gradient behind the gate, and of its products with the distances from the mean. Behind
/// Gate by_result that gradient is written too.
extern "C" __global__ void __launch_bounds__(THREADS)
    sum_gradients(const NUMBER* gradient, const NUMBER* x, const NUMBER* result, const float* table, int gate,
                  NUMBER* behind, long long rows, int channels, float* parts) {
  const Place place = place_of(rows, channels);
  float sum[VECTOR] = {}, products[VECTOR] = {};
  if (place.works) {
    float scale[VECTOR], shift[VECTOR], mean[VECTOR];
    load_channels(table, place, scale);
    load_channels(table + channels, place, shift);
    load_channels(table + 2 * channels, place, mean);
#pragma unroll 2
    for (long long row = place.row; row < place.end; row += place.step) {
      Numbers let = load(gradient, place, row);
      const Numbers numbers = load(x, place, row);
      Numbers results{};
      if (gate == by_result) results = load(result, place, row);
#pragma unroll
      for (int i = 0; i < VECTOR; ++i) {
        const float value = number(numbers.at[i]);
        const bool shut = gate == by_input    ? value * scale[i] + shift[i] <= 0
                          : gate == by_result ? number(results.at[i]) <= 0
                                              : false;
        if (shut) put(0, let.at[i]);
        const float passed = number(let.at[i]);
        sum[i] += passed;
        products[i] += passed * (value - mean[i]);
      }
      if (gate == by_result) store(behind, place, row, let);
    }
  }
  write_part(place, sum, products, channels, parts);
}

/// Gradients of weight and bias, and how the input's gradient loses its mean and its part along the input, which batch
/// statistics take away: slopes and offsets of each channel.
extern "C" __global__ void put_slopes(const float* parts, int count, long long rows, int channels, const float* table,
                                      int batch_statistics, float* to_weight, float* to_bias, float* slopes) {
  const int channel = blockIdx.x * SUMMED_CHANNELS + threadIdx.x % SUMMED_CHANNELS;
  const int lane = threadIdx.x / SUMMED_CHANNELS;
  double sum, products;
  add_parts(parts, count, channels, channel, lane, sum, products);
  if (lane != 0 || channel >= channels) return;
  const double scale = table[channel], deviation = table[3 * channels + channel];
  to_weight[channel] = static_cast<float>(products * deviation);
  to_bias[channel] = static_cast<float>(sum);
  slopes[channel] = batch_statistics ? static_cast<float>(-scale * deviation * deviation * products / rows) : 0;
  slopes[channels + channel] = batch_statistics ? static_cast<float>(-scale * sum / rows) : 0;
}

/// The gradient of the input: gradient behind the gate · scale + (x − mean)·slope + offset. May be written where the
/// gradient lies.
extern "C" __global__ void __launch_bounds__(THREADS)
    input_gradient(const NUMBER* gradient, const NUMBER* x, const float* table, const float* slopes, int by_its_input,
                   NUMBER* to, long long rows, int channels) {
  const Place place = place_of(rows, channels);
  if (!place.works) return;
  float scale[VECTOR], shift[VECTOR], mean[VECTOR], slope[VECTOR], offset[VECTOR];
  load_channels(table, place, scale);
  load_channels(table + channels, place, shift);
  load_channels(table + 2 * channels, place, mean);
  load_channels(slopes, place, slope);
  load_channels(slopes + channels, place, offset);
#pragma unroll 2
  for (long long row = place.row; row < place.end; row += place.step) {
    const Numbers gradients = load(gradient, place, row), numbers = load(x, place, row);
    Numbers result;
#pragma unroll
    for (int i = 0; i < VECTOR; ++i) {
      const float value = number(numbers.at[i]);
      const bool shut = by_its_input && value * scale[i] + shift[i] <= 0;
      const float passed = shut ? 0 : number(gradients.at[i]);
      put(passed * scale[i] + ((value - mean[i]) * slope[i] + offset[i]), result.at[i]);
    }
    store(to, place, row, result);
  }
}
