/// What a test sees of a mistake that the host finds in a plugin.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "base/error.hpp"

namespace pgt::nn {

inline std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ExitCode::plugin);
    return error.what();
  }
  return "no error";
}

}  // namespace pgt::nn
