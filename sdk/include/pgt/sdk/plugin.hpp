/// Registering: all that an author writes to make a library a plugin.
///
///     PGT_PLUGIN(plugin) {
///       plugin.id = "org.example.my_net";
///       plugin.version = "1.0.0";
///       plugin.add_backbone<MyNet>("my_net", "a small network");
///     }
///
/// It appears once in a library, after the includes. Includes no torch header.
#pragma once

#include <cstddef>  // makes the standard library's configuration macros known to entry.hpp
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <pgt/sdk/dataset.hpp>
#include <pgt/sdk/entry.hpp>
#include <pgt/sdk/options.hpp>
#include <pgt/sdk/schedule.hpp>

#ifndef PGT_SDK_TORCH_VERSION  // backbone.hpp, included before or after this header, says which
#define PGT_SDK_TORCH_VERSION ""
#endif

namespace pgt::sdk {
inline namespace v1 {

class Backbone;  // backbone.hpp
struct BackboneContext;

/// Makes objects of one kind and name.
template <class Interface, class Context>
class Factory {
 public:
  virtual ~Factory() = default;
  /// A fresh set of options, at their defaults.
  virtual std::unique_ptr<OptionSet> options() const = 0;
  /// `options` must come from this factory's `options()`. May throw.
  virtual std::unique_ptr<Interface> create(const OptionSet& options, const Context& context) const = 0;
};

using BackboneFactory = Factory<Backbone, BackboneContext>;
using DatasetFactory = Factory<Dataset, DatasetContext>;
using ScheduleFactory = Factory<Schedule, ScheduleContext>;

/// One thing that a plugin provides.
template <class FactoryType>
struct Provided {
  std::string name;     ///< what a run file says in `use = "…"`
  std::string summary;  ///< one line
  std::shared_ptr<const FactoryType> factory;
};

namespace detail {

template <class T>
struct OptionsOf {
  using type = NoOptions;
};
template <class T>
requires requires { typename T::Options; }
struct OptionsOf<T> {
  using type = typename T::Options;
};

template <class T, class Interface, class Context>
class FactoryOf final : public Factory<Interface, Context> {
  using Options = typename OptionsOf<T>::type;

 public:
  std::unique_ptr<OptionSet> options() const override { return std::make_unique<TypedOptions<Options>>(); }
  std::unique_ptr<Interface> create(const OptionSet& options, const Context& context) const override {
    return std::make_unique<T>(static_cast<const TypedOptions<Options>&>(options).value, context);
  }
};

}  // namespace detail

/// What a plugin says about itself. `T` has a constructor `T(const T::Options&, const Context&)`; a `T` without a
/// nested `Options` takes `const NoOptions&`.
class Plugin {
 public:
  std::string id;       ///< reverse domain name, unique
  std::string version;  ///< of the plugin

  /// Adds what run files call `name`; names are unique among all plugins of a host. `summary` is one line of help.
  template <class T>
  void add_backbone(std::string name, std::string summary) {
    backbones.push_back(
        {std::move(name), std::move(summary), std::make_shared<detail::FactoryOf<T, Backbone, BackboneContext>>()});
  }
  /// The same for a dataset.
  template <class T>
  void add_dataset(std::string name, std::string summary) {
    datasets.push_back(
        {std::move(name), std::move(summary), std::make_shared<detail::FactoryOf<T, Dataset, DatasetContext>>()});
  }
  /// The same for a schedule.
  template <class T>
  void add_schedule(std::string name, std::string summary) {
    schedules.push_back(
        {std::move(name), std::move(summary), std::make_shared<detail::FactoryOf<T, Schedule, ScheduleContext>>()});
  }

  std::vector<Provided<BackboneFactory>> backbones;
  std::vector<Provided<DatasetFactory>> datasets;
  std::vector<Provided<ScheduleFactory>> schedules;
};

}  // namespace v1
}  // namespace pgt::sdk

/// Defines the library's one exported symbol. Followed by the body of a function that fills in `plugin`.
#define PGT_PLUGIN(plugin)                                                                                     \
  static void pgt_plugin_describe(::pgt::sdk::Plugin& plugin);                                                 \
  extern "C" __attribute__((visibility("default"))) const ::pgt::sdk::PluginEntry* pgt_plugin_entry_v1() {     \
    static const ::pgt::sdk::PluginEntry entry{PGT_BUILD_RECORD(PGT_SDK_TORCH_VERSION), &pgt_plugin_describe}; \
    return &entry;                                                                                             \
  }                                                                                                            \
  static void pgt_plugin_describe(::pgt::sdk::Plugin& plugin)
