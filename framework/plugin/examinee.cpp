// The child's side of an examination.

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <nlohmann/json.hpp>
#include <set>

#include "base/error.hpp"
#include "plugin/examine.hpp"
#include "plugin/library.hpp"
#include "plugin/option_rules.hpp"

namespace pgt::plugin {
namespace {

/// Throws where options could not be checked against their description.
void check_options(const ProvidedSpec& provided) {
  const std::string of = " of the " + to_text(provided.kind) + " \"" + provided.name + "\" ";
  if (const std::string twice = key_of_two(provided.options); !twice.empty()) {
    throw Error(ExitCode::plugin, "the option \"" + twice + "\"" + of + "is described twice; name each field once");
  }
  for (const sdk::OptionSpec& spec : provided.options) {
    const std::string wrong = wrong_default(spec);
    if (wrong.empty()) continue;
    throw Error(ExitCode::plugin, "the option \"" + spec.name + "\"" + of + wrong + "; change one of them");
  }
}

template <class Factory>
void add_provided(const std::vector<sdk::Provided<Factory>>& items, Kind kind, Manifest& manifest) {
  std::set<std::string> seen;
  for (const auto& item : items) {
    if (item.name.empty()) throw Error(ExitCode::plugin, "it provides a " + to_text(kind) + " without a name; name it");
    if (!seen.insert(item.name).second) {
      throw Error(ExitCode::plugin,
                  "it provides the " + to_text(kind) + " \"" + item.name + "\" twice; rename one of them");
    }
    ProvidedSpec provided{kind, item.name, item.summary, {}};
    const std::unique_ptr<sdk::OptionSet> options = item.factory->options();
    for (const auto& option : options->fields().all()) provided.options.push_back(option->spec);
    check_options(provided);
    manifest.provides.push_back(std::move(provided));
  }
}

Manifest manifest_of(const std::filesystem::path& library) {
  const Loaded& loaded = load(library, identity_of(library));
  if (loaded.plugin.id.empty()) {
    throw Error(ExitCode::plugin, "it has no id; set plugin.id in its PGT_PLUGIN, such as \"org.example.my_net\"");
  }
  Manifest manifest{library, loaded.plugin.id, loaded.plugin.version, loaded.torch_version, {}};
  add_provided(loaded.plugin.backbones, Kind::backbone, manifest);
  add_provided(loaded.plugin.datasets, Kind::dataset, manifest);
  add_provided(loaded.plugin.schedules, Kind::schedule, manifest);
  if (manifest.provides.empty()) {
    throw Error(ExitCode::plugin, "it provides nothing; call plugin.add_backbone, add_dataset or add_schedule");
  }
  return manifest;
}

}  // namespace

Examination examine_here(const std::filesystem::path& library) {
  try {
    return {manifest_of(library), "", true};
  } catch (const Incompatible& error) {
    return {std::nullopt, error.what(), true};
  } catch (const Error& error) {
    return {std::nullopt, error.what(), false};
  } catch (const std::exception& error) {
    return {std::nullopt, std::string("its options cannot be described: ") + error.what(), false};
  } catch (...) {
    return {std::nullopt, "its options cannot be described: it throws something that is not a std::exception", false};
  }
}

void examine_and_exit(const std::filesystem::path& library) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // a library that never returns must not outlive a host that was killed
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const int answer_to = dup(STDOUT_FILENO);
  dup2(STDERR_FILENO, STDOUT_FILENO);  // what the library prints must not mix with the answer

  using nlohmann::json;
  const std::string answer = to_json(examine_here(library)).dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
  for (std::size_t done = 0; done < answer.size();) {
    const ssize_t count = write(answer_to, answer.data() + done, answer.size() - done);
    if (count < 0 && errno != EINTR) _exit(static_cast<int>(ExitCode::io));
    if (count > 0) done += static_cast<std::size_t>(count);
  }
  _exit(static_cast<int>(ExitCode::ok));
}

}  // namespace pgt::plugin
