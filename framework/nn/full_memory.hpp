/// Tells memory that ran out from mistakes in what was computed.
#pragma once

#include <c10/util/Exception.h>

#include <cstdint>
#include <exception>
#include <new>
#include <string>

#include "base/error.hpp"
#include "nn/tensor_memory.hpp"

namespace pgt::nn {

/// Memory ran out for a tensor: the machine's, or an accelerator's.
class FullMemory final : public Error {
 public:
  explicit FullMemory(const std::string& text, std::int64_t rows = 0) : Error(ExitCode::device, text), rows_(rows) {}

  /// How many went through the network at a time; 0: that is not known.
  std::int64_t rows() const { return rows_; }

 private:
  std::int64_t rows_;
};

/// Runs `call`. An exception that full memory caused becomes FullMemory, also where code in between (TorchScript's
/// interpreter) has replaced it. The host's own errors pass: memory may have run out before them and been made do with.
template <class Call>
auto naming_full_memory(Call&& call) -> decltype(call()) {
  const std::int64_t refused = refused_allocations();
  try {
    return call();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw FullMemory(out_of_memory);
  } catch (const c10::OutOfMemoryError& error) {
    throw FullMemory(std::string("the device's memory is full (") + error.what_without_backtrace() +
                     "); set train.micro_batch, or use a smaller train.batch_size, data.size or schedule.step_length");
  } catch (const std::exception&) {
    if (refused_allocations() > refused) throw FullMemory(out_of_memory);
    throw;
  }
}

}  // namespace pgt::nn
