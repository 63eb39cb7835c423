// Live streams, from those who send them to the lines that are printed.

#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "background_host.hpp"
#include "journey.hpp"
#include "video/local_sender.hpp"

namespace pgt::journey {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Json = nlohmann::json;

class StreamJourney : public Journey {
 protected:
  StreamJourney() {
    make_videos("sent", 12, 77, 3);
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / "sent")) {
      if (entry.path().extension() == ".mp4") sent_ = entry.path();
    }
    video_ = folder_ / "sent.ts";
    const HostRun made =
        plugin::run_program({"/usr/bin/ffmpeg", "-v", "error", "-i", sent_.string(), "-c", "copy", video_.string()});
    EXPECT_EQ(made.code, 0) << made.err;
  }

  /// A run whose network scores every moment.
  void train_moments() {
    Json database = Json::object();
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder_ / "videos")) {
      if (entry.path().extension() != ".mp4") continue;
      fs::create_directories(folder_ / "all");
      const std::string id = "v" + std::to_string(database.size());
      fs::copy_file(entry.path(), folder_ / "all" / (id + ".mp4"));
      database[id] = {
          {"subset", database.size() % 3 == 0 ? "validation" : "training"},
          {"duration", 1.44},
          {"annotations", {{{"segment", {0.0, 0.5}}, {"label", "jump"}}, {{"segment", {0.3, 1.2}}, {"label", "run"}}}}};
      if (database.size() == 6) break;
    }
    write("net.json", Json{{"database", database}}.dump());
    write("run.toml",
          "[model]\nuse = \"frame_gru\"\n[dataset]\nuse = \"segments\"\nroot = \"all\"\nfile = \"net.json\"\n"
          "[schedule]\nuse = \"pgt\"\nsteps = \"all\"\n[data]\nsize = 16\nthreads = 1\n"
          "[train]\nepochs = 1\nbatch_size = 2\nthreads = 1\ndevice = \"" +
              device() + "\"\n");
    const HostRun run = plugin::run_program(host(training("runs"), 1));
    ASSERT_EQ(run.code, 0) << run.err;
  }

  /// With the plugins' folders after the first words of a command.
  static std::vector<std::string> host(std::vector<std::string> command, std::size_t words) {
    const std::vector<std::string> plugins{"--plugins", PGT_BUILD_DIR "/plugins", "--plugins", PGT_MORE_PLUGINS};
    command.insert(command.begin() + static_cast<std::ptrdiff_t>(words), plugins.begin(), plugins.end());
    return command;
  }
  std::vector<std::string> predicting(const std::string& what, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> command{PGT_HOST, "predict", run_in("runs").string(), what};
    command.insert(command.end(), more.begin(), more.end());
    return host(command, 1);
  }
  HostRun predict(const std::string& what, const std::vector<std::string>& more = {}) const {
    return plugin::run_program(predicting(what, more));
  }
  /// What comes out of `command`, a shell's, is predicted.
  HostRun predict_pipe(const std::string& command, const std::vector<std::string>& more = {}) const {
    std::string text = command + " |";
    for (const std::string& word : predicting("-", more)) text += " '" + word + "'";
    return plugin::run_program({"/bin/sh", "-c", text});
  }

  /// The probabilities of all moments of the file, or of the lines of its stream.
  std::vector<float> of_file(const std::vector<std::string>& settings = {}) const {
    std::vector<std::string> more{"--scores", (folder_ / "file.npy").string()};
    more.insert(more.end(), settings.begin(), settings.end());
    const HostRun run = predict(video_.string(), more);
    EXPECT_EQ(run.code, 0) << run.err;
    const std::string bytes = text_of(folder_ / "file.npy");
    const std::size_t data = bytes.find('\n') + 1;
    std::vector<float> values((bytes.size() - data) / sizeof(float));
    std::memcpy(values.data(), bytes.data() + data, values.size() * sizeof(float));
    return values;
  }
  static std::vector<float> of_lines(const std::string& text) {
    std::vector<float> values;
    for (const std::string& line : lines_of(text)) {
      const Json fragment = Json::parse(line);
      for (const Json& moment : fragment.at("moments")) {
        for (const Json& score : moment.at("scores")) values.push_back(score.get<float>());
      }
    }
    return values;
  }

  fs::path sent_, video_;
};

TEST_F(StreamJourney, MomentsOfAStreamAreThoseOfTheFile) {
  train_moments();
  const std::vector<float> file = of_file();
  EXPECT_EQ(file.size(), 77U * 2);
  const HostRun piped = predict_pipe("cat " + video_.string());
  EXPECT_EQ(piped.code, 0) << piped.err;
  EXPECT_EQ(of_lines(piped.out), file);
  EXPECT_THAT(piped.err,
              AllOf(HasSubstr("77 frames in "), HasSubstr("in 1 part; 0 frames dropped, 0 pictures damaged")));
  const Json first = Json::parse(lines_of(piped.out).at(0)), last = Json::parse(lines_of(piped.out).back());
  EXPECT_EQ(first.at("part"), 1);
  EXPECT_EQ(first.at("step"), 1);
  EXPECT_EQ(first.at("start"), 0);
  EXPECT_EQ(first.at("moments").at(0).at("end"), 0.04);
  EXPECT_EQ(last.at("end"), 3.08);

  for (const std::vector<std::string>& settings : std::vector<std::vector<std::string>>{
           {"--set", "data.fps=10"}, {"--set", "data.fps=7", "--set", "eval.crops=3"}}) {
    EXPECT_EQ(of_lines(predict_pipe("cat " + video_.string(), settings).out), of_file(settings)) << settings[1];
  }
}

/// Whether a process of this machine waits for connections at the TCP port, as /proc/net/tcp has it: "0: 0100007F:4E20
/// 00000000:0000 0A …", where 0A is to listen.
bool is_listened_at(int port) {
  std::ifstream sockets("/proc/net/tcp");
  char wanted[8];
  std::snprintf(wanted, sizeof wanted, ":%04X", port);
  for (std::string line; std::getline(sockets, line);) {
    std::istringstream words(line);
    std::string number, local, remote, state;
    words >> number >> local >> remote >> state;
    if (local.ends_with(wanted) && state == "0A") return true;
  }
  return false;
}

TEST_F(StreamJourney, AStreamThatFfmpegSendsAsItPlaysIsScoredAsTheFile) {
  train_moments();
  const int port = 20'000 + getpid() % 10'000;  // below those that systems give to whoever asks
  const std::string address = "tcp://127.0.0.1:" + std::to_string(port);
  const fs::path lines = folder_ / "lines.txt", sender_says = folder_ / "sender.txt";
  const HostRun made = plugin::run_program({"/usr/bin/ffmpeg", "-v", "error", "-i", sent_.string(), "-c", "copy", "-f",
                                            "matroska", (folder_ / "sent.mkv").string()});
  ASSERT_EQ(made.code, 0) << made.err;
  BackgroundHost sender({"/usr/bin/ffmpeg", "-v", "error", "-re", "-i", video_.string(), "-c", "copy", "-f", "mpegts",
                         address + "?listen=1"},
                        sender_says);
  const auto sent = std::chrono::steady_clock::now();
  while (!is_listened_at(port)) {
    ASSERT_LT(std::chrono::steady_clock::now() - sent, 60s) << text_of(sender_says);
    std::this_thread::sleep_for(20ms);
  }
  std::string command;
  for (const std::string& word : predicting(address)) command += "'" + word + "' ";
  // The shell becomes the host, with its two outputs apart.
  BackgroundHost host({"/bin/sh", "-c", "exec " + command + " > " + lines.string()}, folder_ / "said.txt");
  const auto begin = std::chrono::steady_clock::now();
  while (text_of(folder_ / "said.txt").find("connecting again") == std::string::npos) {
    ASSERT_LT(std::chrono::steady_clock::now() - begin, 60s) << text_of(folder_ / "said.txt");
    std::this_thread::sleep_for(20ms);
  }
  EXPECT_EQ(sender.end(), 0) << text_of(sender_says);
  host.send(SIGINT);
  EXPECT_EQ(host.end(), 0);
  EXPECT_EQ(of_lines(text_of(lines)), of_file());
  EXPECT_THAT(text_of(folder_ / "said.txt"),
              AllOf(HasSubstr("the stream ended"), HasSubstr("stopping after this fragment"), HasSubstr("77 frames in"),
                    Not(HasSubstr("saving"))));
}

TEST_F(StreamJourney, StepsOfAWholeClipEndWithWhatTheFileHas) {
  ASSERT_EQ(train("runs", {"schedule.steps=all", "train.epochs=1"}).code, 0);
  const HostRun piped = predict_pipe("cat " + video_.string());
  ASSERT_EQ(piped.code, 0) << piped.err;
  const Json best = Json::parse(predict(video_.string(), {"--format", "json"}).out).at(0).at("predictions").at(0);
  const std::vector<std::string> lines = lines_of(piped.out);
  const Json last = Json::parse(lines.back());
  EXPECT_EQ(last.at("step"), lines.size());
  EXPECT_FALSE(last.contains("window"));
  EXPECT_EQ(last.at("scores").size(), 6U);
  EXPECT_EQ(last.at("so_far").at("class"), best.at("class"));
  EXPECT_EQ(last.at("so_far").at("score"), best.at("prob"));
}

TEST_F(StreamJourney, ClipsWithAnEndAreScoredOneAfterAnother) {
  ASSERT_EQ(train("runs", {"train.epochs=1"}).code, 0);
  const HostRun piped = predict_pipe("cat " + video_.string());
  ASSERT_EQ(piped.code, 0) << piped.err;
  std::int64_t window = 1, step = 0;
  double end = 0;
  for (const std::string& text : lines_of(piped.out)) {
    const Json line = Json::parse(text);
    if (line.at("window") != window) {
      EXPECT_EQ(step, 4);
      EXPECT_EQ(line.at("window"), ++window);
      step = 0;
    }
    EXPECT_EQ(line.at("step"), ++step);
    EXPECT_EQ(line.at("start"), end);
    if (step == 1) {
      EXPECT_EQ(line.at("so_far").at("scores"), line.at("scores"));
    }
    end = line.at("end").get<double>();
  }
  EXPECT_GT(window, 1);
  EXPECT_EQ(end, 3.08);
}

TEST_F(StreamJourney, WhatIsNoStreamIsRefusedWithAReason) {
  ASSERT_EQ(train("runs", {"train.epochs=1"}).code, 0);
  const HostRun empty = predict_pipe("true");
  EXPECT_EQ(empty.code, 4);
  EXPECT_THAT(empty.err, HasSubstr("standard input: "));
  EXPECT_EQ(predict_pipe("echo hello").code, 4);
  write("list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:1,\nfile://" + video_.string() + "\n#EXT-X-ENDLIST\n");
  const HostRun list = predict_pipe("cat " + (folder_ / "list.m3u8").string());
  EXPECT_EQ(list.code, 4);
  EXPECT_THAT(list.err, HasSubstr("is an HLS playlist"));
  EXPECT_THAT(list.out, testing::IsEmpty());

  const HostRun other = predict("file://" + video_.string());
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("a file is named by its path"));
  const HostRun refused = predict("tcp://127.0.0.1:1");
  EXPECT_EQ(refused.code, 4);
  EXPECT_THAT(refused.err, HasSubstr("tcp://127.0.0.1:1: cannot be opened (Connection refused"));
  const HostRun camera = predict("/dev/video99");
  EXPECT_EQ(camera.code, 4);
  EXPECT_EQ(predict("-", {"-o", "x.csv"}).code, 2);
  EXPECT_EQ(predict("-", {"--format", "csv"}).code, 2);
  EXPECT_EQ(predict("-", {"a.mp4"}).code, 2);
  EXPECT_EQ(predict(video_.string(), {"--realtime"}).code, 2);
  const HostRun spread = predict("-", {"--set", "data.sampling=segment"});
  EXPECT_EQ(spread.code, 3);
  EXPECT_THAT(spread.err, HasSubstr("data.sampling"));
}

TEST_F(StreamJourney, AFullDiskIsSaidOnceBesideTheSummary) {
  train_moments();
  for (const std::string& source : {std::string("-"), video_.string()}) {
    std::string command = "cat " + video_.string() + " |";
    for (const std::string& word : predicting(source)) command += " '" + word + "'";
    const HostRun full = plugin::run_program({"/bin/sh", "-c", command + " > /dev/full"});
    EXPECT_EQ(full.code, 8);
    EXPECT_THAT(full.err, HasSubstr("standard output cannot be written: No space left on device"));
    EXPECT_EQ(full.err.find("standard output "), full.err.rfind("standard output "));
    EXPECT_EQ(full.err.find(" frames in ") != std::string::npos, source == "-") << full.err;
  }
}

TEST_F(StreamJourney, ASenderMayDieAndComeBack) {
  train_moments();
  const std::string bytes = video::bytes_of(video_.string());
  const video::LocalSender sender({{.bytes = bytes.substr(0, bytes.size() / 2)}, {.bytes = bytes, .silence = 60s}});
  const fs::path lines = folder_ / "lines.txt";
  BackgroundHost host(predicting(sender.address(), {"--realtime"}), lines);
  const auto begin = std::chrono::steady_clock::now();
  while (text_of(lines).find("\"part\":2") == std::string::npos) {
    ASSERT_LT(std::chrono::steady_clock::now() - begin, 60s) << text_of(lines);
    std::this_thread::sleep_for(20ms);
  }
  host.send(SIGTERM);
  EXPECT_EQ(host.end(), 0) << "although the sender is silent";
  EXPECT_THAT(text_of(lines), AllOf(HasSubstr("connecting again (1 of 5)"), HasSubstr("in 2 parts")));
}

TEST_F(StreamJourney, SlowASilentSenderIsGivenUp) {
  ASSERT_EQ(train("runs", {"train.epochs=1"}).code, 0);
  const video::LocalSender sender({{.bytes = "", .silence = 100s}});
  const HostRun run = predict(sender.address());
  EXPECT_EQ(run.code, 4);
  EXPECT_THAT(run.err, HasSubstr("nothing has come for 30 s"));
}

}  // namespace
}  // namespace pgt::journey
