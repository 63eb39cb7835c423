/// Python's torch, where it can be imported.
#pragma once

#include "program.hpp"

namespace pgt::weights {

class PythonTorch : public Program {
 protected:
  /// Runs torch_check.py. False where there is no torch, with the reason in `printed_`.
  bool check(const std::vector<std::string>& arguments) {
    const char* set = std::getenv("PYTHONPATH");
    setenv("PYTHONPATH", set != nullptr ? set : PGT_PYTHON_PATH, 1);
    std::vector<std::string> command{PGT_PYTHON, PGT_SOURCE_DIR "/tests/weights_tool/torch_check.py"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    const HostRun run = plugin::run_program(std::move(command));
    printed_ = run.out;
    if (run.code == 77) return false;
    EXPECT_EQ(run.code, 0) << run.out << run.err;
    return true;
  }
  std::string printed_;
};

}  // namespace pgt::weights
