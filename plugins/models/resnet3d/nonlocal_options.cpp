#include "nonlocal_options.hpp"

#include <charconv>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

namespace resnet3d {
namespace {

struct Place {
  std::size_t stage = 0;
  std::size_t block = 0;
};

/// Digits alone: no sign, no spaces.
std::optional<std::size_t> number_in(std::string_view text) {
  std::size_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) return {};
  return number;
}

/// "s3.1": block 1 of the second stage, as in the tensors' names.
std::optional<Place> place_of(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (!text.starts_with('s') || dot == std::string_view::npos) return {};
  const std::optional<std::size_t> stage = number_in(text.substr(1, dot - 1)), block = number_in(text.substr(dot + 1));
  if (!stage || !block || *stage < 2) return {};
  return Place{*stage - 2, *block};
}

/// "s2.2, s3.3, …"
std::string last_of(const std::vector<std::int64_t>& blocks) {
  std::string text;
  for (std::size_t stage = 0; stage < blocks.size(); ++stage) {
    text += (stage > 0 ? ", s" : "s") + std::to_string(stage + 2) + "." + std::to_string(blocks[stage] - 1);
  }
  return text;
}

}  // namespace

void check_places(pgt::sdk::Problems& problems, const std::string& name, const std::vector<std::string>& places,
                  const std::vector<std::int64_t>& blocks) {
  std::set<std::string> seen;
  for (const std::string& text : places) {
    const std::optional<Place> place = place_of(text);
    if (!seen.insert(text).second) problems.push_back({name, "names " + text + " twice"});
    if (!place) {
      problems.push_back({name, "\"" + text + "\" is not like \"s3.1\""});
    } else if (place->stage >= blocks.size() || std::cmp_greater_equal(place->block, blocks[place->stage])) {
      problems.push_back({name, "there is no block " + text + ": the last ones of the stages are " + last_of(blocks)});
    }
  }
}

void NonLocalOptions::describe(pgt::sdk::Options& o) {
  o("nonlocal", places).help("blocks followed by a non-local block, such as \"s3.1\": block 1 of stage s3");
  o("nonlocal_form", form, {{"softmax", NonLocalForm::softmax}, {"dot_product", NonLocalForm::dot_product}})
      .help("form of the attention weights");
  o("nonlocal_pool", pool).range(1, 64).help("[frames, height, width]: pooling of keys and values");
  o("nonlocal_progressive", progressive)
      .help("attend to the previous step's features; the first step attends to its own");
  o("nonlocal_norm", norm,
    {{"network", NonLocalNorm::network},
     {"batch", NonLocalNorm::batch},
     {"frozen", NonLocalNorm::frozen},
     {"layer", NonLocalNorm::layer},
     {"none", NonLocalNorm::none}})
      .help("normalisation of a non-local block's output; network: as in the rest of the network");
}

void NonLocalOptions::check(pgt::sdk::Problems& problems, const std::vector<std::int64_t>& blocks) const {
  if (pool.size() != 3) problems.push_back({"nonlocal_pool", "must be three numbers: frames, height, width"});
  check_places(problems, "nonlocal", places, blocks);
}

std::optional<NormLayout> NonLocalOptions::norm_layout(const NormLayout& network) const {
  switch (norm) {
    case NonLocalNorm::none:
      return std::nullopt;
    case NonLocalNorm::batch:
      return NormLayout{NormKind::batch, 1};
    case NonLocalNorm::frozen:
      return NormLayout{NormKind::frozen, 1};
    case NonLocalNorm::layer:
      return NormLayout{NormKind::layer, 1};
    case NonLocalNorm::network:
      break;
  }
  return network;
}

void NonLocalOptions::add_to(PathwayLayout& pathway, const std::vector<std::string>& at,
                             const NormLayout& network) const {
  for (const std::string& text : at) {
    const Place place = place_of(text).value();
    BlockLayout& block = pathway.stages.at(place.stage).at(place.block);
    block.non_local = NonLocalLayout{.channels = out_channels(block),
                                     .form = form,
                                     .pool = pool,
                                     .progressive = progressive,
                                     .norm = norm_layout(network)};
  }
}

}  // namespace resnet3d
