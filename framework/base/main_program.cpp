#include "base/main_program.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <filesystem>
#include <new>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/process_setup.hpp"
#include "base/text.hpp"

namespace pgt {
namespace {

int report(const char* name, const char* text, ExitCode code) {
  std::fflush(stdout);  // what was printed before it comes first
  std::fprintf(stderr, "%s\n", indented(std::string(name) + ": " + printable(text)).c_str());
  return static_cast<int>(code);
}

int code_of(const char* name, const std::function<int()>& work) {
  try {
    return work();
  } catch (const MistakesInFile& mistakes) {
    std::fflush(stdout);
    std::fprintf(stderr, "%s\n", printable(mistakes.what()).c_str());
    return static_cast<int>(mistakes.code());
  } catch (const Error& error) {
    return report(name, error.what(), error.code());
  } catch (const std::filesystem::filesystem_error& error) {  // links in circles, say
    const std::string path = error.path1().string();
    return report(name, path.empty() ? error.what() : (path + ": " + error.code().message()).c_str(), ExitCode::io);
  } catch (const std::bad_alloc&) {
    const bool trains = std::string_view(name) == "pgt-host";
    return report(name, trains ? out_of_memory : "there is not enough memory", ExitCode::device);
  } catch (const std::exception& error) {
    return report(name, error.what(), ExitCode::failure);
  }
}

}  // namespace

int main_program(const char* name, const std::function<int()>& work) {
  set_up_process();
  const int code = code_of(name, work);
  const bool flushed = std::fflush(stdout) == 0;
  const char* const reason = flushed ? "an earlier part of it is lost" : std::strerror(errno);
  if (flushed && std::ferror(stdout) == 0) return code;
  std::fprintf(stderr, "%s: standard output could not be written: %s\n", name, reason);
  return code == static_cast<int>(ExitCode::ok) ? static_cast<int>(ExitCode::io) : code;
}

}  // namespace pgt
