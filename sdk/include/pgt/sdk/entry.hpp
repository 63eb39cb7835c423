/// What crosses the plugin boundary before any C++ object does: one exported symbol that returns one plain record.
///
/// The host finds `pgt_plugin_entry_v1`, compares the build record with its own field by field and names the first
/// that differs. Only when all agree does it call `describe`, the first call that passes a C++ object.
#pragma once

#include <cstdint>

#include <pgt/sdk/version.hpp>

#define PGT_ENTRY_SYMBOL "pgt_plugin_entry_v1"

namespace pgt::sdk {
inline namespace v1 {

class Plugin;

/// How a library was built. The fields up to `struct_size` never move; later versions append.
struct BuildRecord {
  char magic[8];              ///< "PGTPLUG\0"
  std::uint32_t struct_size;  ///< bytes of this record as the plugin knows it
  std::uint32_t sdk_major;
  std::uint32_t sdk_minor;
  std::uint32_t cxx11_abi;       ///< _GLIBCXX_USE_CXX11_ABI
  const char* compiler;          ///< family and major version, e.g. "gcc 12"
  const char* standard_library;  ///< "libstdc++" or "libc++"
  const char* sanitizer;         ///< "none", "address" or "thread"
  const char* architecture;      ///< "x86_64" or "aarch64"
  const char* torch_version;     ///< the LibTorch that its backbones use; empty if it has none
  std::uint32_t glibcxx_debug;   ///< 1: built with _GLIBCXX_DEBUG, which changes what containers are made of
};

/// What the exported symbol returns a pointer to; it lives as long as the library.
struct PluginEntry {
  BuildRecord build;
  void (*describe)(Plugin& plugin);  ///< fills in what the plugin provides; may throw
};

inline constexpr char entry_magic[8] = {'P', 'G', 'T', 'P', 'L', 'U', 'G', '\0'};

}  // namespace v1
}  // namespace pgt::sdk

#define PGT_SDK_STRINGIFY_(x) #x
#define PGT_SDK_STRINGIFY(x) PGT_SDK_STRINGIFY_(x)

#if defined(__clang__)
#define PGT_SDK_COMPILER "clang " PGT_SDK_STRINGIFY(__clang_major__)
#elif defined(__GNUC__)
#define PGT_SDK_COMPILER "gcc " PGT_SDK_STRINGIFY(__GNUC__)
#else
#error "pgt-sdk knows GCC and Clang"
#endif

#if defined(_LIBCPP_VERSION)
#define PGT_SDK_STANDARD_LIBRARY "libc++"
#define PGT_SDK_CXX11_ABI 0
#else
#define PGT_SDK_STANDARD_LIBRARY "libstdc++"
#define PGT_SDK_CXX11_ABI _GLIBCXX_USE_CXX11_ABI
#endif

#if defined(_GLIBCXX_DEBUG)
#define PGT_SDK_GLIBCXX_DEBUG 1
#else
#define PGT_SDK_GLIBCXX_DEBUG 0
#endif

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PGT_SDK_SANITIZER "address"
#elif __has_feature(thread_sanitizer)
#define PGT_SDK_SANITIZER "thread"
#endif
#endif
#if !defined(PGT_SDK_SANITIZER)
#if defined(__SANITIZE_ADDRESS__)
#define PGT_SDK_SANITIZER "address"
#elif defined(__SANITIZE_THREAD__)
#define PGT_SDK_SANITIZER "thread"
#else
#define PGT_SDK_SANITIZER "none"
#endif
#endif

#if defined(__x86_64__)
#define PGT_SDK_ARCHITECTURE "x86_64"
#elif defined(__aarch64__)
#define PGT_SDK_ARCHITECTURE "aarch64"
#else
#error "pgt-sdk knows x86_64 and aarch64"
#endif

/// The build record of the file that uses it. `torch` is PGT_SDK_TORCH_VERSION or "".
#define PGT_BUILD_RECORD(torch)                                                                                  \
  ::pgt::sdk::BuildRecord {                                                                                      \
    {'P', 'G', 'T', 'P', 'L', 'U', 'G', '\0'}, sizeof(::pgt::sdk::BuildRecord), PGT_SDK_VERSION_MAJOR,           \
        PGT_SDK_VERSION_MINOR, PGT_SDK_CXX11_ABI, PGT_SDK_COMPILER, PGT_SDK_STANDARD_LIBRARY, PGT_SDK_SANITIZER, \
        PGT_SDK_ARCHITECTURE, torch, PGT_SDK_GLIBCXX_DEBUG                                                       \
  }
