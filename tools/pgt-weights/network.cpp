#include "network.hpp"

#include <algorithm>
#include <iterator>
#include <sstream>

#include "base/error.hpp"
#include "base/file.hpp"
#include "nn/guarded_backbone.hpp"
#include "plugin/folders.hpp"
#include "plugin/report.hpp"
#include "plugin/run_file.hpp"
#include "session/session.hpp"

namespace pgt::weights {
namespace {

constexpr std::int64_t most_classes = 1'000'000;

/// "400", or a file with one name per line.
struct Classes {
  std::vector<std::string> names;  ///< of all; numbers where they have none
  bool named = false;
};

Classes classes_of(const std::string& text) {
  Classes classes;
  if (std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; })) {
    const std::int64_t count = text.size() > 7 ? 0 : std::stoll(text);
    if (count < 1 || count > most_classes)
      throw Error(ExitCode::usage, "--classes " + text + ": not a number of classes");
    for (std::int64_t i = 0; i < count; ++i) classes.names.push_back(std::to_string(i));
    return classes;
  }
  require_file(text, ExitCode::usage);
  std::istringstream lines(read_file(text));
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) classes.names.push_back(line);
  }
  if (classes.names.empty()) throw Error(ExitCode::usage, "--classes " + text + ": holds no names");
  classes.named = true;
  return classes;
}

}  // namespace

Network open_network(const ImportRequest& request) {
  plugin::Registry registry(plugin::plugin_folders(request.plugin_folders), plugin::host_beside_program());
  plugin::report_troubles(registry);
  const config::RunConfig config = plugin::read_run_file_or_folder(request.model, {"train.device=cpu"}, registry);
  if (request.classes.empty()) {
    session::Session session = session::open_session(config, registry);
    return {std::move(session.backbone), config.model, session.classes};
  }
  Classes classes = classes_of(request.classes);
  const auto options = registry.options(plugin::Kind::backbone, config.model.use);
  config::Diagnostics diagnostics;
  config::apply(config.model, *options);
  config::check_rules(config.model, *options, diagnostics);
  diagnostics.throw_if_any();
  auto backbone = nn::make_backbone(registry, config.model.use, *options, {std::ssize(classes.names)},
                                    static_cast<std::uint64_t>(config.train.seed));
  if (!classes.named) classes.names.clear();
  return {std::move(backbone), config.model, std::move(classes.names)};
}

}  // namespace pgt::weights
