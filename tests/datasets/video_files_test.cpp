#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <pgt/sdk/video_files.hpp>

#include "datasets/scratch.hpp"

namespace pgt::datasets {
namespace {

using testing::ElementsAre;
using testing::UnorderedElementsAre;

class VideoFiles : public Scratch {};

TEST_F(VideoFiles, AreNamedSo) {
  for (const char* name : {"a.mp4", "a.MKV", "b.c/a.webm"}) EXPECT_TRUE(sdk::is_video_name(name)) << name;
  for (const char* name : {"a", "a.txt", "mp4", ".mp4", "a.jpg", "a.mp4.part"}) {
    EXPECT_FALSE(sdk::is_video_name(name)) << name;
  }
}

TEST_F(VideoFiles, MayBeFoldersOfFrames) {
  for (const char* name : {"frames/1.jpg", "frames/Thumbs.db", "frames/notes.txt", "frames/._a.mp4"}) write(name);
  for (const char* name : {"mixed/1.jpg", "mixed/a.mp4", "texts/a.txt"}) write(name);
  EXPECT_TRUE(sdk::is_frame_folder(root_ / "frames"));
  EXPECT_FALSE(sdk::is_frame_folder(root_ / "mixed"));
  EXPECT_FALSE(sdk::is_frame_folder(root_ / "texts"));
  EXPECT_FALSE(sdk::is_frame_folder(root_ / "nothing"));
}

TEST_F(VideoFiles, OfAFolderAreFoundOnceEach) {
  for (const char* name : {"a.mp4", "b/1.png", "b/2.png", "b/c.txt", "d/e.mkv", "d/f.pdf", ".g/h.mp4"}) write(name);
  std::filesystem::create_directory_symlink(root_, root_ / "d/again");
  std::vector<std::string> videos, others;
  sdk::each_video(
      root_, [&](const auto& path) { videos.push_back(path.lexically_relative(root_)); },
      [&](const auto& path) { others.push_back(path.lexically_relative(root_)); });
  EXPECT_THAT(videos, UnorderedElementsAre("a.mp4", "b", "d/e.mkv"));
  EXPECT_THAT(others, ElementsAre("d/f.pdf"));
}

TEST_F(VideoFiles, AreLookedForInArchives) {
  write("shard.tar");
  write("b/c.txt");
  EXPECT_EQ(sdk::look_for(root_ / "shard.tar/x/a.mp4"), sdk::Found::video);
  EXPECT_EQ(sdk::look_for(root_ / "none.tar/a.mp4"), sdk::Found::nothing);
  EXPECT_EQ(sdk::look_for(root_ / "b"), sdk::Found::folder);
}

}  // namespace
}  // namespace pgt::datasets
