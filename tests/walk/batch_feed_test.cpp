#include "walk/batch_feed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <future>
#include <string_view>

#include "base/random.hpp"
#include "video/make_video.hpp"

namespace pgt::walk {
namespace {

/// Fragments of `length` frames that share one, `steps` of them; 0: the whole video.
PlanWalk plan_of(std::int64_t steps, std::int64_t length = 4) {
  sdk::Plan plan;
  plan.clip.stride = {1};
  const std::int64_t listed = steps > 0 ? steps : 2;
  for (std::int64_t i = 0; i < listed; ++i) {
    sdk::Step step;
    step.overlap = {i == 0 ? 0 : 1};
    const std::int64_t begin = i == 0 ? 0 : length + (i - 1) * (length - 1);
    step.frames = {{begin, i == 0 ? length : begin + length - 1}};
    plan.steps.push_back(step);
  }
  if (steps == 0) plan.repeat_from = 1;
  return PlanWalk(plan, {sdk::Pathway{}});
}

class Feed : public testing::Test {
 protected:
  Feed() {
    data.size = 24;
    for (const int frames : {30, 18, 41, 25, 9}) {
      const std::string name = "v" + std::to_string(frames) + ".mp4";
      video::make_video(folder / name, {.frames = frames, .gop = 8});
      paths.push_back(folder / name);
    }
  }

  /// Two clips of an epoch in their order.
  std::unique_ptr<ClipBatch> open(std::int64_t batch, const std::shared_ptr<video::Loader>& loader,
                                  std::int64_t steps) {
    std::vector<ClipChoice> clips(2);
    for (std::size_t i = 0; i < clips.size(); ++i) {
      const std::size_t unit = (static_cast<std::size_t>(batch) * 2 + i) % paths.size();
      clips[i].index = unit;
      clips[i].sample.path = paths[unit];
      clips[i].epoch = batch;
      clips[i].seed = 3;
    }
    return open_batch(plan_of(steps), std::move(clips), videos, loader, data, "train");
  }

  std::uint64_t hash_of_epoch(std::int64_t steps) {
    const auto loader = make_loader(data, 1);
    BatchFeed feed(loader, [&, batch = 0]() mutable { return batch == 6 ? nullptr : open(batch++, loader, steps); });
    std::uint64_t hash = 0;
    while (const std::unique_ptr<ClipBatch> batch = feed.take()) {
      for (video::Frames frames = batch->stream->next(); !frames.rows.empty(); frames = batch->stream->next()) {
        const std::string_view bytes(reinterpret_cast<const char*>(frames.rgb.data()), frames.rgb.size());
        hash = mix({hash, frames.rows.size(), batch->videos().front(), std::hash<std::string_view>{}(bytes)});
      }
    }
    return hash;
  }

  video::ScratchFolder folder;
  std::vector<std::filesystem::path> paths;
  config::DataOptions data;
  video::IndexCache videos{std::filesystem::path{}};
};

TEST_F(Feed, AnEpochIsTheSameBytesForAnyThreadsAndBudget) {
  for (const std::int64_t steps : {0, 1, 5}) {
    data.threads = 1;
    data.prefetch = 0;
    const std::uint64_t expected = hash_of_epoch(steps);
    for (const std::int64_t threads : {1, 2, 4, 8}) {
      for (const std::int64_t prefetch : {0, 1, 256}) {
        data.threads = threads;
        data.prefetch = prefetch;
        EXPECT_EQ(hash_of_epoch(steps), expected)
            << steps << " steps, " << threads << " threads, " << prefetch << " MB";
      }
    }
  }
}

/// Nobody takes a batch: no more are opened than may wait.
TEST_F(Feed, IsHeldBackByTheBudget) {
  data.prefetch = 0;
  const auto loader = make_loader(data, 1);
  std::promise<void> second;
  std::atomic<int> opened = 0;
  BatchFeed feed(loader, [&, batch = 0]() mutable {
    if (++opened == 2) second.set_value();
    return open(batch++, loader, 1);
  });
  second.get_future().wait();
  for (int taken = 1; taken <= 10; ++taken) {
    ASSERT_NE(feed.take(), nullptr);  // and given up: its fragment waits no longer
    EXPECT_LE(opened, taken + 2) << "one that is ready, one that waits for room";
  }
  EXPECT_EQ(loader->budget.most_bytes(), 2U * 4 * 24 * 24 * 3);
}

TEST_F(Feed, GivesErrorsWhereTheyBelong) {
  const auto loader = make_loader(data, 1);
  BatchFeed feed(loader, [&, batch = 0]() mutable {
    if (batch == 2) throw std::runtime_error("no batch");
    return open(batch++, loader, 1);
  });
  EXPECT_NE(feed.take(), nullptr);
  EXPECT_NE(feed.take(), nullptr);
  EXPECT_THROW(feed.take(), std::runtime_error);
}

TEST_F(Feed, WaitsNoLongerThanItIsWanted) {
  const auto loader = make_loader(data, 1);
  std::promise<void> release;
  BatchFeed feed(loader, [&, batch = 0, waiting = release.get_future().share()]() mutable {
    waiting.wait();
    return batch == 2 ? nullptr : open(batch++, loader, 1);
  });
  int asked = 0;
  EXPECT_EQ(feed.take([&] { return ++asked > 2; }), nullptr);
  release.set_value();
  EXPECT_NE(feed.take(), nullptr) << "it is not lost";
}

TEST_F(Feed, OfBatchesWithoutAReadableVideoDoesNotRunAway) {
  paths = {folder / "none.mp4"};
  const auto loader = make_loader(data, 1);
  std::atomic<int> opened = 0;
  {
    BatchFeed feed(loader, [&] {
      ++opened;
      return open(0, loader, 1);
    });
    const std::unique_ptr<ClipBatch> batch = feed.take();
    EXPECT_EQ(batch->unreadable.size(), 2U);
    EXPECT_TRUE(batch->stream->next().rows.empty());
  }
  EXPECT_LT(opened, 20);
}

TEST_F(Feed, CanBeLeftAtAnyMoment) {
  data.threads = 2;
  for (int takes = 0; takes < 6; ++takes) {
    const auto loader = make_loader(data, 1);
    BatchFeed feed(loader, [&, batch = 0]() mutable { return open(batch++, loader, takes % 3); });
    for (int i = 0; i < takes; ++i) {
      const std::unique_ptr<ClipBatch> batch = feed.take();
      if (i % 2 == 0) batch->stream->next();
    }
  }
}

TEST_F(Feed, StopsTheReadingOfAnIndexToo) {
  const auto loader = make_loader(data, 1);
  loader->stop.request_stop();
  EXPECT_THROW(open(0, loader, 1), video::Stopped);
}

}  // namespace
}  // namespace pgt::walk
