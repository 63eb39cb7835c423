#include "video/index_cache.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "video/index_bytes.hpp"
#include "video/make_video.hpp"
#include "video/reader.hpp"

namespace pgt::video {
namespace {

namespace fs = std::filesystem;

fs::path only_file_in(const fs::path& folder) {
  const auto file = fs::directory_iterator(folder);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1);
  return file->path();
}

TEST(IndexBytes, HoldWhatReadersNeed) {
  const ScratchFolder folder;
  const std::vector<std::pair<std::string, Recipe>> kinds{
      {"a.mp4", {.options = "x264-params=open-gop=1", .frames = 60, .gop = 10, .b_frames = 3, .rotation = 90}},
      {"a.mkv", {.rate_num = 30000, .rate_den = 1001}},
      {"a.ts", {.rate_num = 100, .time = [](int i) { return std::int64_t{4} * i + i * i % 4; }}},
      {"b.mp4", {.frames = 60, .gop = 10, .time = [](int i) { return std::int64_t{i} - 25; }}},
      {"a.avi", {.codec = "mpeg4"}},
      {"b.avi", {.codec = "mjpeg", .b_frames = 0, .format = "yuvj420p"}}};
  for (const auto& [name, recipe] : kinds) {
    make_video(folder / name, recipe);
    const auto made = index_video(folder / name);
    const auto kept = from_bytes(to_bytes(*made, "it"), "it", folder / name);
    ASSERT_TRUE(kept) << name;
    EXPECT_EQ(kept->file, made->file);
    EXPECT_EQ(std::tuple(kept->stream, kept->width, kept->height, kept->rotation),
              std::tuple(made->stream, made->width, made->height, made->rotation));
    EXPECT_EQ(std::tuple(kept->aspect_num, kept->aspect_den, kept->time_base_num, kept->time_base_den),
              std::tuple(made->aspect_num, made->aspect_den, made->time_base_num, made->time_base_den));
    EXPECT_EQ(std::tuple(kept->pts, kept->keys, kept->end_pts, kept->fps, kept->grace),
              std::tuple(made->pts, made->keys, made->end_pts, made->fps, made->grace));
    Reader with_made(made), with_kept(kept);
    for (const std::int64_t frame : {30, 3, 31, 17}) {
      ASSERT_EQ(with_kept.read_stored(frame).planes, with_made.read_stored(frame).planes) << name << " frame " << frame;
    }
  }
}

TEST(IndexBytes, CostAByteAFrame) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 500, .gop = 250});
  EXPECT_LT(to_bytes(*index_video(folder / "a.mp4"), "").size(), 1000u);
}

TEST(IndexBytes, AreRefusedWhereTheyAreDamagedOrSomethingElses) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {});
  const std::string bytes = to_bytes(*index_video(folder / "a.mp4"), "it");
  EXPECT_TRUE(from_bytes(bytes, "it", "a"));
  EXPECT_FALSE(from_bytes(bytes, "that", "a"));
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    EXPECT_FALSE(from_bytes(bytes.substr(0, i), "it", "a")) << i;
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x10);
    EXPECT_FALSE(from_bytes(flipped, "it", "a")) << i;
  }
}

TEST(IndexCache, KeepsIndexesInMemoryAndInItsFolder) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 5});
  IndexCache cache(folder / "cache");
  const auto first = cache.get(folder / "a.mp4");
  EXPECT_EQ(cache.get(folder / "a.mp4"), first);
  EXPECT_THROW(cache.get(folder / "b.mp4"), VideoError);

  // The same size and time, but nothing that can be indexed: a second cache can only know it from the folder.
  const auto time = fs::last_write_time(folder / "a.mp4");
  std::ofstream(folder / "a.mp4", std::ios::in | std::ios::binary) << std::string(fs::file_size(folder / "a.mp4"), 'x');
  fs::last_write_time(folder / "a.mp4", time);
  EXPECT_EQ(IndexCache(folder / "cache").get(folder / "a.mp4")->pts, first->pts);
  EXPECT_THROW(IndexCache("").get(folder / "a.mp4"), VideoError);
}

TEST(IndexCache, NoticesAVideoThatHasChangedOrGone) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 5});
  IndexCache cache(folder / "cache");
  EXPECT_EQ(cache.get(folder / "a.mp4")->frames(), 5);
  make_video(folder / "a.mp4", {.frames = 7});
  EXPECT_EQ(cache.get(folder / "a.mp4")->frames(), 7);
  EXPECT_EQ(IndexCache(folder / "cache").get(folder / "a.mp4")->frames(), 7);
  fs::remove(folder / "a.mp4");
  EXPECT_THROW(cache.get(folder / "a.mp4"), VideoError);
}

TEST(IndexCache, RebuildsWhatIsDamaged) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 5});
  EXPECT_EQ(IndexCache(folder / "cache").get(folder / "a.mp4")->frames(), 5);
  const fs::path kept = only_file_in(folder / "cache");
  const std::string whole = read_file(kept);
  for (const std::string& damaged : {std::string(), std::string("PGTINDEX"), whole.substr(0, whole.size() / 2)}) {
    std::ofstream(kept, std::ios::binary | std::ios::trunc) << damaged;
    EXPECT_EQ(IndexCache(folder / "cache").get(folder / "a.mp4")->frames(), 5);
    EXPECT_EQ(read_file(kept), whole);
  }
}

TEST(IndexCache, DoesWithoutAFolder) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 5});
  std::ofstream(folder / "file") << "";
  for (const fs::path& place : {fs::path(), folder / "file"}) {
    EXPECT_EQ(IndexCache(place).get(folder / "a.mp4")->frames(), 5);
  }
}

TEST(IndexCache, ServesManyThreads) {
  const ScratchFolder folder;
  make_video(folder / "a.mp4", {.frames = 5});
  make_video(folder / "b.mp4", {.frames = 6});
  IndexCache cache(folder / "cache");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      EXPECT_EQ(cache.get(folder / "a.mp4")->frames(), 5);
      EXPECT_EQ(cache.get(folder / "b.mp4")->frames(), 6);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace pgt::video
