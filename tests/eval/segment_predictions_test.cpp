#include "eval/segment_predictions.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace pgt::eval {
namespace {

using Json = nlohmann::ordered_json;

/// Three videos: one with two segments, one that is background alone, one that could not be read.
Evaluation three_videos() {
  Evaluation evaluation;
  evaluation.scores_moments = true;
  evaluation.classes = {"background", "a \"quoted\"\nname"};
  for (const char* path : {"one.mp4", "two.mp4", "three.mp4"}) {
    sdk::Sample& sample = evaluation.videos.emplace_back();
    sample.id = path;
    sample.path = path;
  }
  evaluation.missing.push_back({"three.mp4", "three.mp4", "is empty", "predict"});
  const std::vector<std::vector<float>> probabilities{{0, 1, 1, 0, 0.25F, 0.75F}, {1, 0, 1, 0, 1, 0}};
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    evaluation.scored.emplace_back().index = i;
    evaluation.tracks.push_back({.start = 0, .rate = 2, .classes = 2, .probabilities = probabilities[i]});
  }
  return evaluation;
}

TEST(SegmentsAsJson, AreOneTextOfAllVideos) {
  const std::string text = segments_as_json(three_videos());
  const Json first{{"start", 0.0}, {"end", 0.5}, {"class", "a \"quoted\"\nname"}, {"score", 1.0}};
  const Json second{{"start", 1.0}, {"end", 1.5}, {"class", "a \"quoted\"\nname"}, {"score", 0.75}};
  const Json expected = Json::array({Json{{"path", "one.mp4"}, {"segments", Json::array({first, second})}},
                                     Json{{"path", "two.mp4"}, {"segments", Json::array()}},
                                     Json{{"path", "three.mp4"}, {"error", "is empty"}}});
  EXPECT_EQ(text, expected.dump(2) + "\n");
}

TEST(SegmentsAsJson, AreAnEmptyListOfNoVideo) {
  const Evaluation of_none;
  EXPECT_EQ(segments_as_json(of_none), "[]\n");
}

}  // namespace
}  // namespace pgt::eval
