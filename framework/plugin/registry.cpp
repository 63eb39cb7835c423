#include "plugin/registry.hpp"

#include <algorithm>
#include <atomic>
#include <thread>

#include "base/file.hpp"
#include "plugin/cache.hpp"
#include "plugin/crash_note.hpp"
#include "plugin/examine.hpp"
#include "plugin/find_libraries.hpp"
#include "plugin/guard.hpp"
#include "plugin/guarded.hpp"
#include "plugin/library.hpp"

namespace pgt::plugin {
namespace {

namespace fs = std::filesystem;

/// Whether the file is still the one that was found: a library may do anything while it is examined.
bool unchanged(const Library& library) {
  try {
    return identity_of(library.path) == library.identity;
  } catch (const Error&) {
    return false;
  }
}

Examination examined(const Library& library, const fs::path& examiner) {
  try {
    Examination examination = examine(library.path, examiner);
    if (unchanged(library)) return examination;
    return {std::nullopt, "it was replaced while it was examined; start again", false};
  } catch (const Error& error) {
    return {std::nullopt, error.what(), false};
  }
}

/// All at once, as far as there are cores: a child mostly waits for the disk.
std::vector<Examination> examine_all(const std::vector<Library>& libraries, const fs::path& examiner) {
  const Cache cache(cache_folder());
  std::vector<Examination> examinations(libraries.size());
  std::vector<std::size_t> unknown;
  for (std::size_t i = 0; i < libraries.size(); ++i) {
    if (std::optional<Examination> known = cache.find(libraries[i].path, libraries[i].identity)) {
      examinations[i] = std::move(*known);
    } else {
      unknown.push_back(i);
    }
  }

  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < unknown.size(); i = next++) {
      const Library& library = libraries[unknown[i]];
      Examination& examination = examinations[unknown[i]];
      examination = examined(library, examiner);
      cache.store(library.path, library.identity, examination);
    }
  };
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::jthread> workers;
  for (std::size_t i = 0; i < std::min(unknown.size(), cores); ++i) workers.emplace_back(work);
  workers.clear();  // waits
  return examinations;
}

/// Why `candidate` cannot be used beside `other`; empty if it can.
std::string conflict(const Manifest& candidate, const Manifest& other) {
  const std::string remedy = "; the first in the order of the folders is used: remove one, or rename it";
  if (candidate.id == other.id) {
    return "its id \"" + candidate.id + "\" is that of " + other.path.string() + remedy;
  }
  for (const ProvidedSpec& ours : candidate.provides) {
    for (const ProvidedSpec& theirs : other.provides) {
      if (ours.kind == theirs.kind && ours.name == theirs.name) {
        return "its " + to_text(ours.kind) + " \"" + ours.name + "\" is already provided by " + other.path.string() +
               remedy;
      }
    }
  }
  return "";
}

template <class FactoryType>
const FactoryType& factory_in(const std::vector<sdk::Provided<FactoryType>>& items, const std::string& name,
                              const Manifest& manifest) {
  for (const auto& item : items) {
    if (item.name == name) return *item.factory;
  }
  throw Error(ExitCode::plugin, "plugin " + manifest.id + ": " + manifest.path.string() + " no longer provides \"" +
                                    name + "\": the file was replaced after the start; start again");
}

const sdk::Plugin& plugin_of(const Manifest& manifest) {
  const Call call(manifest.id, "while it is loaded");
  prepare_crash_note(manifest);
  try {
    return load(manifest.path, manifest.identity).plugin;
  } catch (const std::exception& error) {
    throw Error(ExitCode::plugin,
                "plugin " + manifest.id + ": cannot load " + manifest.path.string() + ": " + error.what());
  }
}

template <class Interface>
std::unique_ptr<Interface> made(std::unique_ptr<Interface> object, const std::string& name) {
  if (object == nullptr) throw std::runtime_error("the factory of \"" + name + "\" returns nothing");
  return object;
}

}  // namespace

struct Registry::State {
  std::vector<Manifest> plugins;
  std::vector<Refused> refused;
  std::vector<std::string> warnings;
};

Registry::Registry(std::span<const fs::path> folders, const fs::path& examiner, std::span<const fs::path> left_out)
    : state_(std::make_unique<State>()) {
  const std::vector<Library> libraries = find_libraries(folders, state_->refused);
  state_->warnings = warnings_of(folders, libraries);
  std::vector<Examination> examinations = examine_all(libraries, examiner);
  for (std::size_t i = 0; i < libraries.size(); ++i) {
    std::string reason = examinations[i].reason;
    if (examinations[i].manifest) {
      examinations[i].manifest->identity = libraries[i].identity;
      for (const Manifest& other : state_->plugins) {
        if (reason.empty()) reason = conflict(*examinations[i].manifest, other);
      }
    }
    if (reason.empty()) {
      if (std::string crash = crash_warning(*examinations[i].manifest); !crash.empty()) {
        state_->warnings.push_back(std::move(crash));
      }
      state_->plugins.push_back(std::move(*examinations[i].manifest));
    } else {
      state_->refused.push_back({libraries[i].path, std::move(reason)});
    }
  }
  for (Library& library : find_libraries(left_out, state_->refused)) {
    state_->refused.push_back({std::move(library.path), "--safe-mode takes only the plugins that came with pgt-host"});
  }
}

Registry::~Registry() = default;

const std::vector<Manifest>& Registry::plugins() const { return state_->plugins; }
const std::vector<Refused>& Registry::refused() const { return state_->refused; }
const std::vector<std::string>& Registry::warnings() const { return state_->warnings; }

std::vector<std::string> Registry::names(Kind kind) const {
  std::vector<std::string> names;
  for (const Manifest& manifest : state_->plugins) {
    for (const ProvidedSpec& provided : manifest.provides) {
      if (provided.kind == kind) names.push_back(provided.name);
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

const ProvidedSpec* Registry::find(Kind kind, const std::string& name) const {
  for (const Manifest& manifest : state_->plugins) {
    for (const ProvidedSpec& provided : manifest.provides) {
      if (provided.kind == kind && provided.name == name) return &provided;
    }
  }
  return nullptr;
}

const Manifest& Registry::provider(Kind kind, const std::string& name) const {
  for (const Manifest& manifest : state_->plugins) {
    for (const ProvidedSpec& provided : manifest.provides) {
      if (provided.kind == kind && provided.name == name) return manifest;
    }
  }
  throw Error(ExitCode::plugin,
              "no plugin provides the " + to_text(kind) + " \"" + name + "\"; `pgt-host plugins` lists what there is");
}

std::unique_ptr<sdk::OptionSet> Registry::options(Kind kind, const std::string& name) {
  const Manifest& manifest = provider(kind, name);
  const sdk::Plugin& plugin = plugin_of(manifest);
  return guard(manifest.id, "Factory::options", [&]() -> std::unique_ptr<sdk::OptionSet> {
    switch (kind) {
      case Kind::backbone:
        return factory_in(plugin.backbones, name, manifest).options();
      case Kind::dataset:
        return factory_in(plugin.datasets, name, manifest).options();
      case Kind::schedule:
        return factory_in(plugin.schedules, name, manifest).options();
    }
    return nullptr;
  });
}

std::unique_ptr<sdk::Dataset> Registry::make_dataset(const std::string& name, const sdk::OptionSet& options,
                                                     const sdk::DatasetContext& context) {
  const Manifest& manifest = provider(Kind::dataset, name);
  const auto& factory = factory_in(plugin_of(manifest).datasets, name, manifest);
  const auto make = [&] { return made(factory.create(options, context), name); };
  // What a dataset throws here is about the files that it was pointed at.
  return guarded(guard(manifest.id, "Dataset::Dataset", make, ExitCode::data), manifest.id);
}

std::unique_ptr<sdk::Schedule> Registry::make_schedule(const std::string& name, const sdk::OptionSet& options,
                                                       const sdk::ScheduleContext& context) {
  const Manifest& manifest = provider(Kind::schedule, name);
  const auto& factory = factory_in(plugin_of(manifest).schedules, name, manifest);
  return guarded(guard(manifest.id, "Schedule::Schedule", [&] { return made(factory.create(options, context), name); }),
                 manifest.id);
}

const sdk::BackboneFactory& Registry::backbone_factory(const std::string& name) {
  const Manifest& manifest = provider(Kind::backbone, name);
  return factory_in(plugin_of(manifest).backbones, name, manifest);
}

}  // namespace pgt::plugin
