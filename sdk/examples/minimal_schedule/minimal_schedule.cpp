/// The smallest schedule with a past: the whole video in steps of equal length, each learning with the last frame of
/// the step before in front of it.
///
/// It says what to do as plain data; the host does it.

#include <stdexcept>

#include <pgt/sdk/plugin.hpp>

namespace {

class Steps final : public pgt::sdk::Schedule {
 public:
  struct Options {
    std::int64_t length = 8;
    void describe(pgt::sdk::Options& o) { o("length", length).at_least(2).unit("frames").help("of a step"); }
  };

  Steps(const Options& options, const pgt::sdk::ScheduleContext&) : length_(options.length) {}

  pgt::sdk::Plan plan(const pgt::sdk::PlanRequest& request) const override {
    if (request.pathways.size() != 1) throw std::runtime_error("minimal_schedule is for backbones with one pathway");
    pgt::sdk::Step first;
    first.frames = {{0, length_}};
    first.overlap = {0};
    // A site sees `length_` frames in every step: later ones take one of them from the carry.
    pgt::sdk::Step later;
    later.frames = {{length_, 2 * length_ - 1}};
    later.overlap = {1};

    pgt::sdk::Plan plan;
    plan.steps = {first, later};
    plan.repeat_from = 1;  // the second step repeats, moved along, until the video ends
    return plan;
  }

 private:
  std::int64_t length_;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.example.minimal_schedule";
  plugin.version = "1.0.0";
  plugin.add_schedule<Steps>("minimal_schedule", "the whole video, step by step");
}
