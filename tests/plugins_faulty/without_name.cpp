#include "some_schedule.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.without_name";
  plugin.add_schedule<SomeSchedule>("", "");
}
