#include "plugin/handshake.hpp"

#include <cstddef>
#include <cstdio>
#include <cstring>
#include <utility>

namespace pgt::plugin {
namespace {

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

/// Whether a table whose size is fixed at the start of the program has no room for the library.
bool in_static_table(std::string_view linker_message) {
  return linker_message.find("static TLS") != linker_message.npos;
}

}  // namespace

const sdk::BuildRecord& host_record() {
  static const sdk::BuildRecord record = PGT_BUILD_RECORD(PGT_TORCH_VERSION);
  return record;
}

std::vector<RecordField> compare(const sdk::BuildRecord& host, const sdk::BuildRecord& plugin) {
  std::vector<RecordField> fields;
  const auto add = [&](std::string key, std::string name, std::string ours, std::string theirs, std::string remedy) {
    const bool fits = ours == theirs;
    fields.push_back({std::move(key), std::move(name), std::move(ours), std::move(theirs), fits, std::move(remedy)});
    return fits;
  };
  const std::string version = version_of(host), abi = std::to_string(host.cxx11_abi);
  const std::string by_macro = "register the plugin with PGT_PLUGIN of pgt-sdk";
  if (!add("magic", "the entry's magic", printable_magic(host.magic), printable_magic(plugin.magic), by_macro))
    return fields;
  // The version comes before everything that a later SDK may append, so it can be read whatever the size.
  if (!add("sdk-version", "the SDK's version", version, version_of(plugin),
           "rebuild the plugin with pgt-sdk " + version))
    return fields;
  const bool whole = plugin.struct_size >= sizeof(sdk::BuildRecord);
  const std::string size = std::to_string(sizeof(sdk::BuildRecord));
  if (!add("size", "the build record's size", size, whole ? size : std::to_string(plugin.struct_size), by_macro))
    return fields;
  add("cxx11-abi", "_GLIBCXX_USE_CXX11_ABI", abi, std::to_string(plugin.cxx11_abi),
      "rebuild the plugin with -D_GLIBCXX_USE_CXX11_ABI=" + abi);
  add("glibcxx-debug", "_GLIBCXX_DEBUG", std::to_string(host.glibcxx_debug), std::to_string(plugin.glibcxx_debug),
      "build host and plugin both with it or both without");
  add("architecture", "the architecture", text_of(host.architecture), text_of(plugin.architecture),
      "rebuild the plugin for this machine");
  add("compiler", "the compiler", text_of(host.compiler), text_of(plugin.compiler),
      "rebuild the plugin with " + text_of(host.compiler));
  add("standard-library", "the C++ library", text_of(host.standard_library), text_of(plugin.standard_library),
      "rebuild the plugin with " + text_of(host.standard_library));
  add("sanitizer", "the sanitizer", text_of(host.sanitizer), text_of(plugin.sanitizer),
      "build host and plugin with the same -fsanitize");
  add("libtorch", "the LibTorch version", text_of(host.torch_version), text_of(plugin.torch_version),
      "rebuild the plugin with LibTorch " + text_of(host.torch_version));
  if (fields.back().plugin.empty()) fields.back().fits = true;
  return fields;
}

std::string mismatch(const sdk::BuildRecord& host, const sdk::BuildRecord& plugin) {
  for (const RecordField& field : compare(host, plugin)) {
    if (field.fits) continue;
    return field.name + " differs: host " + field.host + ", plugin " + field.plugin + "; " + field.remedy;
  }
  return "";
}

bool misses_torch(std::string_view linker_message) {
  // "libc10.so: cannot open shared object file: No such file or directory"
  const std::size_t end = linker_message.find(": cannot open shared object file");
  if (end == linker_message.npos) return false;
  const std::string_view path = linker_message.substr(0, end);
  const std::string_view name = path.substr(path.find_last_of(" /") + 1);
  return name.starts_with("libtorch") || name.starts_with("libc10");
}

bool lacks_memory(std::string_view linker_message) {
  if (in_static_table(linker_message)) return false;
  return linker_message.find("failed to map segment") != linker_message.npos ||
         linker_message.find("annot allocate memory") != linker_message.npos;
}

std::string how_to_provide_torch() {
  const std::string version = PGT_TORCH_VERSION;
  return "install LibTorch " + version + " (pip install torch==" + version +
         ", or its archive in /opt/libtorch), or set PGT_TORCH_DIR to the folder that holds its lib/";
}

std::string how_to_link(std::string_view linker_message) {
  if (misses_torch(linker_message)) return how_to_provide_torch();
  if (lacks_memory(linker_message)) return "there is not enough memory (ulimit -v limits it, for example)";
  if (in_static_table(linker_message)) return "name that library in LD_PRELOAD, so that it is loaded first";
  if (linker_message.find("cannot open shared object file") != linker_message.npos) {
    return "install that library, or name its folder in LD_LIBRARY_PATH; what CUDA's LibTorch needs comes with its "
           "wheel";
  }
  return "link the plugin with pgt_add_plugin, which finds that when it is built";
}

}  // namespace pgt::plugin
