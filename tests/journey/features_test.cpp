// Features of videos as arrays, and networks that do not fit their dataset.

#include <gmock/gmock.h>

#include <algorithm>
#include <cstring>

#include "journey.hpp"

namespace pgt::journey {
namespace {

using testing::AllOf;
using testing::FloatNear;
using testing::HasSubstr;
using testing::Not;
using testing::Pointwise;

/// The videos have 36 frames, 25 a second: 1.44 s.
class FeaturesJourney : public Journey {
 protected:
  HostRun features(const std::vector<std::string>& videos, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> words{"features", run_in("runs").string()};
    words.insert(words.end(), videos.begin(), videos.end());
    words.insert(words.end(), {"--out", out_.string()});
    words.insert(words.end(), more.begin(), more.end());
    return plugin::run_host(words);
  }
  /// The numbers after the header, whose last byte ends a line.
  static std::vector<float> values_of(const fs::path& file) {
    const std::string text = text_of(file);
    const std::size_t begin = text.find('\n') + 1;
    std::vector<float> values((text.size() - begin) / sizeof(float));
    std::memcpy(values.data(), text.data() + begin, values.size() * sizeof(float));
    return values;
  }
  /// What Python's NumPy says about a file; where there is none, what its header says.
  std::string shape_of(const fs::path& file) const {
    const HostRun run = plugin::run_program(
        {PGT_PYTHON, "-c", "import numpy, sys; a = numpy.load(sys.argv[1]); print(a.dtype, a.shape)", file.string()});
    if (run.code == 0) return run.out;
    const std::string header = text_of(file).substr(0, 128);
    const std::size_t begin = header.find("'shape': (") + 10;
    std::string shape = header.substr(begin, header.find(", )") - begin);
    if (shape.find(',') == std::string::npos) shape += ",";
    return (header.find("<f4") != std::string::npos ? "float32 (" : "float64 (") + shape + ")\n";
  }
  fs::path out_ = folder_ / "features";
};

TEST_F(FeaturesJourney, AreWrittenForWholeFoldersAndGoOnWhereTheyStopped) {
  ASSERT_EQ(train("runs", {"train.epochs=1"}).code, 0);
  const std::vector<fs::path> videos = [&] {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "videos")) {
      if (entry.path().extension() == ".mp4") found.push_back(entry.path());
    }
    std::ranges::sort(found);
    return found;
  }();
  const HostRun first = features({videos[0].string()});
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("features of 1 videos"));
  const fs::path one = out_ / videos[0].stem();
  EXPECT_THAT(shape_of(one.string() + ".npy"), AllOf(HasSubstr("float32 ("), HasSubstr(", ")));
  EXPECT_EQ(shape_of(one.string() + ".times.npy").substr(0, 9), "float64 (");

  const HostRun all = features({(folder_ / "videos").string()});
  ASSERT_EQ(all.code, 0) << all.err;
  EXPECT_THAT(all.out, HasSubstr("features of " + std::to_string(videos.size()) + " videos"));
  const fs::path below = out_ / videos[0].lexically_relative(folder_ / "videos").replace_extension();
  // How many videos are computed at once decides how sums are rounded.
  EXPECT_THAT(values_of(below.string() + ".npy"), Pointwise(FloatNear(1e-4F), values_of(one.string() + ".npy")));
  const auto written = fs::last_write_time(below.string() + ".npy");
  fs::remove(below.string() + ".times.npy");
  const HostRun again = features({(folder_ / "videos").string()});
  EXPECT_THAT(again.out, HasSubstr("features of 1 videos more; " + std::to_string(videos.size() - 1) + " were there"));
  EXPECT_GT(fs::last_write_time(below.string() + ".npy"), written);

  EXPECT_EQ(features({videos[0].string()}, {"--set", "data.size=12"}).code, 2) << "other settings, the same folder";
}

TEST_F(FeaturesJourney, AreOfTheVideoThatIsAskedFor) {
  ASSERT_EQ(train("runs", {"train.epochs=1"}).code, 0);
  std::vector<fs::path> videos;
  for (const auto& entry : fs::recursive_directory_iterator(folder_ / "videos")) {
    if (entry.path().extension() == ".mp4") videos.push_back(entry.path());
  }
  for (const char* camera : {"left", "right"}) {
    fs::create_directories(folder_ / camera);
    fs::copy_file(videos[camera[0] == 'l' ? 0 : 1], folder_ / camera / "clip.mp4");
  }
  const std::string left = (folder_ / "left/clip.mp4").string(), right = (folder_ / "right/clip.mp4").string();
  ASSERT_EQ(features({left}).code, 0);
  const std::vector<float> values = values_of(out_ / "clip.npy");
  const HostRun other = features({right});
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("clip.npy is of " + left + ": choose another folder (--out)"));
  EXPECT_EQ(values_of(out_ / "clip.npy"), values);

  fs::rename(right, left);
  const HostRun replaced = features({left});
  EXPECT_THAT(replaced.out, AllOf(HasSubstr("features of 1 videos"), Not(HasSubstr("were there"))));
  EXPECT_NE(values_of(out_ / "clip.npy"), values);
  EXPECT_THAT(features({left}).out, HasSubstr("1 were there"));

  const HostRun stream = features({left, "rtsp://me:secret@host/camera"});
  EXPECT_EQ(stream.code, 2);
  EXPECT_THAT(stream.err, AllOf(HasSubstr("is a stream"), Not(HasSubstr("secret"))));
}

/// A video that is longer than the clip that the run was trained on is read to its end.
TEST_F(FeaturesJourney, AreThoseOfTheWholeVideo) {
  ASSERT_EQ(train("runs", {"train.epochs=1"}).code, 0);
  make_videos("long", 12, 150, 3);
  const HostRun run = features({(folder_ / "long").string()});
  ASSERT_EQ(run.code, 0) << run.err;
  std::vector<std::string> times;
  for (const auto& entry : fs::recursive_directory_iterator(out_)) {
    if (entry.path().string().ends_with(".times.npy")) times.push_back(entry.path().string());
  }
  ASSERT_FALSE(times.empty());
  double last = 0;
  const std::string bytes = text_of(times.front());
  std::memcpy(&last, bytes.data() + bytes.size() - sizeof last, sizeof last);
  EXPECT_GT(last, 5.8) << "of 6 s";
  EXPECT_LT(last, 6.0);
}

TEST_F(FeaturesJourney, AreOfTheWeightsThatAreAskedFor) {
  ASSERT_EQ(train("runs", {"train.epochs=1", "train.average=0.99"}).code, 0);
  const std::string video = fs::directory_iterator(fs::directory_iterator(folder_ / "videos" / "val")->path())->path();
  const auto of = [&](const std::string& weights) {
    out_ = folder_ / ("of-" + weights);
    const HostRun run = features(
        {video}, weights.empty() ? std::vector<std::string>{} : std::vector<std::string>{"--weights", weights});
    EXPECT_EQ(run.code, 0) << run.err;
    return values_of(out_ / fs::path(video).stem().concat(".npy"));
  };
  const std::vector<float> average = of("average");
  EXPECT_EQ(average, of(""));
  EXPECT_NE(average, of("raw"));
  out_ = folder_ / "of-average";
  EXPECT_EQ(features({video}, {"--weights", "raw"}).code, 2) << "a folder has features of one network";
}

TEST_F(FeaturesJourney, NeedANetworkOfPartsAndAPlace) {
  ASSERT_EQ(train("runs", {"train.epochs=1"}).code, 0);
  const HostRun nowhere = plugin::run_host({"features", run_in("runs").string(), (folder_ / "videos").string()});
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("features needs --out DIR"));
  EXPECT_EQ(features({"no such video.mp4"}).code, 4);
}

TEST_F(FeaturesJourney, MomentsDoNotFitVideosOfOneClass) {
  const HostRun run = train("runs", {"model.head=moments"});
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.err, HasSubstr("the network scores moments, but the dataset has one class for each video"));
}

}  // namespace
}  // namespace pgt::journey
