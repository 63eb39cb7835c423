#include "run/event_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <map>

#include "base/checksum.hpp"
#include "base/file.hpp"
#include "reports.hpp"
#include "run/tensorboard.hpp"
#include "scratch.hpp"

namespace pgt::run {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::Key;
using testing::UnorderedElementsAre;

/// Reads TFRecords and protobuf's wire format from their documents, with nothing of the writer but the CRC.
struct Event {
  double wall_time = 0;
  std::int64_t step = 0;
  std::string file_version;
  int session_status = 0;
  std::map<std::string, float> scalars;
};

class Wire {
 public:
  explicit Wire(std::string_view bytes) : rest_(bytes) {}
  bool done() const { return rest_.empty(); }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<unsigned char>(take(1)[0]);
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) return value;
    }
  }
  std::string_view take(std::size_t count) {
    const std::string_view bytes = rest_.substr(0, count);
    EXPECT_EQ(bytes.size(), count);
    rest_.remove_prefix(bytes.size());
    return bytes;
  }
  template <typename T>
  T number() {
    T value{};
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }

 private:
  std::string_view rest_;
};

Event parse_event(std::string_view bytes) {
  Event event;
  for (Wire wire(bytes); !wire.done();) {
    switch (wire.varint()) {
      case 1 << 3 | 1:
        event.wall_time = wire.number<double>();
        break;
      case 2 << 3 | 0:
        event.step = static_cast<std::int64_t>(wire.varint());
        break;
      case 3 << 3 | 2:
        event.file_version = wire.take(wire.varint());
        break;
      case 5 << 3 | 2:
        for (Wire summary(wire.take(wire.varint())); !summary.done();) {
          EXPECT_EQ(summary.varint(), 1U << 3 | 2U);
          Wire value(summary.take(summary.varint()));
          EXPECT_EQ(value.varint(), 1U << 3 | 2U);
          const std::string tag(value.take(value.varint()));
          EXPECT_EQ(value.varint(), 2U << 3 | 5U);
          event.scalars[tag] = value.number<float>();
          EXPECT_TRUE(value.done());
        }
        break;
      case 7 << 3 | 2: {
        Wire log(wire.take(wire.varint()));
        EXPECT_EQ(log.varint(), 1U << 3 | 0U);
        event.session_status = static_cast<int>(log.varint());
        break;
      }
      default:
        ADD_FAILURE() << "unknown field";
        return event;
    }
  }
  return event;
}

std::uint32_t crc32c(std::string_view bytes) {
  Checksum sum;
  sum.add(bytes);
  return sum.value();
}

std::uint32_t unmasked(std::uint32_t masked) {
  const std::uint32_t turned = masked - 0xA282EAD8U;
  return turned >> 17 | turned << 15;
}

std::vector<Event> read_events(const fs::path& file) {
  const std::string bytes = read_file(file);
  std::vector<Event> events;
  for (Wire wire(bytes); !wire.done();) {
    const std::string_view length_bytes = wire.take(8);
    Wire length(length_bytes);
    EXPECT_EQ(unmasked(wire.number<std::uint32_t>()), crc32c(length_bytes));
    const std::string_view data = wire.take(length.number<std::uint64_t>());
    EXPECT_EQ(unmasked(wire.number<std::uint32_t>()), crc32c(data));
    events.push_back(parse_event(data));
  }
  return events;
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  return files;
}

TEST(TfRecord, HasTheKnownBytes) {
  const std::string record = tf_record("abc");
  EXPECT_EQ(record.size(), 8U + 4 + 3 + 4);
  EXPECT_EQ(record.substr(0, 8), std::string("\x03\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(record.substr(12, 3), "abc");
}

TEST(EventFile, IsReadBackByADecoderOfItsOwn) {
  const Scratch scratch;
  {
    EventFile file(scratch.path());
    file.start_at(7);
    file.add(300, {{"train/loss", 1.5}, {"train/top1", std::numeric_limits<double>::quiet_NaN()}});
    file.add(301, {{"train/top1", std::numeric_limits<double>::infinity()}});
  }
  const std::vector<fs::path> files = files_in(scratch.path());
  ASSERT_EQ(files.size(), 1U);
  EXPECT_THAT(files[0].filename().string(), testing::StartsWith("events.out.tfevents."));
  const std::vector<Event> events = read_events(files[0]);
  ASSERT_EQ(events.size(), 3U) << "an event without finite values is not written";
  EXPECT_EQ(events[0].file_version, "brain.Event:2");
  EXPECT_GT(events[0].wall_time, 1.6e9);
  EXPECT_EQ(events[1].session_status, 1);
  EXPECT_EQ(events[1].step, 7);
  EXPECT_EQ(events[2].step, 300);
  EXPECT_THAT(events[2].scalars, ElementsAre(std::pair("train/loss", 1.5F)));
}

TEST(TensorBoard, HasTheDocumentedTagsOverIterations) {
  const Scratch scratch;
  TensorBoard board(scratch.path());
  EXPECT_TRUE(files_in(scratch.path()).empty());
  board.iteration(an_iteration(3, 0.5));
  board.evaluation(an_evaluation(0, true));
  const std::vector<Event> events = read_events(files_in(scratch.path()).at(0));
  ASSERT_EQ(events.size(), 4U);
  EXPECT_EQ(events[1].session_status, 1);
  EXPECT_EQ(events[1].step, 3) << "what earlier files say of iteration 3 and later is void";
  EXPECT_THAT(events[2].scalars,
              UnorderedElementsAre(Key("train/loss"), Key("train/top1"), Key("train/lr"), Key("train/grad_norm"),
                                   Key("train/loss_step_1"), Key("train/loss_step_2"), Key("perf/clips_per_s"),
                                   Key("perf/data_fraction")));
  EXPECT_EQ(events[2].scalars.at("perf/clips_per_s"), 8.0F);
  EXPECT_NEAR(events[2].scalars.at("perf/data_fraction"), 0.1, 1e-6);
  EXPECT_THAT(events[3].scalars,
              UnorderedElementsAre(Key("val/loss"), Key("val/top1"), Key("val/top5"), Key("val/mean_class_accuracy")));
  EXPECT_EQ(events[2].step, 3);
  EXPECT_EQ(events[3].step, 3);
}

TEST(TensorBoard, HasNoThousandsOfChartsForThousandsOfSteps) {
  const Scratch scratch;
  TensorBoard board(scratch.path());
  run::IterationReport report = an_iteration(1);
  report.step_losses.assign(5000, 1.0);
  board.iteration(report);
  const auto scalars = read_events(files_in(scratch.path()).at(0)).at(2).scalars;
  EXPECT_TRUE(scalars.contains("train/loss_step_64"));
  EXPECT_FALSE(scalars.contains("train/loss_step_65"));
}

}  // namespace
}  // namespace pgt::run
