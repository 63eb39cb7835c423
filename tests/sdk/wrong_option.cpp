// Does not compile, and says why: `int` is no type of an option.
#include <pgt/sdk/options.hpp>

struct Chosen {
  int width = 16;
  void describe(pgt::sdk::Options& o) { o("width", width).range(1, 64).help("channels"); }
};
