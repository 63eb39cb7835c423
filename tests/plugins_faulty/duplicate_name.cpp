#include "some_schedule.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.duplicate_name";
  plugin.add_schedule<SomeSchedule>("good", "has the name of another plugin's schedule");
}
