/// Tells memory that ran out from mistakes in what was computed.
#pragma once

#include <c10/util/Exception.h>

#include <exception>
#include <new>
#include <string>

#include "base/error.hpp"
#include "nn/tensor_memory.hpp"

namespace pgt::nn {

/// Runs `call`. An exception that an accelerator's full memory caused becomes Error(device), one that the machine's
/// full memory caused std::bad_alloc, also where code in between (TorchScript's interpreter) has replaced it.
template <class Call>
auto naming_full_memory(Call&& call) -> decltype(call()) {
  const std::int64_t refused = refused_allocations();
  try {
    return call();
  } catch (const c10::OutOfMemoryError& error) {
    throw Error(ExitCode::device, std::string("the device's memory is full (") + error.what_without_backtrace() +
                                      "); use a smaller train.batch_size, data.size or schedule.step_length");
  } catch (const std::exception&) {
    if (refused_allocations() > refused) throw std::bad_alloc();
    throw;
  }
}

}  // namespace pgt::nn
