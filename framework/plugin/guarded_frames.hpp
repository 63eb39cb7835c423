/// A plugin's frame source behind the host's guard.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <pgt/sdk/frame_source.hpp>

namespace pgt::plugin {

/// Whatever it throws becomes Error(plugin) "plugin ID, FrameReader::read: TEXT", and so do frames that cannot be:
/// none, without a size, or at no rate.
class GuardedFrames final : public sdk::FrameSource {
 public:
  /// Keeps references to both.
  GuardedFrames(const sdk::FrameSource& source, const std::string& plugin_id) : source_(source), id_(plugin_id) {}
  sdk::MadeFrames frames(sdk::Split split, std::size_t index) const override;
  std::unique_ptr<sdk::FrameReader> open(sdk::Split split, std::size_t index) const override;

 private:
  const sdk::FrameSource& source_;
  const std::string& id_;
};

}  // namespace pgt::plugin
