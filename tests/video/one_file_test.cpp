// A video is one regular file, or pictures that are: nothing that they name is opened, and their names mean themselves.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "base/file.hpp"
#include "video/make_video.hpp"
#include "video/reader.hpp"

namespace pgt::video {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class OneFile : public testing::Test {
 protected:
  void SetUp() override { make_video(folder_ / "secret.mp4", {.frames = 5}); }

  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  std::string secret() const { return (folder_ / "secret.mp4").string(); }

  ScratchFolder folder_;
};

std::string refusal_of(const fs::path& path) {
  try {
    index_video(path);
    return "it was read";
  } catch (const VideoError& error) {
    return error.reason();
  }
}

TEST_F(OneFile, DoesNotFollowLists) {
  const std::string hls = "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:2,\nfile://" + secret() + "\n#EXT-X-ENDLIST\n";
  const std::string dash =
      R"(<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S")"
      R"( profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet mimeType="video/mp4">)"
      R"(<Representation id="1" bandwidth="1000" codecs="avc1.64001f" width="64" height="64"><BaseURL>file://)" +
      secret() + "</BaseURL></Representation></AdaptationSet></Period></MPD>";
  const std::string concat = "ffconcat version 1.0\nfile secret.mp4\n";
  const std::string vobsub =
      "# VobSub index file, v7\nsize: 64x64\nid: en, index: 0\ntimestamp: 00:00:01:000, filepos: 000000000\n";
  const std::string sdp = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n";
  for (const std::string& text : {hls, dash, concat, vobsub, sdp}) {
    for (const char* name : {"a.mp4", "a.mkv", "a"}) {
      EXPECT_THAT(refusal_of(write(name, text)), HasSubstr("refers to other files")) << text;
    }
    EXPECT_NE(refusal_of(write("a.jpg", text)), "it was read");
  }
}

TEST_F(OneFile, DoesNotWaitForWhatAListNames) {
  ASSERT_EQ(mkfifo((folder_ / "f.ts").c_str(), 0600), 0);
  EXPECT_THAT(refusal_of(write("a.ts", "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nf.ts\n#EXT-X-ENDLIST\n")),
              HasSubstr("HLS"));
}

/// Adds to the big-endian size of the box of that name.
void grow(std::string& bytes, const std::string& box, unsigned more) {
  const std::size_t at = bytes.find(box) - 4;
  for (int i = 3; i >= 0; --i, more >>= 8U) {
    more += static_cast<unsigned char>(bytes[at + static_cast<std::size_t>(i)]);
    bytes[at + static_cast<std::size_t>(i)] = static_cast<char>(more);
  }
}

TEST_F(OneFile, IsNotAMovieWhosePicturesLieElsewhere) {
  std::string bytes = read_file(folder_ / "secret.mp4");
  const std::string elsewhere("b.mov\0", 6);
  const std::size_t reference = bytes.find("url ", bytes.find("dref"));
  bytes[reference + 7] = 0;  // not in this file
  const std::string unnamed = bytes;
  bytes.insert(reference + 8, elsewhere);
  for (const char* box : {"url ", "dref", "dinf", "minf", "mdia", "trak", "moov"}) {
    grow(bytes, box, static_cast<unsigned>(elsewhere.size()));
  }
  EXPECT_THAT(refusal_of(write("a.mov", bytes)), HasSubstr("refers to other files"));
  EXPECT_EQ(index_video(write("b.mov", unnamed))->frames(), 5);  // nothing is named, so it is this one
}

TEST_F(OneFile, HasANameThatMeansItself) {
  make_video(folder_ / "x1.jpg",
             {.codec = "mjpeg", .frames = 1, .b_frames = 0, .first_number = 1, .format = "yuvj420p"});
  fs::copy(folder_ / "x1.jpg", folder_ / "x2.jpg");
  EXPECT_NE(refusal_of(write("x%d.jpg", "no picture")), "it was read");
  EXPECT_THAT(refusal_of(folder_ / "y%d.jpg"), HasSubstr("there is no such file"));
  make_video(folder_ / "own.jpg",
             {.codec = "mjpeg", .frames = 1, .b_frames = 0, .first_number = 9, .format = "yuvj420p"});
  for (const char* name : {"x%d.jpg", "x*.jpg", "x[12].jpg", "pipe:0.jpg", "concat:x1.jpg|x2.jpg"}) {
    fs::copy(folder_ / "own.jpg", folder_ / name, fs::copy_options::overwrite_existing);
    const auto index = index_video(folder_ / name);
    ASSERT_EQ(index->frames(), 1) << name;
    const std::string planes = Reader(index).read_stored(0).planes;
    EXPECT_EQ(spelled_number(reinterpret_cast<const std::uint8_t*>(planes.data()), 80), 9) << name;
  }
}

TEST_F(OneFile, MayBeReachedByALink) {
  fs::create_symlink("secret.mp4", folder_ / "link.mp4");
  EXPECT_EQ(index_video(folder_ / "link.mp4")->frames(), 5);
}

TEST_F(OneFile, IsNotAFolderOfFramesThatWouldBlock) {
  fs::create_directory(folder_ / "frames");
  for (const char* name : {"frames/1.jpg", "frames/2.jpg"}) {
    make_video(folder_ / name, {.codec = "mjpeg", .frames = 1, .b_frames = 0, .format = "yuvj420p"});
  }
  fs::create_symlink("1.jpg", folder_ / "frames/3.jpg");
  ASSERT_EQ(mkfifo((folder_ / "frames/4.jpg").c_str(), 0600), 0);
  Reader reader(index_video(folder_ / "frames"));
  EXPECT_NO_THROW(reader.read_stored(2));
  try {
    reader.read_stored(3);
    FAIL();
  } catch (const VideoError& error) {
    EXPECT_EQ(error.reason(), "its frame 4.jpg is not a regular file");
  }
}

}  // namespace
}  // namespace pgt::video
