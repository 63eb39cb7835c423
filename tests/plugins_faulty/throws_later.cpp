// Objects that are made without fault and throw, or answer nonsense, when they are used.
#include <stdexcept>

#include <pgt/sdk/plugin.hpp>

class Plans final : public pgt::sdk::Schedule {
 public:
  Plans(const pgt::sdk::NoOptions&, const pgt::sdk::ScheduleContext&) {}
  pgt::sdk::Plan plan(const pgt::sdk::PlanRequest&) const override { throw 7; }
};

class Videos final : public pgt::sdk::Dataset {
 public:
  Videos(const pgt::sdk::NoOptions&, const pgt::sdk::DatasetContext&) {}
  pgt::sdk::DatasetInfo info() const override { return {{"a", "b"}, pgt::sdk::Task::multi_label, {}}; }
  std::size_t size(pgt::sdk::Split) const override { return 2; }
  pgt::sdk::Sample sample(pgt::sdk::Split, std::size_t index) const override {
    throw std::runtime_error("no video " + std::to_string(index));
  }
  pgt::sdk::Target target(pgt::sdk::Split, std::size_t index, std::span<const double>) const override {
    return index == 0 ? pgt::sdk::Target{{0, 1}} : pgt::sdk::Target{{2}};
  }
};

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.throws_later";
  plugin.add_schedule<Plans>("throws_later", "");
  plugin.add_dataset<Videos>("throws_later", "");
}
