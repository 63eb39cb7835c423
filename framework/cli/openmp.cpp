#include "cli/openmp.hpp"

#include <cstdlib>
#include <utility>

#include "cli/programs.hpp"
#include "plugin/process.hpp"

namespace pgt::cli {

void set_up_openmp(const std::vector<std::string>& arguments, const std::filesystem::path& run_file) {
  // By default LibTorch's threads spin for a long time while they wait for the last of them. Where a decoder or another
  // program has its core, all the others then burn theirs for a time slice, in each of the thousands of waits of one
  // step: training was six to eight times slower with two of four cores busy, and with short spins it is not slower on
  // an idle machine either. OpenMP reads the variable when it is loaded, before `main`, since some FFmpeg library uses
  // it: hence the new start.
  constexpr const char* variable = "GOMP_SPINCOUNT";
  if (std::getenv(variable) != nullptr || std::getenv("OMP_WAIT_POLICY") != nullptr) return;
  if (!std::filesystem::is_regular_file(run_file)) return;  // a pipe gives what it holds once
  setenv(variable, "1000", /*overwrite=*/0);
  std::vector<std::string> words{host_program().string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  plugin::become_process(std::move(words));
  // Where a program cannot be started, it continues as it is: slower on a busy machine, and not otherwise different.
}

}  // namespace pgt::cli
