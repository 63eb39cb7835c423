#include "some_schedule.hpp"

class Twice final : public pgt::sdk::Schedule {
 public:
  struct Options {
    std::int64_t frames = 8;
    void describe(pgt::sdk::Options& o) {
      o("frames", frames).range(1, 64).help("of a clip");
      o("frames", frames).range(1, 8).help("of a clip, again");
    }
  };
  Twice(const Options&, const pgt::sdk::ScheduleContext&) {}
  pgt::sdk::Plan plan(const pgt::sdk::PlanRequest& request) const override {
    return SomeSchedule(SomeSchedule::Options{}, {}).plan(request);
  }
};

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.option_twice";
  plugin.add_schedule<Twice>("option_twice", "names a key twice");
}
