/// Examining a library in a child process: what it provides, or why it is left out.
///
/// The host runs `EXAMINER --examine-plugin FILE`. The child loads the library and prints its answer as JSON; a child
/// that ends in any other way (a signal, its time limit, `exit`) is an answer too.
#pragma once

#include <chrono>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "plugin/manifest.hpp"

namespace pgt::plugin {

struct Examination {
  std::optional<Manifest> manifest;  ///< empty: refused
  std::string reason;                ///< of a refusal: see Refused
  bool lasting = true;               ///< the answer depends on the file and the host alone, so it may be cached
};

nlohmann::json to_json(const Examination& examination);
/// `library` is what was examined. Throws std::exception where the JSON is not from `to_json`.
Examination examination_from_json(const nlohmann::json& json, const std::filesystem::path& library);

inline constexpr std::chrono::seconds examination_limit{30};

/// The host's side. Whatever the child prints, its answer is about `library`.
Examination examine(const std::filesystem::path& library, const std::filesystem::path& examiner,
                    std::chrono::milliseconds limit = examination_limit);

/// The child's side: loads the library into this process and returns what to print. What the library itself writes to
/// stdout goes to stderr.
Examination examine_here(const std::filesystem::path& library);

/// All of `--examine-plugin`: examines, prints, and ends the process without running any destructors.
[[noreturn]] void examine_and_exit(const std::filesystem::path& library);

}  // namespace pgt::plugin
