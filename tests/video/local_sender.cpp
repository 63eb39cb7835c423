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

sockaddr_in local(int port) {
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  here.sin_port = htons(static_cast<std::uint16_t>(port));
  return here;
}

}  // namespace

LocalSender::LocalSender(std::vector<Sending> sendings) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in here = local(0);
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

LocalDatagrams::LocalDatagrams(std::string bytes) : bytes_(std::move(bytes)) {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in here = local(0);
  socklen_t size = sizeof here;
  const bool found = ::bind(socket, reinterpret_cast<sockaddr*>(&here), size) == 0 &&
                     ::getsockname(socket, reinterpret_cast<sockaddr*>(&here), &size) == 0;
  ::close(socket);
  if (!found) throw std::runtime_error("no port is free");
  port_ = ntohs(here.sin_port);
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

void LocalDatagrams::work(const std::stop_token& stop) {
  constexpr std::size_t packets = 7 * 188;  // of MPEG-TS
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const sockaddr_in there = local(port_);
  for (; !stop.stop_requested(); ++rounds_) {
    for (std::size_t at = 0; at < bytes_.size() && !stop.stop_requested(); at += packets) {
      ::sendto(socket, bytes_.data() + at, std::min(packets, bytes_.size() - at), 0,
               reinterpret_cast<const sockaddr*>(&there), sizeof there);
      sleep(std::chrono::milliseconds(1), stop);
    }
  }
  ::close(socket);
}

std::string bytes_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace pgt::video
