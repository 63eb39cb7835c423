/// What surrounds the work of each of our programs: set-up, errors as text and exit code, output that was not written.
#pragma once

#include <functional>

namespace pgt {

/// Sets the process up, does the work and returns its exit code. An exception becomes a message on standard error
/// ("NAME: text") and the exit code that it stands for. Where all went well but standard output could not be written,
/// that is ExitCode::io.
int main_program(const char* name, const std::function<int()>& work);

}  // namespace pgt
