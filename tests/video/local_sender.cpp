#include "video/local_sender.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace pgt::video {
namespace {

using Clock = std::chrono::steady_clock;

/// Whether the socket is ready for it before `stop`.
bool wait_for(int socket, short what, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pollfd waiting{socket, what, 0};
    if (::poll(&waiting, 1, 20) > 0) return true;
  }
  return false;
}

void sleep(std::chrono::milliseconds time, const std::stop_token& stop) {
  for (const auto end = Clock::now() + time; Clock::now() < end && !stop.stop_requested();) {
    std::this_thread::sleep_for(std::min(time, std::chrono::milliseconds(5)));
  }
}

void send(int socket, const Sending& sending, const std::stop_token& stop) {
  for (std::size_t at = 0; at < sending.bytes.size() && wait_for(socket, POLLOUT, stop);) {
    const std::size_t count = std::min(sending.piece, sending.bytes.size() - at);
    const ssize_t sent = ::send(socket, sending.bytes.data() + at, count, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return;
    at += static_cast<std::size_t>(sent);
    sleep(sending.between, stop);
  }
  sleep(sending.silence, stop);
}

}  // namespace

LocalSender::LocalSender(std::vector<Sending> sendings) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof here;
  if (::bind(socket_, reinterpret_cast<sockaddr*>(&here), size) != 0 || ::listen(socket_, 1) != 0 ||
      ::getsockname(socket_, reinterpret_cast<sockaddr*>(&here), &size) != 0) {
    throw std::runtime_error("cannot listen");
  }
  port_ = ntohs(here.sin_port);
  thread_ = std::jthread([this, all = std::move(sendings)](const std::stop_token& stop) { work(stop, all); });
}

LocalSender::~LocalSender() {
  thread_.request_stop();
  thread_.join();
}

void LocalSender::work(const std::stop_token& stop, const std::vector<Sending>& sendings) {
  for (const Sending& sending : sendings) {
    if (!wait_for(socket_, POLLIN, stop)) break;
    const int connection = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    send(connection, sending, stop);
    ::close(connection);
  }
  ::close(socket_);
}

std::string bytes_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace pgt::video
