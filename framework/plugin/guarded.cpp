#include "plugin/guarded.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

#include "config/setting_error.hpp"
#include "plugin/guard.hpp"
#include "plugin/guarded_frames.hpp"

namespace pgt::plugin {
namespace {

void check_classes(const std::vector<std::int64_t>& found, std::size_t classes) {
  std::int64_t previous = -1;
  for (const std::int64_t index : found) {
    if (index <= previous || index >= static_cast<std::int64_t>(classes)) {
      throw std::runtime_error("gives class " + std::to_string(index) + " after " + std::to_string(previous) +
                               "; classes ascend from 0 to " + std::to_string(static_cast<std::int64_t>(classes) - 1));
    }
    previous = index;
  }
}

void check_target(const sdk::Target& target, std::size_t classes, sdk::Task task, std::size_t times) {
  if (task == sdk::Task::single_label && target.classes.size() != 1) {
    throw std::runtime_error("gives " + std::to_string(target.classes.size()) +
                             " classes, but its task has one label for each video");
  }
  if (task == sdk::Task::moments && times == 1 && target.classes.size() != (target.labelled ? 1U : 0U)) {
    throw std::runtime_error("gives " + std::to_string(target.classes.size()) +
                             (target.labelled ? " classes for a labelled moment, which has exactly one"
                                              : " classes for a moment that it says nobody labelled"));
  }
  if (task != sdk::Task::boxes && !(target.boxes.empty() && target.truth.empty())) {
    throw std::runtime_error("gives boxes, but its task is not boxes");
  }
  check_classes(target.classes, classes);
  for (const auto* boxes : {&target.boxes, &target.truth}) {
    for (const sdk::LabelledBox& box : *boxes) check_classes(box.classes, classes);
  }
}

class GuardedDataset final : public sdk::Dataset {
 public:
  GuardedDataset(std::unique_ptr<sdk::Dataset> dataset, std::string plugin_id)
      : id_(std::move(plugin_id)),
        dataset_(std::move(dataset)),
        info_(guard(id_, "Dataset::info", [&] { return dataset_->info(); })) {
    const void* source =
        guard(id_, "Dataset::extension", [&] { return dataset_->extension(sdk::FrameSource::extension_id); });
    if (source != nullptr) frames_.emplace(*static_cast<const sdk::FrameSource*>(source), id_);
  }

  sdk::DatasetInfo info() const override { return info_; }
  std::size_t size(sdk::Split split) const override {
    return guard(id_, "Dataset::size", [&] { return dataset_->size(split); });
  }
  sdk::Sample sample(sdk::Split split, std::size_t index) const override {
    sdk::Sample sample = guard(id_, "Dataset::sample", [&] { return dataset_->sample(split, index); });
    if (frames_ && sample.path.empty()) sample.path = sample.id;  // what messages call it
    return sample;
  }
  sdk::Target target(sdk::Split split, std::size_t index, std::span<const double> times) const override {
    return guard(id_, "Dataset::target", [&] {
      sdk::Target target = dataset_->target(split, index, times);
      check_target(target, info_.classes.size(), info_.task, times.size());
      return target;
    });
  }
  const void* extension(std::string_view id) const override {
    if (frames_ && id == sdk::FrameSource::extension_id) return static_cast<const sdk::FrameSource*>(&*frames_);
    return guard(id_, "Dataset::extension", [&] { return dataset_->extension(id); });
  }

 private:
  std::string id_;
  std::unique_ptr<sdk::Dataset> dataset_;
  sdk::DatasetInfo info_;
  std::optional<GuardedFrames> frames_{};  ///< where it makes its own pictures
};

class GuardedSchedule final : public sdk::Schedule {
 public:
  GuardedSchedule(std::unique_ptr<sdk::Schedule> schedule, std::string plugin_id)
      : id_(std::move(plugin_id)), schedule_(std::move(schedule)) {}

  sdk::Plan plan(const sdk::PlanRequest& request) const override {
    return guard(id_, "Schedule::plan", [&] {
      try {
        return schedule_->plan(request);
      } catch (const Error&) {
        throw;
      } catch (const std::runtime_error& error) {  // its options do not go with the training
        throw config::SettingError("schedule", error.what());
      }
    });
  }
  const void* extension(std::string_view id) const override {
    return guard(id_, "Schedule::extension", [&] { return schedule_->extension(id); });
  }

 private:
  std::string id_;
  std::unique_ptr<sdk::Schedule> schedule_;
};

}  // namespace

std::unique_ptr<sdk::Dataset> guarded(std::unique_ptr<sdk::Dataset> dataset, std::string plugin_id) {
  return std::make_unique<GuardedDataset>(std::move(dataset), std::move(plugin_id));
}

std::unique_ptr<sdk::Schedule> guarded(std::unique_ptr<sdk::Schedule> schedule, std::string plugin_id) {
  return std::make_unique<GuardedSchedule>(std::move(schedule), std::move(plugin_id));
}

}  // namespace pgt::plugin
