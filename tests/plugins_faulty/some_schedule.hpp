/// What the plugins here provide when it does not matter.
#pragma once

#include <pgt/sdk/plugin.hpp>

class SomeSchedule final : public pgt::sdk::Schedule {
 public:
  struct Options {
    std::int64_t frames = 8;
    void describe(pgt::sdk::Options& o) { o("frames", frames).range(1, 64).unit("frames").help("of a clip"); }
    void check(pgt::sdk::Problems& problems) const {
      if (frames % 2 != 0) problems.push_back({"frames", "must be even"});
    }
  };

  SomeSchedule(const Options& options, const pgt::sdk::ScheduleContext&) : frames_(options.frames) {}
  pgt::sdk::Plan plan(const pgt::sdk::PlanRequest& request) const override {
    pgt::sdk::Step step;
    step.frames.assign(request.pathways.size(), {0, frames_});
    step.overlap.assign(request.pathways.size(), 0);
    pgt::sdk::Plan plan;
    plan.clip.frames = frames_;
    plan.steps = {step};
    return plan;
  }

 private:
  std::int64_t frames_;
};
