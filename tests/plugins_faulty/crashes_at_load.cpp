#include "some_schedule.hpp"

static int* volatile nowhere = nullptr;
static const int crash = *nowhere = 1;

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.crashes_at_load";
  plugin.add_schedule<SomeSchedule>("crashes_at_load", std::to_string(crash));
}
