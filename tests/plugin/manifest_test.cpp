#include "plugin/manifest.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace pgt::plugin {
namespace {

struct Everything {
  bool flag = true;
  std::int64_t count = -3;
  double rate = std::numeric_limits<double>::infinity();
  std::string text = "a \"quoted\" line\nand another";
  std::vector<std::int64_t> counts{1, 2};
  std::vector<double> rates{0.1, -std::numeric_limits<double>::infinity()};
  std::vector<std::string> texts{};
  enum class Weights { none, given } weights = Weights::none;
  std::map<std::string, double> table{{"a b", 0.5}, {"c", 2}}, chosen{};

  void describe(sdk::Options& o) {
    o("flag", flag).help("a flag");
    o("count", count).at_least(-5).word("all", 0).unit("frames");
    o("rate", rate).range(0.5, std::numeric_limits<double>::infinity());
    o("text", text).required().path();
    o("counts", counts).one_of({1, 2, 3});
    o("rates", rates);
    o("texts", texts).one_of({"x", "y"}).only_with("text", {"a", "b"});
    o("table", table);
    o("weights", weights, {{"none", Weights::none}}, Weights::given, chosen).at_least(0);
  }
};

TEST(Manifest, SurvivesJsonWithEveryTypeOfOption) {
  sdk::TypedOptions<Everything> options;
  Manifest manifest{"/some where/net.so", "org.example.net", "1.0", "2.11.0", {}};
  ProvidedSpec provided{Kind::schedule, "net", "a summary", {}};
  for (const auto& option : options.fields().all()) provided.options.push_back(option->spec);
  manifest.provides = {{Kind::backbone, "other", "", {}}, provided};

  const Manifest back = manifest_from_json(to_json(manifest), manifest.path);

  EXPECT_EQ(back.path, manifest.path);
  EXPECT_EQ(back.id, "org.example.net");
  EXPECT_EQ(back.version, "1.0");
  EXPECT_EQ(back.torch_version, "2.11.0");
  ASSERT_EQ(back.provides.size(), 2U);
  EXPECT_EQ(back.provides[0].kind, Kind::backbone);
  EXPECT_EQ(back.provides[1].kind, Kind::schedule);
  EXPECT_EQ(back.provides[1].summary, "a summary");
  ASSERT_EQ(back.provides[1].options.size(), provided.options.size());
  for (std::size_t i = 0; i < provided.options.size(); ++i) {
    const sdk::OptionSpec& before = provided.options[i];
    const sdk::OptionSpec& after = back.provides[1].options[i];
    EXPECT_EQ(after.name, before.name);
    EXPECT_EQ(after.default_value, before.default_value) << before.name;
    EXPECT_EQ(after.help, before.help);
    EXPECT_EQ(after.unit, before.unit);
    EXPECT_EQ(after.minimum, before.minimum) << before.name;
    EXPECT_EQ(after.maximum, before.maximum) << before.name;
    EXPECT_EQ(after.choices, before.choices) << before.name;
    EXPECT_EQ(after.words, before.words) << before.name;
    EXPECT_EQ(after.required, before.required);
    EXPECT_EQ(after.path, before.path);
    EXPECT_EQ(after.table, before.table);
    ASSERT_EQ(after.only_with.has_value(), before.only_with.has_value()) << before.name;
    if (!before.only_with) continue;
    EXPECT_EQ(after.only_with->option, before.only_with->option);
    EXPECT_EQ(after.only_with->values, before.only_with->values);
  }
}

TEST(Manifest, IsOfTheLibraryThatWasAsked) {
  const Manifest manifest{"/else where/other.so", "org.example.net", "1.0", "", {}};
  EXPECT_EQ(manifest_from_json(to_json(manifest), "/some where/net.so").path, "/some where/net.so");
}

}  // namespace
}  // namespace pgt::plugin
