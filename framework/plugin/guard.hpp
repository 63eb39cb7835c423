/// Every call into a plugin goes through here.
#pragma once

#include <exception>
#include <new>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "plugin/exit_watch.hpp"

namespace pgt::plugin {

/// Runs `call`; whatever leaves it becomes Error(code): "plugin PLUGIN, WHERE: text". An Error passes as it is, and so
/// does std::bad_alloc, for which no plugin is to blame. If data is wrong, the text comes first: its lines begin with
/// the place in a file. A call to exit() is reported in the same way, and ends the process with ExitCode::plugin
/// (exit_watch.hpp).
template <class Function>
auto guard(const std::string& plugin, const char* where, Function&& function, ExitCode code = ExitCode::plugin)
    -> decltype(function()) {
  const Call call(plugin, where);
  try {
    return std::forward<Function>(function)();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {  // the machine's fault
    throw;
  } catch (const std::exception& error) {
    if (code == ExitCode::data) throw Error(code, std::string(error.what()) + "\n(plugin " + plugin + ")");
    throw Error(code, call.text() + ": " + error.what());
  } catch (...) {
    throw Error(code, call.text() + ": threw something that is not a std::exception");
  }
}

/// Runs `work`. A plugin's error in it is told with its place in the run, a text that `place` gives: "PLACE: TEXT".
template <class Place, class Work>
auto placed(Place&& place, Work&& work) -> decltype(work()) {
  try {
    return std::forward<Work>(work)();
  } catch (const Error& error) {
    if (error.code() != ExitCode::plugin) throw;
    throw Error(error.code(), place() + ": " + error.what() + " (docs/debug-a-plugin.md)");
  }
}

}  // namespace pgt::plugin
