#include <stdexcept>

#include "some_schedule.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.throws_in_describe";
  throw std::runtime_error("no licence found");
}
