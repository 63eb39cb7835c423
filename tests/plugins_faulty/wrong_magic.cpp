#include "altered_entry.hpp"

ALTERED_ENTRY(build.magic[0] = '\1')
