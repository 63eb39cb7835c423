// Writes to stdout while it is loaded and while it is described, and is good otherwise.
#include <cstdio>

#include "some_schedule.hpp"

static const int loaded = std::printf("{\"refused\": \"hello from a constructor\"}\n");

PGT_PLUGIN(plugin) {
  std::printf("hello from PGT_PLUGIN, %d\n", loaded);
  std::fflush(stdout);
  plugin.id = "org.pgt.test.noisy";
  plugin.add_schedule<SomeSchedule>("noisy", "plain clips");
}
