// The figures that a training reports, where its videos have different lengths.

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "journey.hpp"
#include "run/csv.hpp"

namespace pgt::journey {
namespace {

using nlohmann::json;

class Figures : public Journey {
 protected:
  /// The reports of one event of a run that hardly learns, so that every iteration sees the same weights.
  std::vector<json> reports(const std::string& root, const std::string& event, const std::string& batch_size) {
    const HostRun run =
        train(root, {"schedule.steps=all", "train.epochs=1", "train.learning_rate=1e-12", "data.flip=false",
                     "data.short_side=[16, 16]", "model.dropout=0.0", "dataset.root=" + (folder_ / "uneven").string(),
                     "train.batch_size=" + batch_size});
    EXPECT_EQ(run.code, 0) << run.err;
    std::vector<json> found;
    for (const std::string& line : lines_of(text_of(run_in(root) / "metrics.jsonl"))) {
      const json report = json::parse(line);
      if (report.at("event") == event) found.push_back(report);
    }
    return found;
  }

  /// The journey's videos, each with two labels.
  std::vector<std::string> of_many_labels() const {
    std::string csv = "path,label,split\n";
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / "videos")) {
      if (entry.path().extension() != ".mp4") continue;
      const bool validates = entry.path().string().find("/val/") != std::string::npos;
      csv += entry.path().string() + ",a|b,";
      csv += validates ? "val\n" : "train\n";
    }
    return {"dataset.use=list", "dataset.file=" + write("many.csv", csv).string(), "dataset.task=multi"};
  }

  /// Three classes with one video each, of five, six and seven steps.
  void make_uneven_videos() {
    int frames = 36;
    for (const std::string name : {"a", "b", "c"}) {
      make_videos(name, 12, frames, 1);
      for (const std::string split : {"train", "val"}) {
        const fs::path class_folder = fs::directory_iterator(folder_ / name / split)->path();
        fs::create_directories(folder_ / "uneven" / split / name);
        fs::copy(fs::directory_iterator(class_folder)->path(), folder_ / "uneven" / split / name / "video.mp4");
      }
      frames += 7;
    }
  }
};

TEST_F(Figures, OfVideosThatEndEarlyCountAsMuch) {
  make_uneven_videos();
  double loss = 0, correct = 0;
  std::size_t steps = 0;
  for (const json& one : reports("single", "train_iter", "1")) {
    const std::size_t length = one.at("step_losses").size();
    loss += one.at("loss").get<double>() * static_cast<double>(length);
    correct += one.at("top1").get<double>();
    steps += length;
  }
  EXPECT_EQ(steps, 5U + 6U + 7U);
  const std::vector<json> together = reports("together", "train_iter", "3");
  ASSERT_EQ(together.size(), 1U);
  EXPECT_EQ(together[0].at("step_losses").size(), 7U);
  EXPECT_NEAR(together[0].at("loss"), loss / static_cast<double>(steps), 1e-5);
  EXPECT_NEAR(together[0].at("top1"), correct / 3, 1e-9);
  const std::vector<json> epoch = reports("epoch", "train_epoch", "3");
  ASSERT_EQ(epoch.size(), 1U);
  EXPECT_NEAR(epoch[0].at("top1"), correct / 3, 1e-9);
}

TEST_F(Figures, SayWhyATrainingEnded) {
  const HostRun run = train("runs", {"train.learning_rate=1e30", "train.max_skipped=3"});
  EXPECT_EQ(run.code, 7) << run.err;
  const std::string reason = "is not finite";
  EXPECT_THAT(text_of(run_in("runs") / "train.log"), testing::HasSubstr(reason));
  EXPECT_THAT(run.err, testing::HasSubstr("updates in a row were skipped (train.max_skipped)"));
  EXPECT_THAT(status_of(run_in("runs"), "message"), testing::HasSubstr("/videos/train/"));
}

TEST_F(Figures, OfManyLabelsAreProbabilitiesAndNoTop1) {
  std::vector<std::string> settings = of_many_labels();
  settings.insert(settings.end(), {"schedule.steps=all", "train.epochs=1"});
  const HostRun run = train("runs", settings);
  ASSERT_EQ(run.code, 0) << run.err;
  const auto column = [&](const char* file, const char* name) {
    const run::CsvTable table = run::parse_csv(text_of(run_in("runs") / file));
    std::vector<std::string> values;
    for (const auto& row : table.rows) values.push_back(row.at(table.column(name)));
    return values;
  };
  EXPECT_THAT(column("results.csv", "train/top1"), testing::ElementsAre(""));
  for (const std::string& probability : column("eval/val_last/predictions.csv", "prob")) {
    EXPECT_LE(std::stod(probability), 1) << "whatever the number of steps";
  }
}

TEST_F(Figures, OfManyLabelsWantALossForMany) {
  std::vector<std::string> settings = of_many_labels();
  settings.push_back("train.loss=cross_entropy");
  const HostRun run = train("runs", settings);
  EXPECT_EQ(run.code, 3) << run.err;
  EXPECT_THAT(run.err, testing::HasSubstr("train.loss = \"cross_entropy\" takes one class per video"));
}

}  // namespace
}  // namespace pgt::journey
