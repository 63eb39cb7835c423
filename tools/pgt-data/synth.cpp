#include "synth.hpp"

#include <cstdio>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "memory.hpp"
#include "order.hpp"
#include "write.hpp"

namespace pgt::data {
namespace {

/// What a verb is asked for.
template <class Options>
struct Wanted {
  Options options;
  std::string folder;
  std::string size = "32";
};
using Order = Wanted<synth::OrderOptions>;
using Memory = Wanted<synth::MemoryOptions>;

/// "32" or "320x240".
void read_size(const std::string& text, synth::Reel& reel) {
  char end = 0;
  long long width = 0, height = 0;
  const int sides = std::sscanf(text.c_str(), "%lldx%lld%c", &width, &height, &end);
  if (sides != 2 && std::sscanf(text.c_str(), "%lld%c", &width, &end) == 1) height = width;
  if (height == 0) throw Error(ExitCode::usage, "--size '" + text + "': write 32 or 320x240");
  reel.width = width;
  reel.height = height;
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
  std::printf(
      "a network that sees only single clips of %lld frames, however many, can classify at most %.1f %% of the "
      "videos\n",
      static_cast<long long>(options.step_length), synth::order_ceiling(options));
}

void make(Memory& memory) {
  read_size(memory.size, memory.options);
  const synth::MemoryOptions& options = memory.options;
  const bool there = synth::write_memory(options, memory.folder) == synth::Outcome::already_there;
  std::printf("%s %lld videos of %lld frames in %lld classes\n", memory.folder.c_str(),
              static_cast<long long>(options.videos), static_cast<long long>(options.frames),
              static_cast<long long>(options.kinds));
  if (there) std::printf("they were there already\n");
  if (options.val_fraction == 0) return;
  std::printf(
      "who sees single fragments of %lld frames can name the class of at most %.1f %% of the moments of the "
      "validation videos\n",
      static_cast<long long>(options.step_length), synth::memory_ceiling(options, options.step_length));
}

/// What every task has.
template <class Options>
void add_common(CLI::App& verb, const std::shared_ptr<Wanted<Options>>& wanted, const std::string& what_is_made) {
  Options& options = wanted->options;
  verb.add_option("--out", wanted->folder, "folder to make; " + what_is_made)->required();
  verb.add_option("--videos", options.videos, "videos in all")->capture_default_str();
  verb.add_option("--frames", options.frames, "frames of a video")->capture_default_str();
  verb.add_option("--fps", options.fps, "frames a second")->capture_default_str();
  verb.add_option("--size", wanted->size, "pixels, one number or WIDTHxHEIGHT")->capture_default_str();
  verb.add_option("--kinds", options.kinds, "kinds of events, 2 to 6")->capture_default_str();
  verb.add_option("--val-fraction", options.val_fraction, "share to validate")->capture_default_str();
  verb.add_option("--seed", options.seed, "the same seed gives the same files")->capture_default_str();
  verb.callback([wanted] { make(*wanted); });
}

void add_memory(CLI::App& synth) {
  CLI::App* verb = synth.add_subcommand("memory", "short events; the class of each moment is the kind of the last one");
  const auto memory = std::make_shared<Memory>();
  add_common(*verb, memory, "videos/ and the labels of their frames come below it");
  verb->add_option("--step-length", memory->options.step_length,
                   "frames of a step; events are shorter, and 3 to 8 apart")
      ->capture_default_str();
}

}  // namespace

void add_synth(CLI::App& app) {
  CLI::App* synth = app.add_subcommand("synth", "make videos of a sample task");
  synth->require_subcommand(1);
  add_memory(*synth);
  CLI::App* verb = synth->add_subcommand("order", "short events of different kinds; the class is their order");
  const auto order = std::make_shared<Order>();
  synth::OrderOptions& options = order->options;
  add_common(*verb, order, "train/CLASS/ and val/CLASS/ come below it");
  verb->add_option("--events", options.events, "events of a video, all of different kinds")->capture_default_str();
  verb->add_option("--step-length", options.step_length, "frames that events keep from each other and the ends")
      ->capture_default_str();
  verb->add_option("--gap", options.gap, "steps from an event to the next, exactly; needs that many more --frames");
}

}  // namespace pgt::data
