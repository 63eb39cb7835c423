#include <cstdlib>

#include "some_schedule.hpp"

static const bool gone = [] {
  std::exit(0);
  return true;
}();

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.exits";
  plugin.add_schedule<SomeSchedule>("exits", gone ? "" : "not yet");
}
