/// Where a stream comes from, as the command line names it. Nothing else may name one: no dataset and no manifest.
#pragma once

#include <optional>
#include <string>

namespace pgt::video {

struct LiveAddress {
  enum class Kind {
    pipe,    ///< standard input
    bytes,   ///< tcp, udp, http, https: one file without an end
    rtsp,    ///< pictures in packets of their own
    camera,  ///< a device of Video4Linux
  };
  Kind kind = Kind::pipe;
  std::string text{};

  /// For messages: without a password. All up to the last "@" is taken for it: it may have a "/" or "@" that should
  /// have been written as %2F or %40.
  std::string shown() const;
};

/// Nothing where the argument is the path of a file or folder. Throws Error(usage) for addresses of other protocols.
std::optional<LiveAddress> live_address(const std::string& argument);

}  // namespace pgt::video
