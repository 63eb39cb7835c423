#include "plugin/guarded.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <pgt/sdk/testing/rules/target_rules.hpp>

#include "config/setting_error.hpp"
#include "plugin/guard.hpp"
#include "plugin/guarded_frames.hpp"

namespace pgt::plugin {
namespace {

/// What is wrong with it, and what to do; empty: nothing. A detector's boxes are taken as they are: they may reach over
/// the picture's edge.
std::string wrong_with(const sdk::Target& target, const sdk::DatasetInfo& info, std::size_t times) {
  for (const sdk::testing::TargetRule& rule : sdk::testing::target_rules) {
    if (rule.of == sdk::Task::boxes || (rule.of && rule.of != info.task)) continue;
    const std::string wrong = rule.wrong(target, info, times);
    if (!wrong.empty()) return wrong + "; " + rule.text.remedy + " (rule " + rule.text.name + ")";
  }
  return "";
}

class GuardedSegments final : public sdk::SegmentedDataset {
 public:
  /// Keeps references to both.
  GuardedSegments(const sdk::SegmentedDataset& dataset, const std::string& plugin_id)
      : dataset_(dataset), id_(plugin_id) {}
  std::vector<sdk::Segment> segments(sdk::Split split, std::size_t index) const override {
    return guard(id_, "SegmentedDataset::segments", [&] { return dataset_.segments(split, index); });
  }

 private:
  const sdk::SegmentedDataset& dataset_;
  const std::string& id_;
};

class GuardedDataset final : public sdk::Dataset {
 public:
  GuardedDataset(std::unique_ptr<sdk::Dataset> dataset, std::string plugin_id)
      : id_(std::move(plugin_id)),
        dataset_(std::move(dataset)),
        info_(guard(id_, "Dataset::info", [&] { return dataset_->info(); })) {
    if (const auto* source = extension_of_plugin<sdk::FrameSource>()) frames_.emplace(*source, id_);
    if (const auto* segmented = extension_of_plugin<sdk::SegmentedDataset>()) segments_.emplace(*segmented, id_);
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
      const std::string wrong = wrong_with(target, info_, times.size());
      if (!wrong.empty()) {
        throw std::runtime_error("sample " + std::to_string(index) + " of " + sdk::testing::name_of(split) + ": " +
                                 wrong);
      }
      return target;
    });
  }
  const void* extension(std::string_view id) const override {
    if (frames_ && id == sdk::FrameSource::extension_id) return static_cast<const sdk::FrameSource*>(&*frames_);
    if (segments_ && id == sdk::SegmentedDataset::extension_id) {
      return static_cast<const sdk::SegmentedDataset*>(&*segments_);
    }
    return guard(id_, "Dataset::extension", [&] { return dataset_->extension(id); });
  }

 private:
  template <typename Extension>
  const Extension* extension_of_plugin() const {
    return guard(id_, "Dataset::extension", [&] { return sdk::extension_of<Extension>(*dataset_); });
  }

  std::string id_;
  std::unique_ptr<sdk::Dataset> dataset_;
  sdk::DatasetInfo info_;
  std::optional<GuardedFrames> frames_{};      ///< where it makes its own pictures
  std::optional<GuardedSegments> segments_{};  ///< where it has segments
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
