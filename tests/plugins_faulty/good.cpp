#include "some_schedule.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.good";
  plugin.version = "1.2.3";
  plugin.add_schedule<SomeSchedule>("good", "plain clips");
}
