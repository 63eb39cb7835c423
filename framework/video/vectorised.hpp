/// Loops over pixels with the widest vector instructions that the processor has. Private to this folder.
#pragma once

#include <cstddef>

namespace pgt::video {

#ifdef __x86_64__
/// What the compiler makes of `loop` with AVX2.
template <auto loop, class... Arguments>
[[gnu::target("avx2")]] void with_avx2(const Arguments&... arguments) {
  loop(arguments...);
}

inline const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
#endif

/// Calls `loop`, a function that is always inlined: compiled twice, for every processor of the kind and for those with
/// AVX2, which takes a third to a tenth of the time. No results depend on it.
template <auto loop, class... Arguments>
void vectorised(const Arguments&... arguments) {
#ifdef __x86_64__
  if (has_avx2) return with_avx2<loop>(arguments...);
#endif
  loop(arguments...);
}

}  // namespace pgt::video
