// One field of the build record is another one: ALTERED says which, as an assignment to `build`.
#include "altered_entry.hpp"

ALTERED_ENTRY(ALTERED)
