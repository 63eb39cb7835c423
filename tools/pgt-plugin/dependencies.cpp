#include "dependencies.hpp"

#include <cxxabi.h>
#include <sys/wait.h>

#include <cstdlib>
#include <memory>
#include <set>
#include <sstream>

#include "base/text.hpp"
#include "plugin/process.hpp"

namespace pgt::check {
namespace {

namespace fs = std::filesystem;

std::string demangled(const std::string& symbol) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status),
                                                         &std::free);
  return status == 0 ? text.get() : symbol;
}

std::string before(const std::string& text, const std::string& end) { return text.substr(0, text.find(end)); }

/// "\tlibc10.so => /opt/torch/lib/libc10.so (0x…)", "… => not found", "undefined symbol: _Z1fv\t(./x.so)".
void read_line(const std::string& line, Dependencies& found) {
  const std::string undefined = "undefined symbol: ", arrow = " => ";
  if (line.starts_with(undefined)) {
    found.undefined.push_back(demangled(before(before(line.substr(undefined.size()), "\t"), ",")));
    return;
  }
  const std::size_t at = line.find(arrow);
  if (at == std::string::npos) return;
  const std::size_t name = line.find_first_not_of(" \t");
  const std::string target = line.substr(at + arrow.size());
  if (target.starts_with("not found")) {
    found.missing.push_back(line.substr(name, at - name));
  } else {
    found.libraries.push_back(before(target, " ("));
  }
}

struct Family {
  const char* name;
  std::vector<std::string> prefixes;  ///< of the names of its libraries; each has a list of its own, or all share one
  bool one_for_all;
};

const Family families[] = {
    {"LibTorch", {"libc10.so", "libtorch_cpu.so", "libtorch_cuda.so"}, false},
    {"OpenMP", {"libgomp", "libiomp5", "libomp"}, true},
};

std::set<fs::path> of_family(const std::vector<fs::path>& libraries, const std::vector<std::string>& prefixes) {
  std::set<fs::path> found;
  for (const fs::path& library : libraries) {
    std::error_code ignored;
    for (const std::string& prefix : prefixes) {
      if (library.filename().string().starts_with(prefix)) found.insert(fs::weakly_canonical(library, ignored));
    }
  }
  return found;
}

}  // namespace

Dependencies dependencies_of(const fs::path& library) {
  Dependencies found;
  for (const char* ldd : {"/usr/bin/ldd", "/bin/ldd"}) {
    std::error_code ignored;
    if (!fs::exists(ldd, ignored)) continue;
    const plugin::ProcessResult result = plugin::run_process({ldd, "-r", library.string()}, std::chrono::seconds(60));
    if (result.timed_out || !WIFEXITED(result.status)) continue;
    found.known = true;
    std::istringstream lines(result.output + "\n" + result.errors);
    for (std::string line; std::getline(lines, line);) read_line(line, found);
    break;
  }
  return found;
}

std::vector<std::string> second_copies(const Dependencies& plugin, const Dependencies& host) {
  std::vector<fs::path> all = plugin.libraries;
  all.insert(all.end(), host.libraries.begin(), host.libraries.end());
  std::vector<std::string> sentences;
  for (const Family& family : families) {
    std::vector<std::vector<std::string>> groups;
    for (const std::string& prefix : family.prefixes) {
      if (family.one_for_all && !groups.empty()) {
        groups.front().push_back(prefix);
      } else {
        groups.push_back({prefix});
      }
    }
    for (const std::vector<std::string>& group : groups) {
      const std::set<fs::path> own = of_family(plugin.libraries, group), copies = of_family(all, group);
      if (own.empty() || copies.size() < 2) continue;
      std::vector<std::string> names(copies.begin(), copies.end());
      sentences.push_back(std::string("two copies of ") + family.name +
                          " would be in one process: " + join(names, " and "));
    }
  }
  return sentences;
}

}  // namespace pgt::check
