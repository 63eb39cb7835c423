/// An entry as PGT_PLUGIN makes it, but for one field of the build record.
#pragma once

#include "some_schedule.hpp"

#define ALTERED_ENTRY(statement)                                                                             \
  extern "C" __attribute__((visibility("default"))) const pgt::sdk::PluginEntry* pgt_plugin_entry_v1() {     \
    static const pgt::sdk::PluginEntry entry = [] {                                                          \
      pgt::sdk::BuildRecord build = PGT_BUILD_RECORD("");                                                    \
      statement;                                                                                             \
      return pgt::sdk::PluginEntry{build, [](pgt::sdk::Plugin& plugin) {                                     \
                                     plugin.id = "org.pgt.test.altered";                                     \
                                     plugin.add_schedule<SomeSchedule>("altered", "never seen by the host"); \
                                   }};                                                                       \
    }();                                                                                                     \
    return &entry;                                                                                           \
  }
