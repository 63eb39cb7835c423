// `pgt-plugin doctor`: why a library cannot be loaded, or would do harm once it is.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "dependencies.hpp"
#include "elf_file.hpp"
#include "plugin/folders.hpp"
#include "supervise.hpp"
#include "verbs.hpp"

namespace pgt::plugin_tool {
namespace {

using namespace check;
namespace fs = std::filesystem;

class Doctor {
 public:
  explicit Doctor(fs::path file) : file_(std::move(file)) {}

  int examine() {
    std::printf("%s\n", file_.c_str());
    if (!look_at_file()) return end();
    look_at_dependencies();
    look_at_record();
    return end();
  }

 private:
  void good(const std::string& text) { std::printf("ok    %s\n", text.c_str()); }
  void bad(const std::string& text, const std::string& remedy) {
    ++problems_;
    std::printf("FAIL  %s\n      do: %s\n", indented(printable(text)).c_str(), remedy.c_str());
  }

  bool look_at_file() {
    try {
      const ElfFile elf = read_elf(file_);
      good("it is a shared library" + (elf.run_path.empty() ? "" : ", which looks in " + elf.run_path + " for others"));
      return true;
    } catch (const Error& error) {
      bad(error.what(), "build it with pgt_add_plugin");
      return false;
    }
  }

  void look_at_dependencies() {
    const Dependencies own = dependencies_of(file_);
    if (!own.known) {
      std::printf("-     what it needs is not known: there is no ldd\n");
      return;
    }
    for (const std::string& name : own.missing) {
      bad("the library " + name + " is not found", "install it, or name its folder in LD_LIBRARY_PATH");
    }
    if (own.missing.empty()) good("the " + std::to_string(own.libraries.size()) + " libraries that it needs are found");
    for (const std::string& symbol : own.undefined) {
      bad("nothing defines " + symbol, "link what has it: pgt_add_plugin finds that when the plugin is built");
    }
    if (own.missing.empty() && own.undefined.empty()) good("every symbol is defined");
    const auto twice =
        second_copies(own, dependencies_of(plugin::host_beside_program().parent_path() / "libpgt_engine.so"));
    for (const std::string& sentence : twice)
      bad(sentence, "build the plugin with the host's LibTorch, and link no other OpenMP");
    if (twice.empty()) good("it brings no second LibTorch or OpenMP");
  }

  /// In a child: the record is what a function of the library returns.
  void look_at_record() {
    Limits limits;
    limits.only = {"library.loads", "record", "process"};
    const Report report =
        supervise({fs::read_symlink("/proc/self/exe").string(), "child", file_.string(), "library"}, "library", limits);
    for (const Finding& finding : report.findings) {
      if (finding.seen.outcome == Outcome::broken) {
        const bool is_field = finding.rule.starts_with("record.");
        bad(is_field ? finding.rule + " differs: " + finding.seen.text : finding.seen.text,
            is_field ? "as it says" : "`pgt-host plugin check` tries the rest");
      } else if (finding.seen.outcome == Outcome::holds && finding.rule.starts_with("record.")) {
        good(finding.rule +
             (finding.seen.text.empty() ? ": it uses none" : ": " + finding.seen.text + ", as the host"));
      } else if (finding.rule == "library.loads" && finding.seen.outcome == Outcome::holds) {
        good("it is loaded and describes itself");
      }
    }
  }

  int end() const {
    if (problems_ == 0) std::printf("nothing is wrong with it\n");
    return static_cast<int>(problems_ == 0 ? ExitCode::ok : ExitCode::plugin);
  }

  fs::path file_;
  int problems_ = 0;
};

}  // namespace

void add_doctor(CLI::App& app, Program& program) {
  const auto file = std::make_shared<fs::path>();
  CLI::App* verb = app.add_subcommand("doctor", "why a library cannot be loaded: how it was built, and what it needs");
  verb->add_option("file", *file, "the library")->type_name("FILE.so")->required();
  verb->callback([file, &program] {
    require_file(*file, ExitCode::usage);
    program.code = Doctor(fs::absolute(*file).lexically_normal()).examine();
  });
}

}  // namespace pgt::plugin_tool
