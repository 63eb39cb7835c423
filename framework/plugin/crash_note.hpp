/// A note that a plugin ended the program, so that the next start names it.
///
/// It lies beside what is cached of the plugin's examination, and is gone when the library is another one or a run with
/// it has finished.
#pragma once

#include <filesystem>
#include <string>

#include "plugin/manifest.hpp"

namespace pgt::plugin {

/// To be called before the library is used: from now on, where a CrashWatch lives, a crash or exit() in a call into it
/// leaves a note.
void prepare_crash_note(const Manifest& manifest);

/// What to tell of the note about this library; empty: there is none. Removes one about another library of that name.
std::string crash_warning(const Manifest& manifest);

void remove_crash_note(const std::filesystem::path& library);

}  // namespace pgt::plugin
