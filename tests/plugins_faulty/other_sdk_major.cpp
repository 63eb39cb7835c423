#include "altered_entry.hpp"

ALTERED_ENTRY(build.sdk_major += 1)
