#include "run/environment.hpp"

#include <dlfcn.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>
#include <thread>

#include "base/checksum.hpp"
#include "base/file.hpp"

extern char** environ;

namespace pgt::run {
namespace {

using Json = nlohmann::ordered_json;

std::string processor() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

/// Of the library that is loaded: pgt_core's, which alone knows FFmpeg's headers.
std::string ffmpeg_version() {
  using VersionInfo = const char*();
  auto* const version = reinterpret_cast<VersionInfo*>(::dlsym(RTLD_DEFAULT, "av_version_info"));
  return version != nullptr ? version() : "unknown";
}

std::string now() {
  const std::time_t time = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string compiler() {
#ifdef __clang__
  return __VERSION__;
#else
  return "GCC " __VERSION__;
#endif
}

Json own_variables() {
  Json variables = Json::object();
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (text.starts_with("PGT_") && equals != std::string_view::npos) {
      variables[std::string(text.substr(0, equals))] = text.substr(equals + 1);
    }
  }
  return variables;
}

Json describe(const Host& host) {
  Json json;
  json["started"] = now();
  json["versions"] = host.versions;
  json["versions"]["ffmpeg"] = ffmpeg_version();
  json["versions"]["compiler"] = compiler();
  json["host"] = host_name();
  json["processor"] = processor();
  json["cores"] = std::thread::hardware_concurrency();
  json["memory_bytes"] = ::sysconf(_SC_PHYS_PAGES) * ::sysconf(_SC_PAGESIZE);
  json["arguments"] = host.arguments;
  json["environment"] = own_variables();
  return json;
}

constexpr const char* checksum_key = "run_toml_crc32c";

std::string checksum_of_run_file(const std::filesystem::path& run) {
  const std::filesystem::path file = run / "run.toml";
  return std::filesystem::exists(file) ? checksum_of_file(file) : "";
}

}  // namespace

void record_environment(const std::filesystem::path& file, const Host& host) {
  Json json = describe(host);
  if (std::filesystem::exists(file)) {
    Json first = Json::parse(read_file(file), nullptr, false);
    if (first.is_object()) {
      first["resumed"].push_back(std::move(json));
      json = std::move(first);
    }
  }
  if (!json.contains("resumed")) json[checksum_key] = checksum_of_run_file(file.parent_path());
  write_file_atomically(file, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

bool run_file_was_edited(const std::filesystem::path& run) {
  const std::filesystem::path file = run / "env.json";
  if (!std::filesystem::exists(file) || !std::filesystem::exists(run / "run.toml")) return false;
  const Json json = Json::parse(read_file(file), nullptr, false);
  return json.is_object() && json.contains(checksum_key) && json[checksum_key] != checksum_of_run_file(run);
}

}  // namespace pgt::run
