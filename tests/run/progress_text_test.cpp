#include "run/progress_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "reports.hpp"
#include "run/pace_meter.hpp"

namespace pgt::run {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::ptrdiff_t columns_of(const std::string& text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

run::IterationReport users_example() {
  run::IterationReport report;
  report.epoch = 2;
  report.iteration = 119;
  report.iterations = 480;
  report.total = 1080;
  report.videos = 16;
  report.loss = 1.83421;
  report.accuracy = 46.875;
  report.learning_rate = 0.025;
  return report;
}

const Pace users_pace{1.9011, 38.2, 0.12, 2470, 3'100'000'000, 3'240'000'000};

TEST(Bar, ShowsEverythingWhereThereIsRoom) {
  EXPECT_EQ(render_bar(iteration_bar(users_example(), users_pace, 30), 114, false),
            "epoch 3/30 ━━╸──────── 25% 120/480 · loss 1.90 · top1 46.9 · lr 2.5e-02 · 38 clips/s · data 12% · 3.1 GB "
            "· eta 41m");
}

TEST(Bar, KeepsToItsColumnsAndDropsTheTimeLeftLast) {
  const Bar bar = iteration_bar(users_example(), users_pace, 30);
  for (int columns = 0; columns < 200; ++columns) {
    EXPECT_LE(columns_of(render_bar(bar, columns, false)), columns);
  }
  const std::string narrow = render_bar(bar, 60, false);
  EXPECT_THAT(narrow, HasSubstr("loss 1.90"));
  EXPECT_THAT(narrow, HasSubstr("eta 41m"));
  EXPECT_THAT(narrow, Not(HasSubstr("clips/s")));
  EXPECT_EQ(columns_of(render_bar(bar, 500, false)), columns_of(render_bar(bar, 400, false))) << "it grows to a limit";
}

TEST(Bar, FillsInHalves) {
  EXPECT_EQ(render_bar({"x", 0, 20, {}}, 20, false), "x ────────── 0% 0/20");
  EXPECT_EQ(render_bar({"x", 1, 20, {}}, 20, false), "x ╸───────── 5% 1/20");
  EXPECT_EQ(render_bar({"x", 2, 20, {}}, 21, false), "x ━───────── 10% 2/20");
  EXPECT_EQ(render_bar({"x", 20, 20, {}}, 23, false), "x ━━━━━━━━━━ 100% 20/20");
  EXPECT_THAT(render_bar({"x", 0, 0, {}}, 20, false), HasSubstr("0% 0/0"));
}

TEST(Bar, ColorsTakeNoColumns) {
  std::string colored = render_bar({"x", 10, 20, {}}, 22, true);
  EXPECT_THAT(colored, HasSubstr("\033[36m━━━━━\033[0m"));
  for (const char* code : {"\033[36m", "\033[2m", "\033[0m", "\033[0m"}) {
    colored.erase(colored.find(code), std::string(code).size());
  }
  EXPECT_EQ(colored, render_bar({"x", 10, 20, {}}, 22, false));
}

TEST(IterationLine, ReadsAsTheDocumentsSay) {
  EXPECT_EQ(iteration_line(users_example(), users_pace, 30),
            "epoch  3/30  iter 120/480  loss 1.8342 (avg 1.9011)  top1 46.9%  lr 2.50e-02  clips/s 38.2  data 12%  "
            "RAM 3.1 GB (peak 3.2 GB)  eta 00:41:10");
  Pace small = users_pace;
  small.resident_bytes = 350'400'000;
  EXPECT_THAT(iteration_line(users_example(), small, 30), HasSubstr("RAM 350 MB (peak 3.2 GB)"));
  run::IterationReport multi_label = users_example();
  multi_label.accuracy = std::nan("");
  EXPECT_THAT(iteration_line(multi_label, users_pace, 30), Not(HasSubstr("top1")));
}

TEST(EpochTable, AlignsWithItsHeader) {
  EXPECT_EQ(epoch_header(false), "  epoch   loss  top1 val loss val top1  top5      lr   time clips/s");
  const EpochRow best{an_epoch(0), an_evaluation(0, true)};
  EXPECT_EQ(epoch_line(best, 30, false), "   1/30 1.7000  33.3   1.2500    60.0* 100.0 2.5e-02     2s     8.0");
  const EpochRow unscored{an_epoch(0), std::nullopt};
  EXPECT_EQ(epoch_line(unscored, 30, false), "   1/30 1.7000  33.3        -       -      - 2.5e-02     2s     8.0");
  EXPECT_EQ(epoch_header(true).size(), epoch_line(best, 30, true).size());
}

TEST(EpochTable, FitsATerminalOf80) {
  constexpr std::size_t time_of_log = 11, columns = 80;
  EpochRow row{an_epoch(998), an_evaluation(998, true)};
  row.train.loss = 10.25;
  row.train.seconds = 10 * 3600;
  for (const bool multi_label : {false, true}) {
    EXPECT_LE(time_of_log + epoch_header(multi_label).size(), columns);
    EXPECT_LE(time_of_log + epoch_line(row, 999, multi_label).size(), columns);
  }
}

TEST(SkippedLine, SaysWhyAndNamesTheVideos) {
  run::IterationReport report = users_example();
  report.skipped = 1;
  report.skipped_why = "the loss of step 2 is not finite";
  report.files = {"a.mp4", "b.mp4"};
  EXPECT_EQ(skipped_line(report, 30),
            "epoch  3/30  iter 120/480  update skipped: the loss of step 2 is not finite; the batch's videos: a.mp4, "
            "b.mp4");
  report.skipped = 2;
  report.files.assign(40, "c.mp4");
  EXPECT_THAT(skipped_line(report, 30), AllOf(HasSubstr("2 updates skipped, the last: "), HasSubstr(" and 8 more")));
}

TEST(ClosingLines, NameTheBestEpochAndItsFigure) {
  Result first, second;
  first.epoch = 1;
  first.best = true;
  first.val = {{"loss", 1.5}, {"top1", 62.5}};
  second.epoch = 2;
  second.best = false;
  second.val = {{"loss", 1.6}, {"top1", 50}};
  EXPECT_THAT(
      closing_lines({first, second}, 150, "/r/gym-001"),
      testing::ElementsAre("finished: 2 epochs in 2m; the best is epoch 1, val top1 62.5%", "run folder /r/gym-001"));
  second.best = true;
  second.val = {{"loss", 1.6}, {"mAP", 0.75}};
  EXPECT_THAT(closing_lines({first, second}, 150, "/r")[0], testing::EndsWith("the best is epoch 2, val mAP 0.7500"));
  EXPECT_EQ(closing_lines({Result{}}, 5, "/r")[0], "finished: 1 epoch in 5s") << "no evaluation";
  EXPECT_THAT(closing_lines({Result{}}, 5, "/r", 3)[1], HasSubstr("3 updates were skipped"));
}

TEST(Duration, IsShortOrExact) {
  EXPECT_EQ(short_duration(0.4), "0s");
  EXPECT_EQ(short_duration(59.4), "59s");
  EXPECT_EQ(short_duration(2470), "41m");
  EXPECT_EQ(short_duration(3900), "1h 05m");
  EXPECT_EQ(short_duration(std::nan("")), "?");
  EXPECT_EQ(clock_duration(2470), "00:41:10");
  EXPECT_EQ(clock_duration(360000), "100:00:00");
}

TEST(PaceMeter, CountsIterationsAndEvaluationsToTheEnd) {
  PaceMeter meter(10);
  EXPECT_EQ(meter.seconds_left(), 0);
  for (std::int64_t total = 1; total <= 3; ++total) meter.add(an_iteration(total, 2.0));
  EXPECT_NEAR(meter.clips_per_second(), 2.0, 1e-9);
  EXPECT_NEAR(meter.data_fraction(), 0.1, 1e-9);
  EXPECT_NEAR(meter.seconds_left(), 27 * 2.0, 1e-6);
  meter.add(an_evaluation(0, true, 5.0));
  EXPECT_NEAR(meter.seconds_left(), 27 * 2.0 + 9 * 5.0, 1e-6);
  EXPECT_NEAR(meter.mean_loss(), (an_iteration(1).loss + an_iteration(2).loss + an_iteration(3).loss) / 3, 1e-12);
  meter.add(an_iteration(4, 2.0));
  EXPECT_NEAR(meter.mean_loss(), an_iteration(4).loss, 1e-12) << "of the new epoch";
}

}  // namespace
}  // namespace pgt::run
