/// A plugin's extensions of a backbone behind the host's guard, as GuardedBackbone is.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <pgt/sdk/backbone.hpp>

namespace pgt::nn {

/// Those that the host asks for by itself.
class GuardedExtensions {
 public:
  GuardedExtensions(std::string plugin, sdk::Backbone& backbone);
  ~GuardedExtensions();

  /// The extension of this id; null where the backbone has none or it is another program's.
  void* find(std::string_view id);

 private:
  class Layers;
  class Freezing;
  class Recomputing;
  class Sharing;
  std::string plugin_;
  sdk::Backbone& backbone_;
  std::unique_ptr<Layers> layers_;
  std::unique_ptr<Freezing> freezing_;
  std::unique_ptr<Recomputing> recomputing_;
  std::unique_ptr<Sharing> sharing_;
};

}  // namespace pgt::nn
