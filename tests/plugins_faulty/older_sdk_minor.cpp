#include "altered_entry.hpp"

ALTERED_ENTRY(build.sdk_minor -= 1)
