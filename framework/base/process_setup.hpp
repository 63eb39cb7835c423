/// What each of our processes asks of the system before anything else.
#pragma once

namespace pgt {

/// First of all in `main`, before a file is opened:
/// - Standard input, output and error are open, so that no file of ours gets their numbers and, with it, what is meant
///   for the terminal. One that was closed can be neither read nor written: what is printed there counts as lost.
/// - As many files may be open as the system allows, for a batch of many videos.
/// - A reader that has gone (SIGPIPE) and a file that may not grow (SIGXFSZ) are failed writes, and do not end the
///   process.
void set_up_process();

/// Before LibTorch is loaded, whose libraries look for each other from the current folder. Throws Error(io) where that
/// was removed.
void require_current_folder();

}  // namespace pgt
