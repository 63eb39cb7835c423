/// Options: what a run file may say to a plugin, described once.
///
/// A plugin keeps its options in a plain struct and names each field in `describe`:
///
///     struct Options {
///       std::int64_t width = 64;
///       void describe(pgt::sdk::Options& o) {
///         o("width", width).range(1, 4096).unit("channels").help("output channels of the stem");
///       }
///     };
///
/// From that one place come parsing, the errors for unknown keys and wrong types, `pgt-host explain`, and what a
/// checkpoint records. The host's own sections use the same mechanism. Includes no torch header.
///
/// A field is one of
///   - bool, std::int64_t (not int or std::size_t), double (not float), std::string
///   - std::vector of std::int64_t, double or std::string
///   - std::map<std::string, double>: a table of numbers by name
///   - an enumeration, with the names of its values
#pragma once

#include <concepts>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace pgt::sdk {
inline namespace v1 {

/// The value of an option. The alternative that the default holds is the option's type.
using OptionValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>,
                                 std::vector<double>, std::vector<std::string>, std::map<std::string, double>>;

namespace detail {

template <class T, class Variant>
inline constexpr bool is_alternative_of = false;
template <class T, class... Alternatives>
inline constexpr bool is_alternative_of<T, std::variant<Alternatives...>> = (std::same_as<T, Alternatives> || ...);

}  // namespace detail

/// What a field can be without names of its values.
template <class T>
concept OptionField = detail::is_alternative_of<T, OptionValue>;

/// An option that exists only where another one of the same struct, of an enumeration, has one of these values.
struct Condition {
  std::string option;
  std::vector<std::string> values;
};

/// What is known about an option without the struct that it belongs to: enough to check a run file and to explain it.
struct OptionSpec {
  std::string name;
  OptionValue default_value;
  std::string help;                  ///< one line
  std::string unit;                  ///< e.g. "frames"; empty if there is none
  std::optional<double> minimum;     ///< inclusive; for a list or a table it bounds every element
  std::optional<double> maximum;     ///< inclusive
  std::vector<OptionValue> choices;  ///< the only values allowed; empty: any
  /// Words that stand for a number, such as {"all", 0} for `steps = "all"`.
  std::vector<std::pair<std::string, std::int64_t>> words;
  bool required = false;               ///< the run file must give it
  bool path = false;                   ///< a path: relative to the file that it is written in, `~` expanded
  bool table = false;                  ///< a table of numbers by name may be given instead of one of the choices
  std::optional<Condition> only_with;  ///< elsewhere a run file that gives it is wrong, and it keeps its default
};

/// A rule between options that is broken. Problems are collected, not thrown, so that all are reported.
struct Problem {
  std::string option;  ///< the option to point at
  std::string text;    ///< e.g. "must be less than step_length (8)"
};
using Problems = std::vector<Problem>;

/// One described field: its spec, and how to assign it.
struct Option {
  OptionSpec spec;
  /// The value's alternative is that of `spec.default_value`, or a table where the spec allows one.
  std::function<void(const OptionValue&)> assign;
};

/// Completes the description of one field.
class OptionBuilder {
 public:
  explicit OptionBuilder(OptionSpec& spec) : spec_(spec) {}

  OptionBuilder& help(std::string text) { return spec_.help = std::move(text), *this; }
  OptionBuilder& unit(std::string text) { return spec_.unit = std::move(text), *this; }
  OptionBuilder& at_least(double low) { return spec_.minimum = low, *this; }
  OptionBuilder& range(double low, double high) { return spec_.minimum = low, spec_.maximum = high, *this; }
  template <class T>
  OptionBuilder& one_of(std::initializer_list<T> values) {
    for (const T& value : values) {
      if constexpr (std::is_convertible_v<T, std::string>) {
        spec_.choices.emplace_back(std::string(value));
      } else if constexpr (std::is_integral_v<T>) {
        spec_.choices.emplace_back(static_cast<std::int64_t>(value));
      } else {
        spec_.choices.emplace_back(static_cast<double>(value));
      }
    }
    return *this;
  }
  /// `text` may be written instead of `number`. Only for integer options.
  OptionBuilder& word(std::string text, std::int64_t number) {
    return spec_.words.emplace_back(std::move(text), number), *this;
  }
  OptionBuilder& required() { return spec_.required = true, *this; }
  OptionBuilder& path() { return spec_.path = true, *this; }
  /// It exists only where `option`, of an enumeration, has one of these values.
  OptionBuilder& only_with(std::string option, std::vector<std::string> values) {
    return spec_.only_with = Condition{std::move(option), std::move(values)}, *this;
  }

 private:
  OptionSpec& spec_;
};

/// The described fields of one struct. Holds references to the fields, so the struct must outlive it.
class Options {
 public:
  /// Describes `field`, whose current value is the default.
  template <OptionField T>
  OptionBuilder operator()(std::string name, T& field) {
    return add(std::move(name), OptionValue(field), [&field](const OptionValue& v) { field = std::get<T>(v); });
  }

  /// Only says what is wrong with the field's type.
  template <class T>
  OptionBuilder operator()(std::string name, T&) {
    static_assert(OptionField<T>,
                  "an option is a bool, std::int64_t, double, std::string, a std::vector of one of the last three, a "
                  "std::map<std::string, double>, or an enumeration with the names of its values");
    return add(std::move(name), {}, {});
  }

  /// Describes a field of an enumeration by the names of its values.
  template <class E>
  requires std::is_enum_v<E> OptionBuilder operator()(std::string name, E& field,
                                                      std::vector<std::pair<std::string, E>> names) {
    const auto to_text = [names](E value) {
      for (const auto& [text, candidate] : names) {
        if (candidate == value) return text;
      }
      return std::string();
    };
    OptionBuilder builder = add(std::move(name), OptionValue(to_text(field)), [&field, names](const OptionValue& v) {
      for (const auto& [text, candidate] : names) {
        if (text == std::get<std::string>(v)) field = candidate;
      }
    });
    for (const auto& [text, unused] : names) options_.back()->spec.choices.emplace_back(text);
    return builder;
  }

  /// The same, where a table of numbers by name may be given instead: `table` then holds it, and `field` is `given`.
  template <class E>
  requires std::is_enum_v<E> OptionBuilder operator()(std::string name, E& field,
                                                      std::vector<std::pair<std::string, E>> names, E given,
                                                      std::map<std::string, double>& table) {
    OptionBuilder builder = (*this)(std::move(name), field, std::move(names));
    Option& option = *options_.back();
    option.spec.table = true;
    option.assign = [&field, &table, given, named = std::move(option.assign)](const OptionValue& v) {
      const auto* numbers = std::get_if<std::map<std::string, double>>(&v);
      table = numbers != nullptr ? *numbers : std::map<std::string, double>();
      if (numbers != nullptr) {
        field = given;
      } else {
        named(v);
      }
    };
    return builder;
  }

  const std::vector<std::unique_ptr<Option>>& all() const { return options_; }

 private:
  OptionBuilder add(std::string name, OptionValue value, std::function<void(const OptionValue&)> assign) {
    options_.push_back(std::make_unique<Option>());
    Option& option = *options_.back();
    option.spec.name = std::move(name);
    option.spec.default_value = std::move(value);
    option.assign = std::move(assign);
    return OptionBuilder(option.spec);
  }

  std::vector<std::unique_ptr<Option>> options_;  // pointers: an OptionBuilder refers to its spec
};

/// A struct of options whose type the holder does not need to know.
class OptionSet {
 public:
  virtual ~OptionSet() = default;
  virtual Options& fields() = 0;
  /// Adds a Problem for every rule between options that the current values break.
  virtual void check(Problems& problems) const = 0;
};

/// Wraps the options struct `T`, which has `describe(Options&)` and may have `check(Problems&) const`.
template <class T>
class TypedOptions final : public OptionSet {
 public:
  TypedOptions() { value.describe(fields_); }
  TypedOptions(const TypedOptions&) = delete;
  TypedOptions& operator=(const TypedOptions&) = delete;

  Options& fields() override { return fields_; }
  void check(Problems& problems) const override {
    if constexpr (requires { value.check(problems); }) value.check(problems);
  }

  T value;

 private:
  Options fields_;
};

/// For what has no options.
struct NoOptions {
  void describe(Options&) {}
};

}  // namespace v1
}  // namespace pgt::sdk
