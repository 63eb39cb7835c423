/// pgt-data: work on data sets without a model. `pgt-host data …` runs it.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "base/error.hpp"
#include "order.hpp"
#include "write.hpp"

namespace {

using namespace pgt;

/// "32" or "320x240".
std::string read_size(const std::string& text, synth::OrderOptions& options) {
  char end = 0;
  long long width = 0, height = 0;
  const int sides = std::sscanf(text.c_str(), "%lldx%lld%c", &width, &height, &end);
  if (sides != 2 && std::sscanf(text.c_str(), "%lld%c", &width, &end) == 1) height = width;
  if (height == 0) return "--size '" + text + "': write 32 or 320x240";
  options.width = width;
  options.height = height;
  return "";
}

void synth_order(const synth::OrderOptions& options, const std::string& folder) {
  if (synth::write_order(options, folder) == synth::Outcome::already_there) {
    std::printf("%s holds these %lld videos already\n", folder.c_str(), static_cast<long long>(options.videos));
    return;
  }
  long long validation = 0;
  for (std::int64_t i = 0; i < options.videos; ++i) validation += synth::plan_film(options, i).validation ? 1 : 0;
  std::printf("%lld videos of %lld frames in %zu classes: %lld to train, %lld to validate, in %s\n",
              static_cast<long long>(options.videos), static_cast<long long>(options.frames),
              synth::order_classes(options).size(), options.videos - validation, validation, folder.c_str());
}

int run(int argc, char** argv) {
  CLI::App app("Works on data sets without a model.", "pgt-data");
  app.require_subcommand(1);
  CLI::App* synth = app.add_subcommand("synth", "make videos of a sample task");
  synth->require_subcommand(1);
  CLI::App* order = synth->add_subcommand("order", "short events of different kinds; the class is their order");

  synth::OrderOptions options;
  std::string folder, size = "32";
  order->add_option("--out", folder, "folder to make; train/CLASS/ and val/CLASS/ come below it")->required();
  order->add_option("--videos", options.videos, "videos in all")->capture_default_str();
  order->add_option("--frames", options.frames, "frames of a video")->capture_default_str();
  order->add_option("--fps", options.fps, "frames a second")->capture_default_str();
  order->add_option("--size", size, "pixels, one number or WIDTHxHEIGHT")->capture_default_str();
  order->add_option("--kinds", options.kinds, "kinds of events, 2 to 6")->capture_default_str();
  order->add_option("--events", options.events, "events of a video, all of different kinds")->capture_default_str();
  order->add_option("--val-fraction", options.val_fraction, "share of each class to validate")->capture_default_str();
  order->add_option("--step-length", options.step_length, "frames that events keep from each other and the ends")
      ->capture_default_str();
  order->add_option("--seed", options.seed, "the same seed gives the same files")->capture_default_str();

  try {
    app.parse(argc, argv);
    if (const std::string wrong = read_size(size, options); !wrong.empty()) throw Error(ExitCode::usage, wrong);
  } catch (const CLI::ParseError& answer) {
    return app.exit(answer) == 0 ? 0 : static_cast<int>(ExitCode::usage);
  }
  synth_order(options, folder);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const Error& error) {
    std::fprintf(stderr, "pgt-data: %s\n", error.what());
    return static_cast<int>(error.code());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pgt-data: %s\n", error.what());
    return static_cast<int>(ExitCode::failure);
  }
}
