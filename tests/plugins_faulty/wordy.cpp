#include "some_schedule.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.wordy";
  plugin.add_schedule<SomeSchedule>(
      "wordy",
      "a summary that says so much of what the schedule does, and when, and to which frames "
      "of which clips, that no line of a terminal holds it");
}
