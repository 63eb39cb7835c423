#include <stdexcept>

#include <pgt/sdk/plugin.hpp>

class Refuses final : public pgt::sdk::Schedule {
 public:
  Refuses(const pgt::sdk::NoOptions&, const pgt::sdk::ScheduleContext&) { throw std::runtime_error("out of order"); }
  pgt::sdk::Plan plan(const pgt::sdk::PlanRequest&) const override { return {}; }
};

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.throws_in_factory";
  plugin.add_schedule<Refuses>("throws_in_factory", "");
}
