#include "plugin/examine.hpp"

#include <signal.h>
#include <sys/wait.h>

#include <cstring>
#include <nlohmann/json.hpp>

#include "plugin/process.hpp"

namespace pgt::plugin {
namespace {

using nlohmann::json;

std::string last_line(std::string text) {
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  const std::size_t begin = text.find_last_of('\n');
  if (begin != std::string::npos) text.erase(0, begin + 1);
  text.erase(0, text.find_first_not_of(" \t"));
  return text;
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

std::string to_json(const Examination& examination) {
  json j{{"lasting", examination.lasting}};
  if (examination.manifest) {
    j["manifest"] = json::parse(to_json(*examination.manifest));
  } else {
    j["refused"] = examination.reason;
  }
  return j.dump(-1, ' ', false, json::error_handler_t::replace);
}

Examination examination_from_json(const std::string& text) {
  const json j = json::parse(text);
  Examination examination;
  examination.lasting = j.at("lasting");
  if (j.contains("manifest")) {
    examination.manifest = manifest_from_json(j.at("manifest").dump());
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
      return examination_from_json(result.output);
    } catch (const json::exception&) {
      // No answer of ours: the library ended the process before there was one.
    }
  }
  std::string reason = how_it_ended(result, limit);
  if (const std::string said = last_line(result.errors); !said.empty()) reason += ", saying \"" + said + "\"";
  reason += "; to see it happen: " + examiner.string() + " --examine-plugin " + library.string();
  return {std::nullopt, std::move(reason), false};
}

}  // namespace pgt::plugin
