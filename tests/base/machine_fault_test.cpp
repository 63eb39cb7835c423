#include "base/machine_fault.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "base/error.hpp"

namespace pgt {
namespace {

ExitCode blamed(int error) {
  try {
    blame_machine(error, "clip.mp4");
    return ExitCode::ok;
  } catch (const Error& fault) {
    EXPECT_THAT(fault.what(), testing::StartsWith("cannot read clip.mp4: "));
    return fault.code();
  }
}

TEST(MachineFault, IsWhatNoFileCanHelp) {
  for (const int error : {EMFILE, ENFILE, EIO}) EXPECT_EQ(blamed(error), ExitCode::io) << error;
  EXPECT_EQ(blamed(ENOMEM), ExitCode::device);
  for (const int error : {0, ENOENT, EACCES, ELOOP, EISDIR}) EXPECT_EQ(blamed(error), ExitCode::ok) << error;
}

}  // namespace
}  // namespace pgt
