#include "some_schedule.hpp"

class Outside final : public pgt::sdk::Schedule {
 public:
  struct Options {
    std::int64_t frames = 9999;
    void describe(pgt::sdk::Options& o) { o("frames", frames).range(1, 64).help("of a clip"); }
  };
  Outside(const Options&, const pgt::sdk::ScheduleContext&) {}
  pgt::sdk::Plan plan(const pgt::sdk::PlanRequest& request) const override {
    return SomeSchedule(SomeSchedule::Options{}, {}).plan(request);
  }
};

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.option_default";
  plugin.add_schedule<Outside>("option_default", "has a default outside of its range");
}
