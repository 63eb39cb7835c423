/// Somebody who sends a stream over TCP on this machine, once or more often.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace pgt::video {

/// What is sent over one connection, before it is closed.
struct Sending {
  std::string bytes;
  std::size_t piece = 1 << 16;           ///< bytes sent at once …
  std::chrono::milliseconds between{0};  ///< … and how long later the next
  std::chrono::milliseconds silence{0};  ///< before the connection is closed
};

/// Listens, and sends to whoever connects: the first of the list, then the second … After the last nobody listens.
class LocalSender {
 public:
  explicit LocalSender(std::vector<Sending> sendings);
  /// Closes all.
  ~LocalSender();
  LocalSender(const LocalSender&) = delete;
  LocalSender& operator=(const LocalSender&) = delete;
  std::string address() const { return "tcp://127.0.0.1:" + std::to_string(port_); }

 private:
  void work(const std::stop_token& stop, const std::vector<Sending>& sendings);

  int socket_;
  int port_ = 0;
  std::jthread thread_;
};

/// Sends the same over UDP to one port of this machine, again and again: at first nobody may be there.
class LocalDatagrams {
 public:
  explicit LocalDatagrams(std::string bytes);
  /// Of who is to listen.
  std::string address() const { return "udp://127.0.0.1:" + std::to_string(port_); }
  /// How often all has been sent.
  int rounds() const { return rounds_; }

 private:
  void work(const std::stop_token& stop);

  std::string bytes_;
  int port_ = 0;
  std::atomic<int> rounds_{0};
  std::jthread thread_;
};

/// The bytes of a file.
std::string bytes_of(const std::string& file);

}  // namespace pgt::video
