#include "network_options.hpp"

#include "base/error.hpp"
#include "regnet_network.hpp"
#include "resnet_network.hpp"
#include "x3d_network.hpp"

namespace pgt::parity {
namespace {

struct Family {
  const char* reference;  ///< its name in golden files
  const char* ours;
  void (*describe)(const nlohmann::json& network, sdk::OptionSet& options);
};
constexpr Family families[] = {{"c2d", "c2d", &describe_c2d},    {"i3d", "i3d", &describe_i3d},
                               {"slow", "slow", &describe_slow}, {"slowfast", "slowfast", &describe_slowfast},
                               {"x3d", "x3d", &describe_x3d},    {"regnet", "regnet", &describe_regnet}};

const Family& family_of(const nlohmann::json& network) {
  const auto name = network.at("family").get<std::string>();
  for (const Family& family : families) {
    if (family.reference == name) return family;
  }
  throw Error(ExitCode::data, "no backbone of the family " + name);
}

}  // namespace

std::string backbone_name(const nlohmann::json& network) { return family_of(network).ours; }

void set_options(const nlohmann::json& network, sdk::OptionSet& options) {
  family_of(network).describe(network, options);
  sdk::Problems problems;
  options.check(problems);
  if (!problems.empty()) {
    throw Error(ExitCode::data, "the backbone's " + problems.front().option + " " + problems.front().text);
  }
}

}  // namespace pgt::parity
