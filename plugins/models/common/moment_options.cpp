#include "models/common/moment_options.hpp"

namespace pgt::models {
namespace {

constexpr std::int64_t recurrent_layers = 1;
constexpr std::int64_t convolution_layers = 10;  // of MS-TCN: 2,046 moments back

}  // namespace

void MomentOptions::describe(pgt::sdk::Options& o) {
  o("moment_head", kind,
    {{"linear", MomentKind::linear},
     {"gru", MomentKind::gru},
     {"causal_tcn", MomentKind::causal_tcn},
     {"tcn", MomentKind::tcn}})
      .help(
          "for head = \"moments\"; linear: each moment by itself; gru, causal_tcn: with those before it; tcn: with "
          "those after it in the step too");
  o("moment_layers", layers)
      .range(0, 14)
      .help("layers of the moment head; 0: 1 of gru, 10 of causal_tcn and tcn, each of which doubles their reach");
  o("moment_width", width).range(1, 8192).unit("channels").help("channels within gru, causal_tcn and tcn");
}

MomentLayout MomentOptions::layout() const {
  const std::int64_t usual = kind == MomentKind::gru ? recurrent_layers : convolution_layers;
  return {kind, layers > 0 ? layers : usual, width};
}

void MomentOptions::check(pgt::sdk::Problems& problems, bool scored, const PoolLayout& pool) const {
  if (scored && pool.window != 0) {
    problems.push_back({"head_window", "must be 0 with head = \"moments\", which pools the whole map"});
  }
  if (scored) return;
  const MomentOptions usual;
  constexpr const char* need = "needs head = \"moments\"";
  if (kind != usual.kind) problems.push_back({"moment_head", need});
  if (layers != usual.layers) problems.push_back({"moment_layers", need});
  if (width != usual.width) problems.push_back({"moment_width", need});
}

void HeadOptions::describe(pgt::sdk::Options& o) {
  o("head", kind, {{"basic", HeadKind::basic}, {"moments", HeadKind::moments}})
      .help("basic: scores each video; moments: scores every moment of it");
  moments.describe(o);
}

void HeadOptions::check(pgt::sdk::Problems& problems, const PoolLayout& pool) const {
  moments.check(problems, kind == HeadKind::moments, pool);
}

std::optional<MomentLayout> HeadOptions::layout() const {
  if (kind == HeadKind::basic) return std::nullopt;
  return moments.layout();
}

}  // namespace pgt::models
