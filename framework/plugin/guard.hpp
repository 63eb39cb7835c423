/// Every call into a plugin goes through here.
#pragma once

#include <exception>
#include <string>
#include <utility>

#include "base/error.hpp"

namespace pgt::plugin {

/// Runs `call`; whatever leaves it becomes Error(plugin): "plugin PLUGIN, WHERE: text". An Error passes as it is.
template <class Call>
auto guard(const std::string& plugin, const char* where, Call&& call) -> decltype(call()) {
  try {
    return std::forward<Call>(call)();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Error(ExitCode::plugin, "plugin " + plugin + ", " + where + ": " + error.what());
  } catch (...) {
    throw Error(ExitCode::plugin, "plugin " + plugin + ", " + where + ": threw something that is no std::exception");
  }
}

}  // namespace pgt::plugin
