#include "video/live_stream.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "video/clip_sampling.hpp"
#include "video/local_sender.hpp"
#include "video/make_video.hpp"
#include "video/reader.hpp"
#include "video/video.hpp"

namespace pgt::video {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

using Rgb = std::vector<std::uint8_t>;

/// As evaluation cuts.
std::vector<Transform> cut(int width, int height) { return {fixed_transform(width, height, 32, 0, 1)}; }

bool never() { return false; }

/// What a file shows, frame by frame.
std::vector<Rgb> of_file(const std::filesystem::path& file, double fps = 0, std::int64_t stride = 1) {
  const auto index = index_video(file);
  config::DataOptions data;
  data.fps = fps;
  ClipPlace place;
  place.stride = stride;
  const ClipFrames clip = sample_clip(*index, place, data);
  Reader reader(index);
  const Transform transform = cut(index->width, index->height).front();
  std::vector<Rgb> all;
  for (std::int64_t i = 0; i < clip.count; ++i) {
    const std::int64_t frame = clip.at(*index, i).frame;
    Rgb& rgb = all.emplace_back(32 * 32 * 3);
    reader.read({&frame, 1}, transform, rgb.data());
  }
  return all;
}

class LiveStreams : public testing::Test {
 protected:
  /// Impatient (messages say whole seconds), and one attempt to connect again after a moment.
  LiveOptions options() const {
    LiveOptions options;
    options.patience = 300ms;
    options.pauses = {10ms};
    return options;
  }

  /// Each part's frames, a few at a time; how it ended is in `ended`.
  std::vector<std::vector<Rgb>> watch(const std::string& address, const LiveOptions& options) {
    LiveStream stream(*live_address(address), options, cut, [this](const std::string& text) {
      const std::lock_guard lock(mutex);
      said += text + "\n";
    });
    std::vector<std::vector<Rgb>> parts;
    try {
      while (const auto part = stream.next_part(4, never)) {
        EXPECT_EQ(std::pair(part->width, part->height), (std::pair<std::int64_t, std::int64_t>(32, 32)));
        std::vector<Rgb>& frames = parts.emplace_back();
        for (std::size_t got = 4; got == 4;) {
          EXPECT_TRUE(stream.wait(4, never));
          const auto taken = stream.take(4, 4, 4);
          for (const auto& frame : taken) {
            EXPECT_EQ(frame->number, std::ssize(frames));
            frames.push_back(*frame->rgb);
          }
          got = taken.size();
        }
      }
      ended = "over";
    } catch (const VideoError& error) {
      ended = error.reason();
    }
    counts = stream.counts();
    return parts;
  }
  std::vector<std::vector<Rgb>> watch(const std::string& address) { return watch(address, options()); }

  std::string video(const std::string& name, const Recipe& recipe) const {
    make_video(folder / name, recipe);
    return bytes_of(folder / name);
  }

  ScratchFolder folder;
  std::mutex mutex;
  std::string said, ended;
  LiveStream::Counts counts;
};

TEST_F(LiveStreams, ShowWhatTheFileShows) {
  for (const char* name : {"a.ts", "a.mkv", "a.flv", "a.avi", "a.h264"}) {
    const LocalSender sender({{.bytes = video(name, {.frames = 61}), .piece = 1000}});
    const auto parts = watch(sender.address());
    ASSERT_EQ(parts.size(), 1U) << name << ended;
    EXPECT_EQ(parts[0].size(), 61U) << name;
    EXPECT_TRUE(parts[0] == of_file(folder / name)) << name;
    EXPECT_EQ(ended, "over");
    EXPECT_EQ(counts.dropped + counts.damaged, 0);
  }
}

TEST_F(LiveStreams, AreSampledAsFilesAre) {
  for (const auto& [num, den] : {std::pair{25, 1}, {30000, 1001}}) {
    for (const auto& [fps, stride] : {std::pair{0.0, 4}, {5.0, 1}, {7.0, 1}, {60.0, 1}}) {
      for (const int frames : {50, 53}) {
        const std::string bytes = video("a.ts", {.frames = frames, .rate_num = num, .rate_den = den});
        const LocalSender sender({{.bytes = bytes}});
        LiveOptions sampled = options();
        sampled.fps = fps;
        sampled.stride = stride;
        const auto parts = watch(sender.address(), sampled);
        ASSERT_EQ(parts.size(), 1U) << ended;
        EXPECT_TRUE(parts[0] == of_file(folder / "a.ts", fps, stride)) << num << " " << fps << " " << frames;
      }
    }
  }
}

TEST_F(LiveStreams, MayChangeTheSizeOfTheirPictures) {
  const std::string small = video("small.ts", {.frames = 25});
  const std::string large =
      video("large.ts", {.width = 160, .height = 96, .frames = 25, .time = [](int i) { return std::int64_t{i} + 25; }});
  std::ofstream(folder / "both.ts", std::ios::binary) << small << large;
  const LocalSender sender({{.bytes = small + large}});
  const auto parts = watch(sender.address());
  ASSERT_EQ(parts.size(), 1U) << ended << said;
  EXPECT_TRUE(parts[0] == of_file(folder / "both.ts"));
  EXPECT_EQ(parts[0].size(), 50U);
}

TEST_F(LiveStreams, BeginANewPartWhereTheClockLeaps) {
  const std::string first = video("a.ts", {.frames = 50});
  const LocalSender sender({{.bytes = first + first}});
  const auto parts = watch(sender.address());
  ASSERT_EQ(parts.size(), 2U) << ended;
  EXPECT_TRUE(parts[0] == of_file(folder / "a.ts"));
  EXPECT_EQ(parts[1].size(), 50U);
  EXPECT_THAT(said, HasSubstr("its clock leaps"));
}

TEST_F(LiveStreams, AreConnectedToAgain) {
  const std::string whole = video("a.ts", {.frames = 61});
  const std::string large = video("b.ts", {.width = 160, .height = 96, .frames = 31});
  const LocalSender sender({{.bytes = whole.substr(0, whole.size() / 2)}, {.bytes = large}});
  const auto parts = watch(sender.address());
  ASSERT_EQ(parts.size(), 2U) << ended;
  EXPECT_LT(parts[0].size(), 61U);
  EXPECT_TRUE(parts[1] == of_file(folder / "b.ts"));
  EXPECT_EQ(ended, "over") << "nobody is there the third time";
  EXPECT_THAT(said, HasSubstr("the stream ended; connecting again (1 of 1)"));
}

TEST_F(LiveStreams, ThatNobodySendsAreRefused) {
  std::string address;
  {
    const LocalSender sender({{.bytes = ""}});
    address = sender.address();
  }
  EXPECT_TRUE(watch(address).empty());
  EXPECT_THAT(ended, HasSubstr("Connection refused"));
}

TEST_F(LiveStreams, ThatStayEmptyOrSilentAreGivenUp) {
  const LocalSender empty({{.bytes = ""}});
  EXPECT_TRUE(watch(empty.address()).empty());
  EXPECT_NE(ended, "over");
  const LocalSender silent({{.bytes = "", .silence = 60s}});
  EXPECT_TRUE(watch(silent.address()).empty());
  EXPECT_THAT(ended, HasSubstr("nothing has come for 0 s"));
  const std::string whole = video("a.ts", {.frames = 61});
  const LocalSender stalls({{.bytes = whole.substr(0, whole.size() / 2), .silence = 60s}});
  EXPECT_EQ(watch(stalls.address()).size(), 1U);
  EXPECT_THAT(ended, HasSubstr("nothing has come for 0 s; it has not come back"));
}

TEST_F(LiveStreams, OfRubbishAreRefused) {
  std::string rubbish(3'000'000, '\0');
  std::uint32_t state = 1;
  for (char& c : rubbish) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  const LocalSender sender({{.bytes = rubbish}});
  EXPECT_TRUE(watch(sender.address()).empty());
  EXPECT_THAT(ended, HasSubstr("is not a video that FFmpeg can read"));
}

TEST_F(LiveStreams, SurviveRubbishInTheMiddle) {
  const std::string whole = video("a.ts", {.frames = 100, .gop = 10});
  std::string damaged = whole;
  std::uint32_t state = 1;
  for (std::size_t i = whole.size() / 3; i < whole.size() / 2; ++i) {
    damaged[i] = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  }
  const LocalSender sender({{.bytes = damaged}});
  const auto parts = watch(sender.address());
  ASSERT_FALSE(parts.empty()) << ended;
  EXPECT_TRUE(parts.back().back() == of_file(folder / "a.ts").back());
  std::set<std::string> pictures;
  for (const std::vector<Rgb>& part : parts) {
    for (const Rgb& frame : part) pictures.emplace(frame.begin(), frame.end());
  }
  EXPECT_LT(pictures.size(), 100U);
}

TEST_F(LiveStreams, EndTenSecondsAfterTheirLastPictureBegins) {
  make_long_picture(folder / "a.mkv", 3'600'000);
  const LocalSender sender({{.bytes = bytes_of(folder / "a.mkv")}});
  const auto parts = watch(sender.address());
  ASSERT_EQ(parts.size(), 1U) << ended;
  EXPECT_EQ(parts[0].size(), 10U * 25);
  EXPECT_EQ(ended, "over");
}

TEST_F(LiveStreams, OverUdpGoOnAfterALoss) {
  const LocalDatagrams sender(video("a.ts", {.frames = 300}));
  LiveOptions options = this->options();
  options.patience = 2s;
  // A ring buffer of 100 packets of MPEG-TS.
  LiveStream stream(*live_address(sender.address() + "?fifo_size=100"), options, cut, [this](const std::string& text) {
    const std::lock_guard lock(mutex);
    said += text + "\n";
  });
  ASSERT_TRUE(stream.next_part(4, never));
  const auto wait_for_rounds = [&](int count) {
    for (const int end = sender.rounds() + count; sender.rounds() < end;) std::this_thread::sleep_for(1ms);
  };
  wait_for_rounds(2);  // nobody takes them
  const std::int64_t before = stream.counts().frames;
  for (int parts = 0; parts < 5 && stream.counts().frames < before + 200;) {
    stream.wait(4, never);
    if (stream.take(4, 4, 4).size() == 4) continue;
    ++parts;
    ASSERT_TRUE(stream.next_part(4, never)) << said;
  }
  const std::lock_guard lock(mutex);
  EXPECT_THAT(said, testing::Not(HasSubstr("broke")));
  EXPECT_GE(stream.counts().frames, before + 200);
}

TEST_F(LiveStreams, OpenNothingElse) {
  video("a.ts", {.frames = 10});
  const std::string file = "file://" + (folder / "a.ts").string();
  const std::string mp4 = video("a.mp4", {.frames = 10});
  const std::vector<std::pair<std::string, std::string>> lists{
      {"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:1,\n" + file + "\n#EXT-X-ENDLIST\n", "an HLS playlist"},
      {"ffconcat version 1.0\nfile '" + (folder / "a.ts").string() + "'\n", "a list of files"},
      {"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5000 RTP/AVP 96\n", "SDP"},
      {mp4, "is MP4"}};
  for (const auto& [bytes, what] : lists) {
    const LocalSender sender({{.bytes = bytes}});
    EXPECT_TRUE(watch(sender.address()).empty());
    EXPECT_THAT(ended, HasSubstr(what));
  }
}

TEST_F(LiveStreams, KeepTheirLimits) {
  const LocalSender sender({{.bytes = video("a.ts", {.width = 160, .height = 96, .frames = 10})}});
  LiveOptions limited = options();
  limited.limits.max_pixels = 100 * 96;
  EXPECT_TRUE(watch(sender.address(), limited).empty());
  EXPECT_THAT(ended, HasSubstr("data.max_pixels"));
}

TEST_F(LiveStreams, EndWhileTheyWait) {
  const LocalSender sender({{.bytes = "", .silence = 60s}});
  LiveOptions patient = options();
  patient.patience = 60s;
  const auto begin = std::chrono::steady_clock::now();
  {
    LiveStream stream(*live_address(sender.address()), patient, cut, [](const std::string&) {});
    EXPECT_FALSE(stream.next_part(4, [&] { return std::chrono::steady_clock::now() > begin + 200ms; }));
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 30s);
}

TEST_F(LiveStreams, KeepTheSenderWaitingOrDropTheOldest) {
  const std::string bytes = video("a.ts", {.frames = 100});
  for (const bool realtime : {false, true}) {
    const LocalSender sender({{.bytes = bytes}});
    LiveOptions slow = options();
    slow.realtime = realtime;
    LiveStream stream(*live_address(sender.address()), slow, cut, [](const std::string&) {});
    ASSERT_TRUE(stream.next_part(4, never));
    std::vector<std::int64_t> numbers;
    const auto take = [&] {
      stream.wait(4, never);
      const auto taken = stream.take(4, 4, 4);
      for (const auto& frame : taken) numbers.push_back(frame->number);
      return taken.size() == 4;
    };
    ASSERT_TRUE(take());
    while (stream.counts().frames < (realtime ? 100 : 4 + 8)) std::this_thread::sleep_for(1ms);
    if (!realtime) {
      std::this_thread::sleep_for(200ms);
      EXPECT_LE(stream.counts().frames, 4 + 8 + 1) << "one waits for room";
    }
    while (take()) {
    }
    const LiveStream::Counts counts = stream.counts();
    EXPECT_EQ(counts.frames, 100);
    EXPECT_EQ(counts.dropped, 100 - std::ssize(numbers));
    if (realtime) {
      EXPECT_GT(counts.dropped, 80);
      EXPECT_EQ(numbers.back(), 99);
      EXPECT_EQ(numbers[numbers.size() - 4], 96) << "what is dropped lies between what is taken";
    } else {
      EXPECT_EQ(numbers.size(), 100U);
    }
  }
}

TEST_F(LiveStreams, ThatAreSkippedAhead) {
  const LocalSender sender({{.bytes = video("a.ts", {.frames = 30})}});
  LiveStream stream(*live_address(sender.address()), options(), cut, [](const std::string&) {});
  ASSERT_TRUE(stream.next_part(2, never));
  std::vector<std::int64_t> numbers;
  for (std::size_t got = 2; got == 2;) {
    stream.wait(2, never);
    const auto taken = stream.take(2, 10, 2);
    for (const auto& frame : taken) numbers.push_back(frame->number);
    got = taken.size();
  }
  EXPECT_THAT(numbers, ElementsAre(0, 1, 10, 11, 20, 21));
}

}  // namespace
}  // namespace pgt::video
