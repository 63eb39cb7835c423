// How a stream of fragments shares memory and waits.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "video/stream_fixture.hpp"

namespace pgt::video {
namespace {

using testing::IsEmpty;

TEST_F(Stream, GivesTheSameBytesWithAnyBudget) {
  FragmentStream one(loader(1, 0), rows(), fragments(6));
  const std::vector<Frames> expected = all_of(one);
  for (const std::size_t bytes : {std::size_t{1}, 3 * 4 * length * frame_bytes, megabyte}) {
    for (const int threads : {1, 4}) {
      FragmentStream stream(loader(threads, bytes), rows(), fragments(6));
      expect_same(expected, all_of(stream));
    }
  }
}

/// Has as many blocks as it is told.
class Meagre final : public std::pmr::memory_resource {
 public:
  int blocks = 0;

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override {
    if (blocks-- <= 0) throw std::bad_alloc();
    return std::pmr::new_delete_resource()->allocate(bytes, alignment);
  }
  void do_deallocate(void* block, std::size_t bytes, std::size_t alignment) override {
    std::pmr::new_delete_resource()->deallocate(block, bytes, alignment);
  }
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }
};

/// The fragments before are being decoded then.
TEST_F(Stream, CanBeginAgainAfterMemoryWasRefused) {
  FragmentStream whole(loader(2), rows(), fragments(6));
  const std::vector<Frames> expected = all_of(whole);
  Meagre memory;
  const auto shared = std::make_shared<Loader>(2, megabyte, false, &memory);
  for (int blocks = 0; blocks < 4; ++blocks) {
    memory.blocks = blocks;
    EXPECT_THROW(FragmentStream(shared, rows(), fragments(6)), std::bad_alloc);
  }
  memory.blocks = 1000;
  FragmentStream again(shared, rows(), fragments(6));
  expect_same(expected, all_of(again));
}

/// Counts instead of waiting: what may wait is decided when it is started.
TEST_F(Stream, DoesNotGrowWhileNobodyTakesFragments) {
  const auto index = video("a.mp4", {.frames = 200});
  const std::size_t fragment = length * frame_bytes;
  for (const auto& [limit, ahead] : {std::pair<std::size_t, std::int64_t>{0, 1}, {3 * fragment, 3}, {megabyte, 8}}) {
    const auto shared = loader(2, limit);
    std::int64_t asked = 0;
    FragmentStream stream(shared, {clip(index, 200)}, [&](std::int64_t number) {
      ++asked;
      return fragments(50)(number);
    });
    EXPECT_EQ(asked, ahead + 1) << "and the next is known";
    for (int i = 0; i < 100; ++i) EXPECT_FALSE(stream.go_on());
    EXPECT_EQ(asked, ahead + 1);
    for (std::int64_t taken = 1; taken <= 50; ++taken) {
      EXPECT_EQ(stream.next().rows.size(), 1U);
      EXPECT_EQ(asked, std::min<std::int64_t>(51, ahead + 1 + taken));
    }
    EXPECT_EQ(shared->budget.most_bytes(), static_cast<std::size_t>(ahead) * fragment);
  }
}

TEST_F(Stream, SharesABudget) {
  const auto index = video("a.mp4", {.frames = 40});
  const std::size_t fragment = length * frame_bytes;
  const auto shared = loader(2, 2 * fragment);
  FragmentStream first(shared, {clip(index, 40)}, fragments(3));
  FragmentStream second(shared, {clip(index, 40)}, fragments(3));
  EXPECT_FALSE(first.go_on());
  EXPECT_FALSE(second.go_on());
  first.next();  // the last is started
  EXPECT_TRUE(first.go_on());
  EXPECT_FALSE(second.go_on());
  first.next();
  first.next();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(second.next().rows.size(), 1U);
  EXPECT_EQ(shared->budget.most_bytes(), 2 * fragment);
  EXPECT_THAT(second.next().rows, IsEmpty());
}

TEST_F(Stream, GivesBackWhatNobodyTook) {
  const auto index = video("a.mp4", {.frames = 40});
  const auto shared = loader(2, 2 * length * frame_bytes);
  for (int i = 0; i < 5; ++i) {
    FragmentStream stream(shared, {clip(index, 40)}, fragments(10));
    EXPECT_TRUE(i > 0 || !stream.next().rows.empty());
  }
  EXPECT_TRUE(shared->budget.take(2 * length * frame_bytes));
}

/// The only thread is busy: what waits for it is taken back, not done.
TEST_F(Stream, EndsWithoutDoingWhatHasNotBegun) {
  const auto index = video("a.mp4", {.frames = 40});
  std::promise<void> release;
  std::promise<void> busy;
  const auto shared = loader(1);
  shared->work.add({shared->work.next_stream(), 0}, [&] {
    busy.set_value();
    release.get_future().wait();
  });
  busy.get_future().wait();
  { FragmentStream stream(shared, {clip(index, 40), clip(index, 36, 0.1)}, fragments(10)); }
  release.set_value();
}

TEST_F(Stream, WaitsNoLongerThanItIsWanted) {
  FragmentStream whole(loader(2), rows(), fragments(6)), stream(loader(2), rows(), fragments(6));
  const auto never = [] { return false; };
  EXPECT_TRUE(stream.wait(never));
  EXPECT_FALSE(stream.wait([] { return true; })) << "also where it is there";
  expect_same(all_of(whole), all_of(stream));
  EXPECT_TRUE(stream.wait(never)) << "after the last";

  std::promise<void> release, begun;
  const auto busy = loader(1);
  busy->work.add({busy->work.next_stream(), 0}, [&] {
    begun.set_value();
    release.get_future().wait();
  });
  begun.get_future().wait();
  FragmentStream behind(busy, rows(), fragments(6));
  int asked = 0;
  EXPECT_FALSE(behind.wait([&] { return ++asked > 2; }));
  release.set_value();
}

/// A frame far into a long group of pictures takes long to reach; nobody waits for it.
TEST_F(Stream, CanBeLeftInTheMiddleOfDecoding) {
  const auto index = video("long.mp4", {.width = 320, .height = 240, .frames = 200, .gop = 200});
  const std::vector<ClipRequest> requests(16, clip(index, 200));
  const auto last = [](std::int64_t) { return std::vector<std::int64_t>{199}; };
  for (int i = 0; i < 20; ++i) FragmentStream(loader(4), requests, last);
}

}  // namespace
}  // namespace pgt::video
