#include "base/sides.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

namespace pgt {
namespace {

// Where a language calls a side like something else ("droit" is also a law), its other side has to do.
constexpr const char* side_words[] = {
    "left lefts leftward leftwards leftmost lefthand lefthanded clockwise anticlockwise counterclockwise cw ccw ltr",
    "right rights rightward rightwards rightmost righthand righthanded rtl",
    "links linke linker linkes linken linkem linksherum uhrzeigersinn",
    "rechts rechte rechter rechtes rechten rechtem rechtsherum",
    "gauche gauches droite droites antihoraire izquierda izquierdo izquierdas izquierdos derecha derechas antihorario",
    "esquerda esquerdo direita direitas esquerra dreta sinistra sinistro destra vänster höger venstre højre høyre",
    "lewo lewa lewy prawo prawa prawy vlevo vpravo levá pravá sağa",
    "налево направо влево вправо слева справа левый правый левая правая 왼쪽 오른쪽 좌회전 우회전"};

// Of writing without blanks between words.
constexpr std::array<std::string_view, 3> side_signs{"左", "右", "時計回り"};

// These tell a side only where another name has the opposite.
using Opposite = std::pair<std::string_view, std::string_view>;
constexpr Opposite parts_of_words[] = {{"left", "right"},     {"links", "rechts"},  {"linke", "rechte"},
                                       {"gauche", "droit"},   {"gauche", "droite"}, {"izquierd", "derech"},
                                       {"esquerd", "direit"}, {"sinistr", "destr"}};
constexpr Opposite short_words[] = {{"l", "r"}, {"lh", "rh"}, {"lt", "rt"}};

enum class Kind { letter, capital, digit, gap };

/// Characters beyond ASCII are letters.
Kind kind_of(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (std::isupper(byte) != 0) return Kind::capital;
  if (std::isdigit(byte) != 0) return Kind::digit;
  return byte >= 0x80 || std::isalpha(byte) != 0 ? Kind::letter : Kind::gap;
}

/// In small letters. "TurnLeft2" has three.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  Kind before = Kind::gap;
  for (const char c : name) {
    const Kind kind = kind_of(c);
    const bool continues = kind == before || (kind == Kind::letter && before == Kind::capital);
    if (kind != Kind::gap && !continues) words.emplace_back();
    if (kind != Kind::gap) words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    before = kind;
  }
  return words;
}

bool is_a_side(const std::string& word) {
  static const std::set<std::string> known = [] {
    std::set<std::string> all;
    for (const char* words : side_words) {
      std::istringstream text(words);
      all.insert(std::istream_iterator<std::string>(text), {});
    }
    return all;
  }();
  return known.contains(word);
}

bool has_a_side(const std::string& name) {
  return std::ranges::any_of(words_of(name), is_a_side) ||
         std::ranges::any_of(side_signs, [&](std::string_view sign) { return name.find(sign) != std::string::npos; });
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + ' ';
  return text;
}

/// What the name becomes with one side for the other.
std::vector<std::string> opposites_of(const std::string& name) {
  std::vector<std::string> opposites;
  const std::vector<std::string> words = words_of(name);
  const auto add = [&](std::size_t word, std::string changed) {
    std::vector<std::string> other = words;
    other[word] = std::move(changed);
    opposites.push_back(joined(other));
  };
  for (std::size_t i = 0; i < words.size(); ++i) {
    for (const auto& [left, right] : parts_of_words) {
      const std::size_t at = words[i].find(left);
      if (at != std::string::npos) add(i, std::string(words[i]).replace(at, left.size(), right));
    }
    for (const auto& [left, right] : short_words) {
      if (words.size() > 1 && words[i] == left) add(i, std::string(right));
    }
  }
  return opposites;
}

}  // namespace

std::optional<std::string> name_with_a_side(std::span<const std::string> names) {
  const auto found = std::ranges::find_if(names, has_a_side);
  if (found != names.end()) return *found;
  std::set<std::string> known;
  for (const std::string& name : names) known.insert(joined(words_of(name)));
  for (const std::string& name : names) {
    for (const std::string& opposite : opposites_of(name)) {
      if (known.contains(opposite)) return name;
    }
  }
  return std::nullopt;
}

}  // namespace pgt
