/// All plugins of the given folders: what they provide, and the objects they make.
///
/// The pipeline: find the libraries; examine each in a child process (with a time limit), so that one that crashes is
/// named and left out while the others load; keep the answer in a cache keyed by path, file identity and the host's own
/// build; load a library into the host only when a run uses it, and only the very file that was examined. Libraries are
/// never unloaded.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <pgt/sdk/plugin.hpp>

#include "plugin/manifest.hpp"

namespace pgt::plugin {

class Registry {
 public:
  /// Examines every `*.so` of `folders`; one that cannot be read is refused, and so are those of `left_out`, as
  /// --safe-mode wants it, without a look at them. `examiner` is the program that is run as
  /// `EXAMINER --examine-plugin FILE` and prints a manifest: pgt-host itself. Throws Error(usage) if a folder does not
  /// exist.
  Registry(std::span<const std::filesystem::path> folders, const std::filesystem::path& examiner,
           std::span<const std::filesystem::path> left_out = {});
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  const std::vector<Manifest>& plugins() const;
  const std::vector<Refused>& refused() const;
  /// One sentence for each folder that somebody else may write to, for each library in the other folders, and for each
  /// plugin that ended the program when it was used last (crash_note.hpp).
  const std::vector<std::string>& warnings() const;

  /// The names that `use` may say for a kind, sorted.
  std::vector<std::string> names(Kind kind) const;
  /// Null if no plugin provides it.
  const ProvidedSpec* find(Kind kind, const std::string& name) const;
  /// The plugin that provides it.
  const Manifest& provider(Kind kind, const std::string& name) const;

  /// Fresh options of a thing that `find` knows. Loads its library; throws Error(plugin).
  std::unique_ptr<sdk::OptionSet> options(Kind kind, const std::string& name);

  /// Make an object of the plugin, behind a guard: whatever it throws, here or in a later call, becomes an
  /// Error(plugin) that reads "plugin ID, Dataset::sample: TEXT"; Error(data) from a dataset's constructor, which
  /// complains about files. (Backbones: nn/guarded_backbone.hpp adds the guard.)
  std::unique_ptr<sdk::Dataset> make_dataset(const std::string& name, const sdk::OptionSet& options,
                                             const sdk::DatasetContext& context);
  std::unique_ptr<sdk::Schedule> make_schedule(const std::string& name, const sdk::OptionSet& options,
                                               const sdk::ScheduleContext& context);
  const sdk::BackboneFactory& backbone_factory(const std::string& name);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pgt::plugin
