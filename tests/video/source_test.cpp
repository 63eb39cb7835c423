// Videos that are not files of their own: folders of frames and members of tar archives.

#include "video/source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstring>
#include <fstream>
#include <functional>

#include "base/file.hpp"
#include "video/index_cache.hpp"
#include "video/make_video.hpp"
#include "video/reader.hpp"
#include "video/tar.hpp"

namespace pgt::video {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// Every picture of the video as a file of its own: NAME of its number.
void write_frames(const fs::path& folder, const std::string& codec, int frames,
                  const std::function<std::string(int)>& name) {
  fs::create_directories(folder);
  for (int i = 0; i < frames; ++i) {
    const ScratchFolder scratch;
    const bool jpeg = codec == "mjpeg";
    make_video(scratch / "a.avi",
               {.codec = codec, .frames = 1, .b_frames = 0, .first_number = i, .format = jpeg ? "yuvj420p" : "gray"});
    const auto index = index_video(scratch / "a.avi");
    // AVI holds the picture as it is in a file of its own: in the chunk after "movi".
    const std::string bytes = read_file(scratch / "a.avi");
    const std::size_t chunk = bytes.find("00dc", bytes.find("movi"));
    std::uint32_t size = 0;
    std::memcpy(&size, bytes.data() + chunk + 4, 4);
    std::ofstream(folder / name(i), std::ios::binary) << bytes.substr(chunk + 8, size);
  }
}

std::string numbered(const char* format, int number) {
  char text[64];
  std::snprintf(text, sizeof text, format, number);
  return text;
}

void expect_numbers(const VideoIndex& index, int frames) {
  ASSERT_EQ(index.frames(), frames);
  Reader reader(std::make_shared<VideoIndex>(index));
  for (const int frame : {0, 1, 2, 9, 10, frames - 1, 4, 0}) {
    const std::string planes = reader.read_stored(frame).planes;
    ASSERT_EQ(spelled_number(reinterpret_cast<const std::uint8_t*>(planes.data()), 80), frame);
  }
}

std::string reason_of(const fs::path& path) {
  try {
    index_video(path);
    return "";
  } catch (const VideoError& error) {
    return error.reason();
  }
}

TEST(FrameFolder, IsAVideo) {
  const ScratchFolder folder;
  write_frames(folder / "jpg", "mjpeg", 14, [](int i) { return numbered("img_%05d.jpg", i + 1); });
  write_frames(folder / "png", "png", 14, [](int i) { return numbered("%03d.png", 3 * i); });
  std::ofstream(folder / "jpg/notes.txt") << "no frame";
  for (const char* name : {"jpg", "png"}) {
    const auto index = index_video(folder / name, 12.5);
    EXPECT_EQ(std::pair(index->width, index->height), std::pair(80, 48));
    EXPECT_DOUBLE_EQ(index->fps, 12.5);
    EXPECT_DOUBLE_EQ(index->duration(), 14 / 12.5);
    expect_numbers(*index, 14);
  }
}

TEST(FrameFolder, IsInTheOrderOfItsNumbers) {
  const ScratchFolder folder;
  write_frames(folder / "50% {[a]}", "mjpeg", 14, [](int i) { return numbered("f-%d.jpg", i + 5); });
  expect_numbers(*index_video(folder / "50% {[a]}"), 14);
  fs::remove(folder / "50% {[a]}/f-8.jpg");
  EXPECT_THAT(reason_of(folder / "50% {[a]}"), HasSubstr("f-8.jpg is not there"));
}

TEST(FrameFolder, TakesItsNameLiterally) {
  const ScratchFolder folder;
  write_frames(folder / "a*[b]{c}?\\ 100%d", "mjpeg", 11, [](int i) { return numbered("%02d.jpg", i); });
  write_frames(folder / "ab", "mjpeg", 3, [](int i) { return numbered("%02d.jpg", i); });
  expect_numbers(*index_video(folder / "a*[b]{c}?\\ 100%d"), 11);
}

TEST(FrameFolder, NamesWhatIsWrongWithIt) {
  const ScratchFolder folder;
  fs::create_directories(folder / "empty");
  EXPECT_THAT(reason_of(folder / "empty"), HasSubstr("without frames"));
  fs::create_directories(folder / "two");
  std::ofstream(folder / "two/1.jpg") << "x";
  std::ofstream(folder / "two/2.png") << "x";
  EXPECT_THAT(reason_of(folder / "two"), HasSubstr("two kinds, 1.jpg and 2.png"));
}

TEST(FrameFolder, DoesNotFillACutPictureWithTheOneBefore) {
  const ScratchFolder folder;
  write_frames(folder / "a", "mjpeg", 6, [](int i) { return numbered("%02d.jpg", i); });
  fs::resize_file(folder / "a/03.jpg", fs::file_size(folder / "a/03.jpg") - 100);
  Reader reader(index_video(folder / "a"));
  EXPECT_NO_THROW(reader.read_stored(2));
  EXPECT_THROW(reader.read_stored(3), VideoError);
  EXPECT_NO_THROW(reader.read_stored(4));
}

TEST(FrameFolder, NamesTheFrameThatIsDamaged) {
  const ScratchFolder folder;
  write_frames(folder / "a", "png", 12, [](int i) { return numbered("%02d.png", i); });
  std::ofstream(folder / "a/07.png", std::ios::binary) << "no picture";
  Reader reader(index_video(folder / "a"));
  EXPECT_THROW(reader.read_stored(7), VideoError);
  EXPECT_EQ(reader.read_stored(8).width, 80);
}

/// Which changes neither the folder's size nor its time.
TEST(FrameFolder, WhosePicturesWereWrittenOverIsReadAgain) {
  const ScratchFolder folder;
  write_frames(folder / "a", "png", 12, [](int i) { return numbered("%02d.png", i); });
  EXPECT_EQ(IndexCache(folder / "cache").get(folder / "a")->frames(), 12);
  EXPECT_TRUE(IndexCache(folder / "cache").keeps(folder / "a", default_folder_rate));
  std::ofstream(folder / "a/00.png", std::ios::binary) << "no picture";
  EXPECT_FALSE(IndexCache(folder / "cache").keeps(folder / "a", default_folder_rate));
  EXPECT_THROW(IndexCache(folder / "cache").get(folder / "a"), VideoError);
}

/// A header block of a tar archive.
std::string header(const std::string& name, std::size_t size, char type = '0') {
  std::string block(512, '\0');
  block.replace(0, std::min<std::size_t>(name.size(), 100), name.substr(0, 100));
  block.replace(100, 8, "0000644\0", 8);
  block.replace(124, 12, numbered("%011o", static_cast<int>(size)) + '\0');
  block[156] = type;
  block.replace(257, 8, "ustar\00000", 8);
  block.replace(148, 8, "        ");
  int sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  block.replace(148, 8, numbered("%06o", sum) + '\0' + ' ');
  return block;
}

std::string member(const std::string& name, const std::string& content, char type = '0') {
  const std::string padding((512 - content.size() % 512) % 512, '\0');
  return header(name, content.size(), type) + content + padding;
}

class Tar : public testing::Test {
 protected:
  void SetUp() override {
    make_video(folder_ / "a.mp4", {.frames = 20});
    make_video(folder_ / "b.ts", {.frames = 30, .gop = 6});
    long_name_ = std::string(120, 'x') + "/b.ts";
    const std::string pax = "140 path=" + std::string(127, 'y') + ".ts\n";
    content_ = member("./run/a.mp4", read_file(folder_ / "a.mp4")) + member("run/", "", '5') +
               member("run/a.cls", "3") + member("././@LongLink", long_name_ + '\0', 'L') +
               member(long_name_.substr(0, 100), read_file(folder_ / "b.ts")) + member("pax", pax, 'x') +
               member("short", read_file(folder_ / "b.ts")) + member("empty.mp4", "") + std::string(1024, '\0');
    std::ofstream(folder_ / "shard.tar", std::ios::binary) << content_;
  }

  ScratchFolder folder_;
  std::string long_name_, content_;
};

TEST_F(Tar, ListsItsFiles) {
  EXPECT_THAT(reason_of(folder_ / "shard.tar"), HasSubstr("is an archive"));
  const TarMembers members = read_tar(folder_ / "shard.tar");
  std::vector<std::string> names;
  for (const auto& [name, place] : members) names.push_back(name);
  EXPECT_THAT(names, testing::UnorderedElementsAre("run/a.mp4", "run/a.cls", long_name_, std::string(127, 'y') + ".ts",
                                                   "empty.mp4"));
  const TarMember& label = members.at("run/a.cls");
  EXPECT_EQ(content_.substr(static_cast<std::size_t>(label.begin), static_cast<std::size_t>(label.bytes)), "3");
}

TEST_F(Tar, IsGoneThroughOnce) {
  const auto members = tar_members(folder_ / "shard.tar");
  EXPECT_EQ(tar_members(folder_ / "shard.tar"), members);
  std::ofstream(folder_ / "shard.tar", std::ios::binary) << member("other.mp4", "x");
  EXPECT_EQ(tar_members(folder_ / "shard.tar")->count("other.mp4"), 1U);
  EXPECT_EQ(members->size(), 5U);  // who still uses it does
}

TEST_F(Tar, GivesTheVideosInIt) {
  for (const auto& [inside, outside] :
       {std::pair<std::string, std::string>("run/a.mp4", "a.mp4"), {long_name_, "b.ts"}}) {
    const auto packed = index_video(folder_ / "shard.tar" / inside), plain = index_video(folder_ / outside);
    EXPECT_EQ(packed->pts, plain->pts);
    Reader packed_reader(packed), plain_reader(plain);
    for (const std::int64_t frame : {17, 3, 19, 0}) {
      ASSERT_EQ(packed_reader.read_stored(frame).planes, plain_reader.read_stored(frame).planes) << inside;
    }
  }
}

TEST_F(Tar, KeepsIndexesUntilTheArchiveChanges) {
  const fs::path video = folder_ / "shard.tar" / "run/a.mp4";
  IndexCache cache(folder_ / "cache");
  EXPECT_EQ(cache.get(video)->frames(), 20);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "cache"), {}), 1);
  std::ofstream(folder_ / "shard.tar", std::ios::binary) << member("run/a.mp4", read_file(folder_ / "b.ts"));
  EXPECT_EQ(cache.get(video)->frames(), 30);
}

/// Python writes the size of a large member there, and 0 into its header.
TEST_F(Tar, TakesSizesFromExtendedHeaders) {
  const std::string padded = std::string("hello") + std::string(507, '\0');
  std::ofstream(folder_ / "python.tar", std::ios::binary)
      << member("pax", "10 size=5\n", 'x') << header("large.mp4", 0) << padded << member("next.mp4", "x");
  const TarMembers members = read_tar(folder_ / "python.tar");
  EXPECT_EQ(members.at("large.mp4").bytes, 5);
  EXPECT_EQ(members.at("next.mp4").bytes, 1);
}

TEST_F(Tar, NamesWhatIsWrongWithIt) {
  EXPECT_THAT(reason_of(folder_ / "shard.tar" / "none.mp4"), HasSubstr("no such member"));
  EXPECT_THAT(reason_of(folder_ / "shard.tar" / "empty.mp4"), HasSubstr("is empty"));
  EXPECT_THAT(reason_of(folder_ / "none.tar" / "a.mp4"), HasSubstr("there is no such file"));
  std::ofstream(folder_ / "text.tar") << std::string(2000, 'x');
  EXPECT_THAT(reason_of(folder_ / "text.tar" / "a.mp4"), HasSubstr("is not a tar archive"));
  std::ofstream(folder_ / "cut.tar", std::ios::binary) << content_.substr(0, 3000);
  EXPECT_THAT(reason_of(folder_ / "cut.tar" / "run/a.mp4"), HasSubstr("is incomplete"));
  std::ofstream(folder_ / "name.tar", std::ios::binary)
      << member("pax", std::string(70'000, 'x'), 'x') << member("a.mp4", "x");
  EXPECT_THAT(reason_of(folder_ / "name.tar" / "a.mp4"), HasSubstr("a header of over 64 KiB"));
}

}  // namespace
}  // namespace pgt::video
