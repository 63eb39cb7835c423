/// Every call into a plugin goes through here.
#pragma once

#include <exception>
#include <new>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace pgt::plugin {

/// Runs `call`; whatever leaves it becomes Error(code): "plugin PLUGIN, WHERE: text". An Error passes as it is, and so
/// does std::bad_alloc, for which no plugin is to blame. Of what is wrong with data the text comes first: its lines
/// begin with the place in a file.
template <class Call>
auto guard(const std::string& plugin, const char* where, Call&& call, ExitCode code = ExitCode::plugin)
    -> decltype(call()) {
  try {
    return std::forward<Call>(call)();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {  // the machine's fault
    throw;
  } catch (const std::exception& error) {
    if (code == ExitCode::data) throw Error(code, std::string(error.what()) + "\n(plugin " + plugin + ")");
    throw Error(code, "plugin " + plugin + ", " + where + ": " + error.what());
  } catch (...) {
    throw Error(code, "plugin " + plugin + ", " + where + ": threw something that is no std::exception");
  }
}

}  // namespace pgt::plugin
