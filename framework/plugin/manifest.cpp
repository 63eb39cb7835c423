#include "plugin/manifest.hpp"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace pgt::plugin {
namespace {

using nlohmann::json;

constexpr const char* kinds[] = {"backbone", "dataset", "schedule"};
constexpr const char* value_types[] = {"boolean", "integer", "number", "text", "integers", "numbers", "texts", "table"};
static_assert(std::size(value_types) == std::variant_size_v<sdk::OptionValue>);

// JSON has no infinity.
json number(double value) {
  if (std::isfinite(value)) return value;
  return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

double number(const json& j) {
  if (j.is_number()) return j.get<double>();
  const auto word = j.get<std::string>();
  if (word == "nan") return std::numeric_limits<double>::quiet_NaN();
  return word == "inf" ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
}

json value_to_json(const sdk::OptionValue& value) {
  json content = std::visit(
      [](const auto& held) -> json {
        using Held = std::decay_t<decltype(held)>;
        if constexpr (std::is_same_v<Held, double>) {
          return number(held);
        } else if constexpr (std::is_same_v<Held, std::vector<double>>) {
          json list = json::array();
          for (const double element : held) list.push_back(number(element));
          return list;
        } else if constexpr (std::is_same_v<Held, std::map<std::string, double>>) {
          json table = json::object();
          for (const auto& [name, element] : held) table[name] = number(element);
          return table;
        } else {
          return held;
        }
      },
      value);
  return {{"type", value_types[value.index()]}, {"value", std::move(content)}};
}

sdk::OptionValue value_from_json(const json& j) {
  const auto type = j.at("type").get<std::string>();
  const json& value = j.at("value");
  if (type == "boolean") return value.get<bool>();
  if (type == "integer") return value.get<std::int64_t>();
  if (type == "number") return number(value);
  if (type == "text") return value.get<std::string>();
  if (type == "integers") return value.get<std::vector<std::int64_t>>();
  if (type == "texts") return value.get<std::vector<std::string>>();
  if (type == "table") {
    std::map<std::string, double> table;
    for (const auto& [name, element] : value.items()) table[name] = number(element);
    return table;
  }
  std::vector<double> numbers;
  for (const json& element : value) numbers.push_back(number(element));
  return numbers;
}

json spec_to_json(const sdk::OptionSpec& spec) {
  json j{{"name", spec.name},         {"default", value_to_json(spec.default_value)},
         {"help", spec.help},         {"unit", spec.unit},
         {"required", spec.required}, {"path", spec.path},
         {"table", spec.table}};
  if (spec.minimum) j["minimum"] = number(*spec.minimum);
  if (spec.maximum) j["maximum"] = number(*spec.maximum);
  j["choices"] = json::array();
  for (const sdk::OptionValue& choice : spec.choices) j["choices"].push_back(value_to_json(choice));
  j["words"] = json::array();
  for (const auto& [word, meaning] : spec.words) j["words"].push_back({{"word", word}, {"number", meaning}});
  if (spec.only_with) j["only_with"] = {{"option", spec.only_with->option}, {"values", spec.only_with->values}};
  return j;
}

sdk::OptionSpec spec_from_json(const json& j) {
  sdk::OptionSpec spec;
  spec.name = j.at("name");
  spec.default_value = value_from_json(j.at("default"));
  spec.help = j.at("help");
  spec.unit = j.at("unit");
  spec.required = j.at("required");
  spec.path = j.at("path");
  spec.table = j.at("table");
  if (j.contains("minimum")) spec.minimum = number(j.at("minimum"));
  if (j.contains("maximum")) spec.maximum = number(j.at("maximum"));
  for (const json& choice : j.at("choices")) spec.choices.push_back(value_from_json(choice));
  for (const json& word : j.at("words")) spec.words.emplace_back(word.at("word"), word.at("number"));
  if (j.contains("only_with")) spec.only_with = {j["only_with"].at("option"), j["only_with"].at("values")};
  return spec;
}

}  // namespace

std::string to_text(Kind kind) { return kinds[static_cast<std::size_t>(kind)]; }

Kind kind_from_text(const std::string& text) {
  for (std::size_t i = 0; i < std::size(kinds); ++i) {
    if (text == kinds[i]) return static_cast<Kind>(i);
  }
  throw std::invalid_argument("no kind of plugin: " + text);
}

json to_json(const Manifest& manifest) {
  json j{{"path", manifest.path.string()},
         {"id", manifest.id},
         {"version", manifest.version},
         {"torch_version", manifest.torch_version},
         {"provides", json::array()}};
  for (const ProvidedSpec& provided : manifest.provides) {
    json options = json::array();
    for (const sdk::OptionSpec& spec : provided.options) options.push_back(spec_to_json(spec));
    j["provides"].push_back({{"kind", to_text(provided.kind)},
                             {"name", provided.name},
                             {"summary", provided.summary},
                             {"options", std::move(options)}});
  }
  return j;
}

Manifest manifest_from_json(const json& j, const std::filesystem::path& library) {
  Manifest manifest;
  manifest.path = library;
  manifest.id = j.at("id");
  manifest.version = j.at("version");
  manifest.torch_version = j.at("torch_version");
  for (const json& item : j.at("provides")) {
    ProvidedSpec provided;
    provided.kind = kind_from_text(item.at("kind"));
    provided.name = item.at("name");
    provided.summary = item.at("summary");
    for (const json& option : item.at("options")) provided.options.push_back(spec_from_json(option));
    manifest.provides.push_back(std::move(provided));
  }
  return manifest;
}

}  // namespace pgt::plugin
