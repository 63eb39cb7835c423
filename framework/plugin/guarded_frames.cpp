#include "plugin/guarded_frames.hpp"

#include <stdexcept>
#include <utility>

#include "base/number.hpp"
#include "plugin/guard.hpp"

namespace pgt::plugin {
namespace {

/// Throws where there can be no such frames.
void check_frames(const sdk::MadeFrames& frames) {
  const auto complain = [](const std::string& what) { throw std::runtime_error("gives " + what); };
  if (frames.count < 1) complain(std::to_string(frames.count) + " frames");
  if (frames.width < 1 || frames.height < 1) {
    complain("pictures of " + std::to_string(frames.width) + "x" + std::to_string(frames.height) + " pixels");
  }
  if (!(frames.fps >= 1e-3 && frames.fps <= 1e6)) complain(round_trip(frames.fps) + " frames a second");
}

class GuardedReader final : public sdk::FrameReader {
 public:
  GuardedReader(std::unique_ptr<sdk::FrameReader> reader, const std::string& plugin_id)
      : reader_(std::move(reader)), id_(plugin_id) {}
  void read(std::int64_t frame, std::span<std::uint8_t> rgb) override {
    guard(id_, "FrameReader::read", [&] { reader_->read(frame, rgb); });
  }

 private:
  std::unique_ptr<sdk::FrameReader> reader_;
  const std::string& id_;
};

}  // namespace

sdk::MadeFrames GuardedFrames::frames(sdk::Split split, std::size_t index) const {
  return guard(id_, "FrameSource::frames", [&] {
    const sdk::MadeFrames frames = source_.frames(split, index);
    check_frames(frames);
    return frames;
  });
}

std::unique_ptr<sdk::FrameReader> GuardedFrames::open(sdk::Split split, std::size_t index) const {
  return guard(id_, "FrameSource::open", [&]() -> std::unique_ptr<sdk::FrameReader> {
    auto reader = source_.open(split, index);
    if (!reader) throw std::runtime_error("gives no reader");
    return std::make_unique<GuardedReader>(std::move(reader), id_);
  });
}

}  // namespace pgt::plugin
