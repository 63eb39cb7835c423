#include "dist/local_address.hpp"

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <optional>

#include "base/error.hpp"

namespace pgt::dist {
namespace {

std::string numbers_of(const sockaddr* address, socklen_t size) {
  char text[NI_MAXHOST] = "";
  getnameinfo(address, size, text, sizeof text, nullptr, 0, NI_NUMERICHOST);
  return text;
}

bool is_loopback(const std::string& address) { return address.starts_with("127.") || address == "::1"; }

/// From where packets to `target` would be sent; nothing is sent.
std::optional<std::string> address_towards(const addrinfo& target) {
  const int socket = ::socket(target.ai_family, SOCK_DGRAM, 0);
  if (socket < 0) return std::nullopt;
  sockaddr_storage own{};
  socklen_t size = sizeof own;
  auto* const general = reinterpret_cast<sockaddr*>(&own);
  const bool found =
      connect(socket, target.ai_addr, target.ai_addrlen) == 0 && getsockname(socket, general, &size) == 0;
  close(socket);
  return found ? std::optional(numbers_of(general, size)) : std::nullopt;
}

std::optional<std::string> address_of_first_interface() {
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0) return std::nullopt;
  const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(all, &freeifaddrs);
  for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
    const bool usable = one->ifa_addr != nullptr && one->ifa_addr->sa_family == AF_INET &&
                        (one->ifa_flags & IFF_UP) != 0 && (one->ifa_flags & IFF_LOOPBACK) == 0;
    if (usable) return numbers_of(one->ifa_addr, sizeof(sockaddr_in));
  }
  return std::nullopt;
}

}  // namespace

std::string local_address(const World& world) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(world.port);
  if (const int error = getaddrinfo(world.address.c_str(), port.c_str(), &hints, &found); error != 0) {
    throw Error(ExitCode::usage, "MASTER_ADDR = " + world.address + " names no machine: " + gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, &freeaddrinfo);
  std::string address = address_towards(*found).value_or("127.0.0.1");
  if (world.local_size < world.size && is_loopback(address)) address = address_of_first_interface().value_or(address);
  return address;
}

}  // namespace pgt::dist
