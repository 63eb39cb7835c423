#include "base/trace.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "base/error.hpp"
#include "base/file.hpp"

namespace pgt {
namespace {

TEST(Trace, HoldsTheSpansOfAllThreads) {
  const std::filesystem::path file =
      std::filesystem::path(testing::TempDir()) / ("trace_" + std::to_string(::getpid()) + ".json");
  const TraceSpan before("before");
  {
    const Trace trace(file);
    const TraceSpan outer("outer");
    { const TraceSpan inner("inner"); }
    std::thread([] { const TraceSpan elsewhere("elsewhere"); }).join();
  }
  const TraceSpan after("after");

  const nlohmann::json events = nlohmann::json::parse(read_file(file));
  std::filesystem::remove(file);
  std::map<std::string, nlohmann::json> spans;
  for (const nlohmann::json& event : events) {
    if (event.at("ph") == "X") spans[event.at("name")] = event;
  }
  ASSERT_THAT(spans, testing::SizeIs(3));
  const auto begin = [&](const char* name) { return spans.at(name).at("ts").get<double>(); };
  const auto end = [&](const char* name) { return begin(name) + spans.at(name).at("dur").get<double>(); };
  EXPECT_LE(begin("outer"), begin("inner"));
  EXPECT_LE(end("inner"), end("outer"));
  EXPECT_EQ(spans.at("outer").at("tid"), spans.at("inner").at("tid"));
  EXPECT_NE(spans.at("outer").at("tid"), spans.at("elsewhere").at("tid"));
}

TEST(Trace, NamesAFileThatCannotBeWritten) {
  try {
    const Trace trace("/nonexistent/trace.json");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::io);
    EXPECT_THAT(error.what(), testing::HasSubstr("/nonexistent/trace.json"));
  }
}

}  // namespace
}  // namespace pgt
