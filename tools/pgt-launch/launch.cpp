#include "launch.hpp"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "base/error.hpp"
#include "rank.hpp"

namespace pgt::launch {
namespace {

using Clock = std::chrono::steady_clock;

/// What the host itself listens to (run::Signals).
constexpr std::array passed_on{SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGXCPU, SIGPWR};
// After one has failed: until the others are asked to end, and until they are ended.
constexpr std::chrono::seconds until_asked(20), until_killed(40);

/// A port that nobody listens at now.
int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const general = reinterpret_cast<sockaddr*>(&address);
  const bool found = socket >= 0 && bind(socket, general, size) == 0 && getsockname(socket, general, &size) == 0;
  const int error = errno;
  if (socket >= 0) close(socket);
  if (!found) throw Error(ExitCode::failure, std::string("cannot find a free port: ") + std::strerror(error));
  return ntohs(address.sin_port);
}

/// The environment contract of torchrun.
std::vector<std::string> variables_of(int rank, int count, int port) {
  const std::string own = std::to_string(rank), all = std::to_string(count);
  return {"RANK=" + own,           "LOCAL_RANK=" + own,
          "WORLD_SIZE=" + all,     "LOCAL_WORLD_SIZE=" + all,
          "MASTER_ADDR=127.0.0.1", "MASTER_PORT=" + std::to_string(port)};
}

using Ranks = std::vector<std::unique_ptr<Rank>>;

/// Ends those that are still there.
class Ending {
 public:
  void begin() {
    if (!begun_) since_ = Clock::now();
    begun_ = true;
  }
  void go_on(const Ranks& ranks) {
    if (!begun_) return;
    const Clock::duration passed = Clock::now() - since_;
    const int step = passed > until_killed ? 2 : passed > until_asked ? 1 : 0;
    if (step <= done_) return;
    done_ = step;
    for (const auto& rank : ranks) rank->send(step == 2 ? SIGKILL : SIGTERM);
  }

 private:
  bool begun_ = false;
  int done_ = 0;
  Clock::time_point since_{};
};

/// Until all have ended. The first that failed; null: none has.
Rank* wait_for_all(const Ranks& ranks, const sigset_t& listening) {
  Rank* failed = nullptr;
  Ending ending;
  while (true) {
    std::size_t left = 0;
    for (const auto& rank : ranks) {
      if (!rank->ended()) {
        ++left;
      } else if (!rank->succeeded() && failed == nullptr) {
        failed = rank.get();
        ending.begin();
      }
    }
    if (left == 0) return failed;
    ending.go_on(ranks);
    constexpr timespec instant{0, 100'000'000};
    const int signal = sigtimedwait(&listening, nullptr, &instant);
    if (signal <= 0 || signal == SIGCHLD) continue;
    for (const auto& rank : ranks) rank->send(signal);
  }
}

}  // namespace

int run_ranks(int count, const std::vector<std::string>& arguments) {
  std::vector<std::string> command{
      (std::filesystem::read_symlink("/proc/self/exe").parent_path() / "pgt-host").string()};
  command.insert(command.end(), arguments.begin(), arguments.end());
  sigset_t listening, before;
  sigemptyset(&listening);
  sigaddset(&listening, SIGCHLD);
  for (const int signal : passed_on) sigaddset(&listening, signal);
  sigprocmask(SIG_BLOCK, &listening, &before);

  const int port = free_port();
  Ranks ranks;
  for (int rank = 0; rank < count; ++rank) {
    ranks.push_back(std::make_unique<Rank>(rank, command, variables_of(rank, count, port), before));
  }
  Rank* const failed = wait_for_all(ranks, listening);
  if (failed == nullptr) return static_cast<int>(ExitCode::ok);
  if (failed->exit_code() != static_cast<int>(ExitCode::interrupted)) {
    std::fprintf(stderr, "pgt-host launch: %s\n", failed->obituary().c_str());
  }
  return failed->exit_code();
}

}  // namespace pgt::launch
