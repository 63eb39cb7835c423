#include "synth.hpp"

#include <cstdio>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "order.hpp"
#include "write.hpp"

namespace pgt::data {
namespace {

struct Order {
  synth::OrderOptions options;
  std::string folder;
  std::string size = "32";
};

/// "32" or "320x240".
void read_size(const std::string& text, synth::OrderOptions& options) {
  char end = 0;
  long long width = 0, height = 0;
  const int sides = std::sscanf(text.c_str(), "%lldx%lld%c", &width, &height, &end);
  if (sides != 2 && std::sscanf(text.c_str(), "%lld%c", &width, &end) == 1) height = width;
  if (height == 0) throw Error(ExitCode::usage, "--size '" + text + "': write 32 or 320x240");
  options.width = width;
  options.height = height;
}

void make(Order& order) {
  read_size(order.size, order.options);
  const synth::OrderOptions& options = order.options;
  if (synth::write_order(options, order.folder) == synth::Outcome::already_there) {
    std::printf("%s holds these %lld videos already\n", order.folder.c_str(), static_cast<long long>(options.videos));
    return;
  }
  long long validation = 0;
  for (std::int64_t i = 0; i < options.videos; ++i) validation += synth::plan_film(options, i).validation ? 1 : 0;
  std::printf("%lld videos of %lld frames in %zu classes: %lld to train, %lld to validate, in %s\n",
              static_cast<long long>(options.videos), static_cast<long long>(options.frames),
              synth::order_classes(options).size(), options.videos - validation, validation, order.folder.c_str());
}

}  // namespace

void add_synth(CLI::App& app) {
  CLI::App* synth = app.add_subcommand("synth", "make videos of a sample task");
  synth->require_subcommand(1);
  CLI::App* verb = synth->add_subcommand("order", "short events of different kinds; the class is their order");
  const auto order = std::make_shared<Order>();
  synth::OrderOptions& options = order->options;
  verb->add_option("--out", order->folder, "folder to make; train/CLASS/ and val/CLASS/ come below it")->required();
  verb->add_option("--videos", options.videos, "videos in all")->capture_default_str();
  verb->add_option("--frames", options.frames, "frames of a video")->capture_default_str();
  verb->add_option("--fps", options.fps, "frames a second")->capture_default_str();
  verb->add_option("--size", order->size, "pixels, one number or WIDTHxHEIGHT")->capture_default_str();
  verb->add_option("--kinds", options.kinds, "kinds of events, 2 to 6")->capture_default_str();
  verb->add_option("--events", options.events, "events of a video, all of different kinds")->capture_default_str();
  verb->add_option("--val-fraction", options.val_fraction, "share of each class to validate")->capture_default_str();
  verb->add_option("--step-length", options.step_length, "frames that events keep from each other and the ends")
      ->capture_default_str();
  verb->add_option("--seed", options.seed, "the same seed gives the same files")->capture_default_str();
  verb->callback([order] { make(*order); });
}

}  // namespace pgt::data
