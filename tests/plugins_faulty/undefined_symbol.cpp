#include "some_schedule.hpp"

int nobody_defines_this();

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.undefined_symbol" + std::to_string(nobody_defines_this());
  plugin.add_schedule<SomeSchedule>("undefined_symbol", "");
}
