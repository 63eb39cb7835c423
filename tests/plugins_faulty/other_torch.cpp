#include "altered_entry.hpp"

ALTERED_ENTRY(build.torch_version = "1.0.0")
