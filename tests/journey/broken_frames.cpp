// A dataset that makes its own pictures, some of them wrongly: what is wrong is the sample's id.

#include <array>
#include <stdexcept>
#include <string>

#include <pgt/sdk/frame_source.hpp>
#include <pgt/sdk/plugin.hpp>

namespace {

using pgt::sdk::Split;

constexpr std::array ids{"good",      "throws",    "no-size",    "no-frames", "no-rate",
                         "too-large", "no-reader", "breaks-off", "fine"};

struct Reader final : pgt::sdk::FrameReader {
  explicit Reader(std::string what) : what_(std::move(what)) {}
  void read(std::int64_t frame, std::span<std::uint8_t> rgb) override {
    if (what_ == "breaks-off" && frame > 3) throw std::runtime_error("the recording breaks off");
    for (std::size_t i = 0; i < rgb.size(); ++i)
      rgb[i] = static_cast<std::uint8_t>(i + static_cast<std::size_t>(frame));
  }
  std::string what_;
};

class BrokenFrames final : public pgt::sdk::Dataset, public pgt::sdk::FrameSource {
 public:
  struct Options {
    void describe(pgt::sdk::Options&) {}
  };
  BrokenFrames(const Options&, const pgt::sdk::DatasetContext&) {}

  pgt::sdk::DatasetInfo info() const override { return {{"a", "b"}, pgt::sdk::Task::single_label, {}}; }
  std::size_t size(Split split) const override { return split == Split::test ? 0 : ids.size(); }
  pgt::sdk::Sample sample(Split, std::size_t index) const override {
    pgt::sdk::Sample sample;
    sample.id = ids.at(index);
    return sample;
  }
  pgt::sdk::Target target(Split, std::size_t index, std::span<const double>) const override {
    return {{static_cast<std::int64_t>(index % 2)}};
  }
  pgt::sdk::MadeFrames frames(Split, std::size_t index) const override {
    const std::string what = ids.at(index);
    if (what == "throws") throw std::runtime_error("nobody recorded this");
    return {what == "no-frames" ? 0 : 40, what == "no-rate" ? 0.0 : 25.0, what == "too-large" ? 1'000'000 : 24,
            what == "no-size"     ? -1
            : what == "too-large" ? 1'000'000
                                  : 20};
  }
  std::unique_ptr<pgt::sdk::FrameReader> open(Split, std::size_t index) const override {
    const std::string what = ids.at(index);
    return what == "no-reader" ? nullptr : std::make_unique<Reader>(what);
  }
  const void* extension(std::string_view id) const override {
    return pgt::sdk::extension_among<pgt::sdk::FrameSource>(this, id);
  }
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.test.broken_frames";
  plugin.version = "1.0.0";
  plugin.add_dataset<BrokenFrames>("broken_frames", "pictures that are wrong in many ways");
}
