// What streams share: the budget, the threads, the readers.

#include "video/loader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "video/make_video.hpp"

namespace pgt::video {
namespace {

using testing::ElementsAre;

TEST(ByteBudget, HoldsBackWhatDoesNotFit) {
  ByteBudget budget(100);
  EXPECT_TRUE(budget.take(60));
  EXPECT_FALSE(budget.take(41));
  EXPECT_TRUE(budget.take(40));
  EXPECT_FALSE(budget.take(1));
  budget.give_back(60);
  EXPECT_TRUE(budget.take(60));
  EXPECT_EQ(budget.most_bytes(), 100U);
}

TEST(ByteBudget, LetsOneThroughWhateverItsSize) {
  ByteBudget budget(0);
  EXPECT_TRUE(budget.take(1000));
  EXPECT_FALSE(budget.take(1));
  budget.take_anyway(7);
  budget.give_back(1000);
  EXPECT_FALSE(budget.take(1));
  budget.give_back(7);
  EXPECT_TRUE(budget.take(1));
}

TEST(ByteBudget, HoldsBackMoreThanEightHoweverSmall) {
  ByteBudget budget(1'000'000);
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(budget.take(1));
  EXPECT_FALSE(budget.take(1));
}

TEST(ByteBudget, WakesWhoeverWaits) {
  ByteBudget budget(1);
  budget.wait({});  // nothing was refused
  EXPECT_TRUE(budget.take(1));
  EXPECT_FALSE(budget.take(1));
  {
    const std::jthread waiting([&](const std::stop_token&) { budget.wait({}); });
    budget.give_back(1);
  }
  EXPECT_TRUE(budget.take(1));
  EXPECT_FALSE(budget.take(1));
  const std::jthread stopped([&](const std::stop_token& stop) { budget.wait(stop); });
}

TEST(WorkQueue, RunsTheMostUrgentFirst) {
  std::promise<void> busy, release, done;
  std::vector<int> order;
  WorkQueue queue(1);  // the last: it ends before what its work uses
  queue.add({0, 0}, [&] {
    busy.set_value();
    release.get_future().wait();
  });
  busy.get_future().wait();
  queue.add({2, 0}, [&] { order.push_back(20); });
  queue.add({1, 5}, [&] { order.push_back(15); });
  queue.add({1, 4}, [&] { order.push_back(14); });
  queue.add({2, 1}, [&] {
    order.push_back(21);
    done.set_value();
  });
  queue.add({1, 6}, [&] { order.push_back(16); });
  release.set_value();
  done.get_future().wait();
  EXPECT_THAT(order, ElementsAre(14, 15, 16, 20, 21));
}

TEST(WorkQueue, TakesBackWhatHasNotBegun) {
  std::atomic<int> done = 0;
  {
    std::promise<void> busy, release;  // outlive the work
    WorkQueue queue(1);
    queue.add({0, 0}, [&] {
      busy.set_value();
      release.get_future().wait();
    });
    busy.get_future().wait();
    for (int i = 0; i < 10; ++i) queue.add({1, i}, [&] { ++done; });
    for (int i = 0; i < 5; ++i) queue.add({2, i}, [&] { ++done; });
    EXPECT_EQ(queue.withdraw(1), 10U);
    EXPECT_EQ(queue.withdraw(1), 0U);
    EXPECT_EQ(queue.withdraw(0), 0U) << "it has begun";
    queue.withdraw(2);
    release.set_value();
  }
  EXPECT_EQ(done, 0);
}

TEST(WorkQueue, HasNoMoreThreadsThanAsked) {
  for (const int threads : {1, 3}) {
    std::atomic<int> now = 0, most = 0;
    {
      std::promise<void> last;  // outlives the work
      std::atomic<int> left = 200;
      WorkQueue queue(threads);
      EXPECT_EQ(queue.threads(), threads);
      for (int i = 0; i < 200; ++i) {
        queue.add({0, i}, [&] {
          const int here = ++now;
          for (int seen = most; here > seen && !most.compare_exchange_weak(seen, here);) {
          }
          std::this_thread::yield();
          --now;
          if (--left == 0) last.set_value();
        });
      }
      last.get_future().wait();
    }
    EXPECT_LE(most, threads);
  }
}

class Pool : public testing::Test {
 protected:
  Pool() {
    make_video(folder / "a.mp4", {.frames = 60});
    make_video(folder / "b.mp4", {.frames = 30});
    a = index_video(folder / "a.mp4");
    b = index_video(folder / "b.mp4");
  }
  static std::vector<std::uint8_t> picture(Reader& reader, std::int64_t frame) {
    std::vector<std::uint8_t> rgb(32 * 32 * 3);
    reader.read({&frame, 1}, {64, 40, 3, 5, 32, false}, rgb.data());
    return rgb;
  }
  Reader reader_at(ReaderPool& pool, std::int64_t frame) {
    Reader reader = pool.take(a, frame, 1, {});
    picture(reader, frame);
    return reader;
  }

  ScratchFolder folder;
  std::shared_ptr<const VideoIndex> a, b;
};

TEST_F(Pool, GoesOnWithTheNearestReaderBehind) {
  ReaderPool pool(3);
  Reader early = reader_at(pool, 5), later = reader_at(pool, 30), last = reader_at(pool, 50);
  pool.park(std::move(later));
  pool.park(std::move(early));
  pool.park(std::move(last));
  Reader found = pool.take(a, 40, 1, {});
  EXPECT_EQ(found.position(), 30);
  Reader fresh(a);
  EXPECT_EQ(picture(found, 40), picture(fresh, 40));
  EXPECT_EQ(pool.size(), 2U);
  EXPECT_EQ(pool.take(a, 2, 1, {}).position(), 50) << "none lies before it: the last one parked";
}

TEST_F(Pool, OpensAnewWhereNoneFits) {
  ReaderPool pool(3);
  pool.park(reader_at(pool, 5));
  EXPECT_LT(pool.take(b, 10, 1, {}).position(), 0) << "another video";
  EXPECT_LT(pool.take(a, 10, 2, {}).position(), 0) << "other threads";
  EXPECT_EQ(pool.size(), 1U);
}

TEST_F(Pool, KeepsTheLastOnes) {
  ReaderPool pool(2);
  Reader first = reader_at(pool, 5), second = reader_at(pool, 6), third = reader_at(pool, 7);
  pool.park(std::move(first));
  pool.park(std::move(second));
  pool.park(std::move(third));
  EXPECT_EQ(pool.size(), 2U);
  EXPECT_EQ(pool.take(a, 10, 1, {}).position(), 7);
  EXPECT_EQ(pool.take(a, 10, 1, {}).position(), 6);
  ReaderPool none(0);
  none.park(reader_at(pool, 3));
  EXPECT_EQ(none.size(), 0U);
}

TEST_F(Pool, AReaderObeysItsNewStop) {
  ReaderPool pool(1);
  std::stop_source stop;
  Reader reader = pool.take(a, 5, 1, stop.get_token());
  picture(reader, 5);
  pool.park(std::move(reader));
  stop.request_stop();
  Reader again = pool.take(a, 6, 1, {});
  picture(again, 6);
  pool.park(std::move(again));
  EXPECT_THROW(picture(*std::make_unique<Reader>(pool.take(a, 7, 1, stop.get_token())), 7), Stopped);
}

}  // namespace
}  // namespace pgt::video
