#include "plugin/guarded.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <new>

#include "base/error.hpp"
#include "plugin/guard.hpp"

namespace pgt::plugin {
namespace {

using testing::HasSubstr;

class OneTarget : public sdk::Dataset {
 public:
  OneTarget(sdk::Task task, sdk::Target target) : task_(task), target_(std::move(target)) {}
  sdk::DatasetInfo info() const override {
    sdk::DatasetInfo info;
    info.classes = {"a", "b"};
    info.task = task_;
    return info;
  }
  std::size_t size(sdk::Split) const override { return 1; }
  sdk::Sample sample(sdk::Split, std::size_t) const override { return {}; }
  sdk::Target target(sdk::Split, std::size_t, std::span<const double>) const override { return target_; }

 private:
  sdk::Task task_;
  sdk::Target target_;
};

std::string error_of(sdk::Task task, sdk::Target target) {
  const auto dataset = guarded(std::make_unique<OneTarget>(task, std::move(target)), "org.example");
  try {
    const double times[] = {0};
    dataset->target(sdk::Split::train, 0, times);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

sdk::Target with_box(std::vector<std::int64_t> classes, bool truth = false) {
  sdk::Target target;
  (truth ? target.truth : target.boxes).push_back({{0, 0, 1, 1}, std::move(classes)});
  return target;
}

TEST(GuardedDataset, ChecksTheClassesOfBoxes) {
  EXPECT_EQ(error_of(sdk::Task::boxes, with_box({})), "");
  EXPECT_EQ(error_of(sdk::Task::boxes, with_box({0, 1})), "");
  EXPECT_THAT(error_of(sdk::Task::boxes, with_box({2})),
              HasSubstr("sample 0 of train: class 2 of 2, which are numbered from 0; "));
  EXPECT_THAT(error_of(sdk::Task::boxes, with_box({1, 0}, true)), HasSubstr("class 0 comes after class 1; collect"));
  EXPECT_THAT(error_of(sdk::Task::multi_label, with_box({0})),
              HasSubstr("boxes, and the task is another; set info.task to boxes (rule dataset.no-boxes)"));
}

struct Captions {
  static constexpr std::string_view extension_id = "org.example.captions";
  virtual ~Captions() = default;
  virtual std::string caption() const = 0;
};

struct Other : Captions {
  static constexpr std::string_view extension_id = "org.example.other";
};

class Captioned final : public OneTarget, public Captions {
 public:
  using OneTarget::OneTarget;
  std::string caption() const override { return "a cat"; }
  const void* extension(std::string_view id) const override { return sdk::extension_among<Captions>(this, id); }
};

class PlanWithCaptions final : public sdk::Schedule, public Captions {
 public:
  sdk::Plan plan(const sdk::PlanRequest&) const override { return {}; }
  std::string caption() const override { return "a plan"; }
  const void* extension(std::string_view id) const override { return sdk::extension_among<Captions>(this, id); }
};

TEST(Guarded, PassesExtensionsOn) {
  const auto dataset = guarded(std::make_unique<Captioned>(sdk::Task::boxes, sdk::Target{}), "org.example");
  ASSERT_NE(sdk::extension_of<Captions>(*dataset), nullptr);
  EXPECT_EQ(sdk::extension_of<Captions>(*dataset)->caption(), "a cat");
  EXPECT_EQ(sdk::extension_of<Other>(*dataset), nullptr);

  const auto schedule = guarded(std::make_unique<PlanWithCaptions>(), "org.example");
  ASSERT_NE(sdk::extension_of<Captions>(*schedule), nullptr);
  EXPECT_EQ(sdk::extension_of<Captions>(*schedule)->caption(), "a plan");

  const auto plain = guarded(std::make_unique<OneTarget>(sdk::Task::boxes, sdk::Target{}), "org.example");
  EXPECT_EQ(sdk::extension_of<Captions>(*plain), nullptr);
}

class WithoutSegments final : public OneTarget, public sdk::SegmentedDataset {
 public:
  using OneTarget::OneTarget;
  std::vector<sdk::Segment> segments(sdk::Split, std::size_t) const override { throw std::runtime_error("no file"); }
  const void* extension(std::string_view id) const override {
    return sdk::extension_among<sdk::SegmentedDataset>(this, id);
  }
};

TEST(GuardedDataset, NamesThePluginWhoseSegmentsFail) {
  const auto dataset = guarded(std::make_unique<WithoutSegments>(sdk::Task::moments, sdk::Target{}), "org.example");
  try {
    sdk::extension_of<sdk::SegmentedDataset>(*dataset)->segments(sdk::Split::val, 0);
    FAIL() << "nothing is thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::plugin);
    EXPECT_THAT(error.what(), HasSubstr("org.example, SegmentedDataset::segments: no file"));
  }
}

TEST(Guard, BlamesNoPluginForFullMemory) {
  EXPECT_THROW(guard("org.example.x", "Dataset::sample", [] { throw std::bad_alloc(); }), std::bad_alloc);
}

}  // namespace
}  // namespace pgt::plugin
