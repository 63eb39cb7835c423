#include "plugin/examine.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "plugin/process.hpp"

namespace pgt::plugin {
namespace {

using nlohmann::json;

/// What a library said last, below the reason: some 30 lines, and nothing that a terminal would obey.
std::string last_words(std::string_view text) {
  constexpr std::size_t most = 2000;
  text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  if (text.empty()) return "";
  std::string words = "\nit printed";
  if (text.size() > most) {
    text.remove_prefix(text.size() - most);
    words += ", at last";
  }
  words += ":\n    ";
  for (const char c : text) {
    char code[8];
    const bool obeyed = static_cast<unsigned char>(c) < ' ' || c == 127;
    std::snprintf(code, sizeof code, "\\x%02x", static_cast<unsigned char>(c));
    words += c == '\n' ? "\n    " : c == '\t' ? " " : obeyed ? code : std::string(1, c);
  }
  return words;
}

std::string how_it_ended(const ProcessResult& result, std::chrono::milliseconds limit) {
  if (result.timed_out) {
    std::string seconds = json(static_cast<double>(limit.count()) / 1000.0).dump();
    if (seconds.ends_with(".0")) seconds.resize(seconds.size() - 2);
    return "was still not loaded after " + seconds + " s and was stopped";
  }
  if (WIFSIGNALED(result.status)) {
    const int number = WTERMSIG(result.status);
    const char* name = sigabbrev_np(number);
    return std::string("crashed while it was loaded: SIG") + (name != nullptr ? name : std::to_string(number)) + " (" +
           strsignal(number) + ")";
  }
  return "ended the process with exit code " + std::to_string(WEXITSTATUS(result.status)) + " while it was loaded";
}

}  // namespace

json to_json(const Examination& examination) {
  json j{{"lasting", examination.lasting}};
  if (examination.manifest) {
    j["manifest"] = to_json(*examination.manifest);
  } else {
    j["refused"] = examination.reason;
  }
  return j;
}

Examination examination_from_json(const json& j, const std::filesystem::path& library) {
  Examination examination;
  examination.lasting = j.at("lasting");
  if (j.contains("manifest")) {
    examination.manifest = manifest_from_json(j.at("manifest"), library);
  } else {
    examination.reason = j.at("refused");
  }
  return examination;
}

Examination examine(const std::filesystem::path& library, const std::filesystem::path& examiner,
                    std::chrono::milliseconds limit) {
  const ProcessResult result = run_process({examiner.string(), "--examine-plugin", library.string()}, limit);
  if (!result.timed_out && WIFEXITED(result.status) && WEXITSTATUS(result.status) == 0) {
    try {
      return examination_from_json(json::parse(result.output), library);
    } catch (const std::exception&) {
      // No answer of ours: the library ended the process before there was one.
    }
  }
  std::string reason = how_it_ended(result, limit);
  reason += "; to see it happen: " + examiner.string() + " --examine-plugin " + library.string();
  reason += last_words(result.errors);
  return {std::nullopt, std::move(reason), false};
}

}  // namespace pgt::plugin
