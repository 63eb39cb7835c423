/// Numbers as text.
#pragma once

#include <cstdint>
#include <string>

namespace pgt {

/// The fewest digits that read back as the same number; empty where it is not finite.
std::string round_trip(double value);
std::string round_trip(float value);

/// With this many digits after the point; "-" where it is not finite.
std::string fixed(double value, int digits);

/// With at most this many significant digits: "0.025"; "-" where it is not finite.
std::string significant(double value, int digits);

/// "2.50e-02"; "-" where it is not finite.
std::string scientific(double value, int digits);

/// "24 kB", "350 MB", "3.1 GB".
std::string bytes_text(std::int64_t bytes);

}  // namespace pgt
