// Says badly what it is and which options it has; the host takes it nevertheless.
#include "some_schedule.hpp"

class Badly final : public pgt::sdk::Schedule {
 public:
  struct Options {
    std::int64_t frames = 8;
    double Width = 1;
    std::string text = "a", place;
    bool on = true;
    std::int64_t number = 1;
    void describe(pgt::sdk::Options& o) {
      o("frames", frames).range(64, 1);
      o("Width", Width).help("in capitals");
      o("text", text).one_of({"a", "a"}).help("one choice twice");
      o("place", place).only_with("txet", {"a"}).help("exists with nothing");
      o("on", on).word("yes", 1).help("has a word for a number");
      o("number", number).path().help("is no path");
    }
    void check(pgt::sdk::Problems& problems) const {
      if (frames == 8) problems.push_back({"frames", "must not be 8"});
    }
  };
  Badly(const Options&, const pgt::sdk::ScheduleContext&) {}
  pgt::sdk::Plan plan(const pgt::sdk::PlanRequest& request) const override {
    return SomeSchedule(SomeSchedule::Options{}, {}).plan(request);
  }
};

PGT_PLUGIN(plugin) {
  plugin.id = "Badly";
  plugin.add_schedule<Badly>("Bad Descriptions", "");
}
