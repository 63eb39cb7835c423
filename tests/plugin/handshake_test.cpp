#include "plugin/handshake.hpp"

#include <gtest/gtest.h>

namespace pgt::plugin {
namespace {

sdk::BuildRecord host() {
  sdk::BuildRecord record = host_record();
  record.sdk_major = 1;
  record.sdk_minor = 4;
  record.cxx11_abi = 1;
  record.glibcxx_debug = 0;
  record.compiler = "gcc 12";
  record.standard_library = "libstdc++";
  record.sanitizer = "none";
  record.architecture = "x86_64";
  record.torch_version = "2.11.0";
  return record;
}

TEST(Handshake, AcceptsTheSameBuild) { EXPECT_EQ(mismatch(host(), host()), ""); }

TEST(Handshake, AcceptsAPluginWithoutTorch) {
  sdk::BuildRecord plugin = host();
  plugin.torch_version = "";
  EXPECT_EQ(mismatch(host(), plugin), "");
}

TEST(Handshake, AcceptsARecordWithFieldsThatItDoesNotKnow) {
  sdk::BuildRecord plugin = host();
  plugin.struct_size += 16;
  EXPECT_EQ(mismatch(host(), plugin), "");
}

TEST(Handshake, NamesFieldValuesAndRemedy) {
  const auto changed = [](auto change) {
    sdk::BuildRecord plugin = host();
    change(plugin);
    return mismatch(host(), plugin);
  };
  EXPECT_EQ(changed([](auto& p) { p.magic[7] = '2'; }),
            "the entry's magic differs: host PGTPLUG\\00, plugin PGTPLUG2; register the plugin with PGT_PLUGIN of "
            "pgt-sdk");
  EXPECT_EQ(changed([](auto& p) { p.sdk_major = 2; }),
            "the SDK's version differs: host 1.4, plugin 2.4; rebuild the plugin with pgt-sdk 1.4");
  for (const std::uint32_t minor : {3, 5}) {
    EXPECT_EQ(changed([minor](auto& p) { p.sdk_minor = minor; }), "the SDK's version differs: host 1.4, plugin 1." +
                                                                      std::to_string(minor) +
                                                                      "; rebuild the plugin with pgt-sdk 1.4");
  }
  EXPECT_EQ(changed([](auto& p) { p.struct_size = 24; }),
            "the build record's size differs: host " + std::to_string(sizeof(sdk::BuildRecord)) +
                ", plugin 24; register the plugin with PGT_PLUGIN of pgt-sdk");
  EXPECT_EQ(changed([](auto& p) { p.cxx11_abi = 0; }),
            "_GLIBCXX_USE_CXX11_ABI differs: host 1, plugin 0; rebuild the plugin with -D_GLIBCXX_USE_CXX11_ABI=1");
  EXPECT_EQ(changed([](auto& p) { p.glibcxx_debug = 1; }),
            "_GLIBCXX_DEBUG differs: host 0, plugin 1; build host and plugin both with it or both without");
  EXPECT_EQ(changed([](auto& p) { p.architecture = "aarch64"; }),
            "the architecture differs: host x86_64, plugin aarch64; rebuild the plugin for this machine");
  EXPECT_EQ(changed([](auto& p) { p.compiler = "clang 16"; }),
            "the compiler differs: host gcc 12, plugin clang 16; rebuild the plugin with gcc 12");
  EXPECT_EQ(changed([](auto& p) { p.standard_library = "libc++"; }),
            "the C++ library differs: host libstdc++, plugin libc++; rebuild the plugin with libstdc++");
  EXPECT_EQ(changed([](auto& p) { p.sanitizer = "address"; }),
            "the sanitizer differs: host none, plugin address; build host and plugin with the same -fsanitize");
  EXPECT_EQ(changed([](auto& p) { p.torch_version = "2.10.0"; }),
            "the LibTorch version differs: host 2.11.0, plugin 2.10.0; rebuild the plugin with LibTorch 2.11.0");
  EXPECT_EQ(changed([](auto& p) { p.compiler = nullptr; }),
            "the compiler differs: host gcc 12, plugin (none); rebuild the plugin with gcc 12");
}

TEST(Handshake, NamesTheFirstFieldOnly) {
  sdk::BuildRecord plugin = host();
  plugin.sdk_major = 9;
  plugin.compiler = "clang 16";
  plugin.torch_version = "1.0.0";
  const std::string reason = mismatch(host(), plugin);
  EXPECT_NE(reason.find("the SDK's version"), std::string::npos);
  EXPECT_EQ(reason.find("clang"), std::string::npos);
  EXPECT_EQ(reason.find("LibTorch"), std::string::npos);
}

TEST(Handshake, KnowsTheHostsLibTorch) {
  const std::string version = host_record().torch_version;
  EXPECT_EQ(version.substr(0, 2), "2.");
}

TEST(Handshake, SaysWhatToDoWhereTheDynamicLinkerRefuses) {
  const std::string missing = ": cannot open shared object file: No such file or directory";
  EXPECT_EQ(how_to_link("libtorch_cpu.so" + missing), how_to_provide_torch());
  EXPECT_EQ(
      how_to_link("libcupti.so.13" + missing),
      "install that library, or name its folder in LD_LIBRARY_PATH; what CUDA's LibTorch needs comes with its wheel");
  EXPECT_TRUE(lacks_memory("a.so: failed to map segment from shared object"));
  const std::string no_room = "libgomp.so.1: cannot allocate memory in static TLS block";
  EXPECT_FALSE(lacks_memory(no_room));
  EXPECT_EQ(how_to_link(no_room), "name that library in LD_PRELOAD, so that it is loaded first");
  EXPECT_FALSE(misses_torch("/libtorch-plugins/a.so: file too short"));
  EXPECT_EQ(how_to_link("a.so: undefined symbol: f"),
            "link the plugin with pgt_add_plugin, which finds that when it is built");
}

}  // namespace
}  // namespace pgt::plugin
