#include "video/live_address.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"

namespace pgt::video {
namespace {

using Kind = LiveAddress::Kind;

constexpr std::string_view after_protocol = "://";

/// "tcp" of "tcp://camera:5000", in small letters; "" of a path.
std::string protocol_of(const std::string& argument) {
  const std::size_t end = argument.find(after_protocol);
  if (end == std::string::npos || end == 0) return "";
  std::string protocol = argument.substr(0, end);
  for (char& c : protocol) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '+' && c != '-' && c != '.') return "";
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return protocol;
}

/// Whether digits are there, and then the path.
bool is_port(const std::string& text, std::size_t begin) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789", begin), text.size());
  return end > begin && (end == text.size() || std::string_view("/?#").find(text[end]) != std::string_view::npos);
}

/// /dev/video0, or what leads to it.
bool is_camera(const std::string& path) {
  constexpr unsigned of_video4linux = 81;
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return path.starts_with("/dev/video");
  return S_ISCHR(status.st_mode) && ::major(status.st_rdev) == of_video4linux;
}

}  // namespace

std::string LiveAddress::shown() const {
  if (kind == Kind::pipe) return "standard input";
  const std::size_t begin = text.find(after_protocol);
  if (begin == std::string::npos) return text;
  const std::size_t host = begin + after_protocol.size();
  const std::size_t colon = text.find(':', host), at = text.rfind('@');
  if (at == std::string::npos || at < colon || text[host] == '[' || is_port(text, colon + 1)) return text;
  return text.substr(0, colon + 1) + "***" + text.substr(at);
}

std::optional<LiveAddress> live_address(const std::string& argument) {
  if (argument == "-") return LiveAddress{Kind::pipe, argument};
  if (is_camera(argument)) return LiveAddress{Kind::camera, argument};
  std::string protocol = protocol_of(argument);
  if (protocol.empty()) return std::nullopt;
  const std::string address = protocol + argument.substr(protocol.size());
  if (protocol == "rtsp") return LiveAddress{Kind::rtsp, address};
  for (const char* known : {"tcp", "udp", "http", "https"}) {
    if (protocol == known) return LiveAddress{Kind::bytes, address};
  }
  throw Error(ExitCode::usage, printable_name(LiveAddress{Kind::bytes, argument}.shown()) +
                                   ": streams are read from -, a camera (/dev/video0), tcp://, " +
                                   "udp://, http://, https:// and rtsp://; a file is named by its path");
}

}  // namespace pgt::video
