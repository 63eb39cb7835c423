/// The verbs of pgt-host: what each takes, and how its help reads.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pgt::cli {

struct Verb {
  const char* name;
  const char* summary;
  const char* examples;        ///< lines of the help
  const char* arguments = "";  ///< name of the positional arguments
  std::size_t least_arguments = 0;
  std::size_t most_arguments = 0;
  bool runs = false;           ///< has a run file: --set, --quiet, --no-progress, --no-color
  bool of_run = false;         ///< the first argument is a run folder, which keeps the run file
  bool may_be_of_run = false;  ///< it is a run file, or such a folder
  bool has_checkpoint = false;
  bool has_split = false;
  bool has_json = false;
  bool has_probe = false;
  bool has_plan = false;  ///< --epoch, --iteration, --pathways, --svg
  bool predicts = false;  ///< --format, --scores, --overlay, --realtime
  bool resumes = false;   ///< --checkpoint, of other names than `has_checkpoint`'s; --strict
  bool has_trace = false;
  const char* output_help = "";
  const char* output_flags = "-o,--output";
};

std::span<const Verb> verbs();

/// Null where pgt-host has no such verb.
const Verb* find_verb(std::string_view name);

/// The end of `pgt-host --help`: all verbs, the programs beside pgt-host, and examples.
std::string overview(const std::vector<std::string>& programs);

}  // namespace pgt::cli
