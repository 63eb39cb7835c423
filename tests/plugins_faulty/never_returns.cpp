#include "some_schedule.hpp"

static volatile bool waiting = true;
static const bool waited = [] {
  while (waiting) {
  }
  return true;
}();

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.never_returns";
  plugin.add_schedule<SomeSchedule>("never_returns", waited ? "" : "not yet");
}
