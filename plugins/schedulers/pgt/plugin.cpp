#include <pgt/sdk/plugin.hpp>

#include "schedule.hpp"

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.schedule.pgt";
  plugin.version = "0.1.0";
  plugin.add_schedule<pgt::schedulers::Pgt>("pgt", "progressive training, a state carried from step to step");
}
