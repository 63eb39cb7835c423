/// A dataset whose frames lie in memory, so that a benchmark measures training alone: as many pictures of noise as
/// there is room for, which every video shows again and again.

#include <algorithm>
#include <cstdint>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include <pgt/sdk/frame_source.hpp>
#include <pgt/sdk/plugin.hpp>

namespace {

using pgt::sdk::Split;

struct Options {
  std::int64_t videos = 1;
  std::int64_t frames = 64;
  std::int64_t size = 256;
  void describe(pgt::sdk::Options& o) {
    o("videos", videos).range(1, 1'000'000).help("to train on; none to validate on");
    o("frames", frames).range(1, 1'000'000).help("of each video");
    o("size", size).range(16, 2048).unit("pixels").help("width and height of a picture");
  }
};

using Picture = std::vector<std::uint8_t>;

class Reader final : public pgt::sdk::FrameReader {
 public:
  explicit Reader(const std::vector<Picture>& pictures) : pictures_(pictures) {}
  void read(std::int64_t frame, std::span<std::uint8_t> rgb) override {
    std::ranges::copy(pictures_[static_cast<std::size_t>(frame) % pictures_.size()], rgb.begin());
  }

 private:
  const std::vector<Picture>& pictures_;
};

class InMemory final : public pgt::sdk::Dataset, public pgt::sdk::FrameSource {
 public:
  using Options = ::Options;
  InMemory(const Options& options, const pgt::sdk::DatasetContext& context)
      : options_(options), pictures_(16, Picture(static_cast<std::size_t>(3 * options.size * options.size))) {
    std::mt19937 noise(static_cast<std::mt19937::result_type>(context.seed));
    for (Picture& picture : pictures_) {
      std::ranges::generate(picture, [&] { return static_cast<std::uint8_t>(noise()); });
    }
  }

  pgt::sdk::DatasetInfo info() const override {
    pgt::sdk::DatasetInfo info;
    info.classes = {"even", "odd"};
    return info;
  }
  std::size_t size(Split split) const override {
    return split == Split::train ? static_cast<std::size_t>(options_.videos) : 0;
  }
  pgt::sdk::Sample sample(Split, std::size_t index) const override {
    pgt::sdk::Sample sample;
    sample.id = std::to_string(index);
    return sample;
  }
  pgt::sdk::Target target(Split, std::size_t index, std::span<const double>) const override {
    return {{static_cast<std::int64_t>(index % 2)}};
  }

  pgt::sdk::MadeFrames frames(Split, std::size_t) const override {
    return {options_.frames, 25, static_cast<int>(options_.size), static_cast<int>(options_.size)};
  }
  std::unique_ptr<pgt::sdk::FrameReader> open(Split, std::size_t) const override {
    return std::make_unique<Reader>(pictures_);
  }
  const void* extension(std::string_view id) const override {
    return pgt::sdk::extension_among<pgt::sdk::FrameSource>(this, id);
  }

 private:
  Options options_;
  std::vector<Picture> pictures_;
};

}  // namespace

PGT_PLUGIN(plugin) {
  plugin.id = "org.pgt.bench.in_memory";
  plugin.version = "1.0.0";
  plugin.add_dataset<InMemory>("in_memory", "noise that lies in memory, for benchmarks");
}
