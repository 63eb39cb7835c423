#include "plugin/handshake.hpp"

#include <cstddef>
#include <cstdio>
#include <cstring>

namespace pgt::plugin {
namespace {

std::string differs(const std::string& field, const std::string& host, const std::string& plugin,
                    const std::string& remedy) {
  return field + " differs: host " + host + ", plugin " + plugin + "; " + remedy;
}

std::string printable_magic(const char (&magic)[8]) {
  std::string text;
  for (const char c : magic) {
    char code[8];
    const bool plain = c >= ' ' && c <= '~';
    std::snprintf(code, sizeof code, plain ? "%c" : "\\%02x", plain ? c : static_cast<unsigned char>(c));
    text += code;
  }
  return text;
}

std::string version_of(const sdk::BuildRecord& record) {
  return std::to_string(record.sdk_major) + "." + std::to_string(record.sdk_minor);
}

std::string text_of(const char* text) { return text != nullptr ? text : "(none)"; }

}  // namespace

const sdk::BuildRecord& host_record() {
  static const sdk::BuildRecord record = PGT_BUILD_RECORD(PGT_TORCH_VERSION);
  return record;
}

std::string mismatch(const sdk::BuildRecord& host, const sdk::BuildRecord& plugin) {
  if (std::memcmp(plugin.magic, host.magic, sizeof host.magic) != 0) {
    return differs("the entry's magic", printable_magic(host.magic), printable_magic(plugin.magic),
                   "register the plugin with PGT_PLUGIN of pgt-sdk");
  }
  // The version comes before everything that a later SDK may append, so it can be read whatever the size.
  if (version_of(plugin) != version_of(host)) {
    return differs("the SDK's version", version_of(host), version_of(plugin),
                   "rebuild the plugin with pgt-sdk " + version_of(host));
  }
  if (plugin.struct_size < sizeof(sdk::BuildRecord)) {
    return differs("the build record's size", std::to_string(sizeof(sdk::BuildRecord)),
                   std::to_string(plugin.struct_size), "register the plugin with PGT_PLUGIN of pgt-sdk");
  }
  if (plugin.cxx11_abi != host.cxx11_abi) {
    return differs("_GLIBCXX_USE_CXX11_ABI", std::to_string(host.cxx11_abi), std::to_string(plugin.cxx11_abi),
                   "rebuild the plugin with -D_GLIBCXX_USE_CXX11_ABI=" + std::to_string(host.cxx11_abi));
  }
  if (plugin.glibcxx_debug != host.glibcxx_debug) {
    return differs("_GLIBCXX_DEBUG", std::to_string(host.glibcxx_debug), std::to_string(plugin.glibcxx_debug),
                   "build host and plugin both with it or both without");
  }
  struct Field {
    const char* name;
    const char* sdk::BuildRecord::*member;
    std::string remedy;
  };
  const Field fields[] = {
      {"the architecture", &sdk::BuildRecord::architecture, "rebuild the plugin for this machine"},
      {"the compiler", &sdk::BuildRecord::compiler, "rebuild the plugin with " + text_of(host.compiler)},
      {"the C++ library", &sdk::BuildRecord::standard_library,
       "rebuild the plugin with " + text_of(host.standard_library)},
      {"the sanitizer", &sdk::BuildRecord::sanitizer, "build host and plugin with the same -fsanitize"},
      {"the LibTorch version", &sdk::BuildRecord::torch_version,
       "rebuild the plugin with LibTorch " + text_of(host.torch_version)},
  };
  for (const Field& field : fields) {
    const std::string ours = text_of(host.*field.member);
    const std::string theirs = text_of(plugin.*field.member);
    if (field.member == &sdk::BuildRecord::torch_version && theirs.empty()) continue;
    if (ours != theirs) return differs(field.name, ours, theirs, field.remedy);
  }
  return "";
}

}  // namespace pgt::plugin
