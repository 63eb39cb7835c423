/// The C allocator's settings, which decide whether memory stays flat over the steps of a video.
#pragma once

namespace pgt::cli {

/// Must come before anything is allocated: the first thing that `main` does.
void set_up_allocator();

}  // namespace pgt::cli
