#include "some_schedule.hpp"

PGT_PLUGIN(plugin) { plugin.add_schedule<SomeSchedule>("without_id", ""); }
