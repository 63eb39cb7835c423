/// Loops with the widest vectors that the processor has, in a library that is built for any.
#pragma once

namespace pgt::models {

#if defined(__x86_64__)

enum class Vectors { narrow, avx2, avx512 };

inline Vectors widest_vectors() {
  static const Vectors widest = [] {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq")) {
      return Vectors::avx512;
    }
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? Vectors::avx2 : Vectors::narrow;
  }();
  return widest;
}

template <class Loop>
[[gnu::target("avx2,fma")]] void run_with_avx2(const Loop& loop) {
  loop();
}

template <class Loop>
[[gnu::target("avx512f,avx512bw,avx512vl,avx512dq,avx2,fma,prefer-vector-width=512")]] void run_with_avx512(
    const Loop& loop) {
  loop();
}

/// Runs `loop`, a lambda marked `always_inline`: so it is compiled once for each width.
template <class Loop>
void with_widest_vectors(const Loop& loop) {
  switch (widest_vectors()) {
    case Vectors::avx512:
      return run_with_avx512(loop);
    case Vectors::avx2:
      return run_with_avx2(loop);
    case Vectors::narrow:
      return loop();
  }
}

#else

template <class Loop>
void with_widest_vectors(const Loop& loop) {
  loop();
}

#endif

}  // namespace pgt::models
