#include "base/sides.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>
#include <vector>

namespace pgt {
namespace {

// Where a language calls a side like something else ("droit" is also a law), its other side has to do.
const std::set<std::string, std::less<>> side_words{"left",
                                                    "lefts",
                                                    "leftward",
                                                    "leftwards",
                                                    "leftmost",
                                                    "lefthand",
                                                    "lefthanded",
                                                    "right",
                                                    "rights",
                                                    "rightward",
                                                    "rightwards",
                                                    "rightmost",
                                                    "righthand",
                                                    "righthanded",
                                                    "clockwise",
                                                    "anticlockwise",
                                                    "counterclockwise",
                                                    "cw",
                                                    "ccw",
                                                    "links",
                                                    "rechts",
                                                    "linke",
                                                    "linker",
                                                    "linkes",
                                                    "linken",
                                                    "linkem",
                                                    "rechte",
                                                    "rechter",
                                                    "rechtes",
                                                    "rechten",
                                                    "rechtem",
                                                    "linksherum",
                                                    "rechtsherum",
                                                    "uhrzeigersinn",
                                                    "gauche",
                                                    "gauches",
                                                    "droite",
                                                    "droites",
                                                    "antihoraire",
                                                    "izquierda",
                                                    "izquierdo",
                                                    "izquierdas",
                                                    "izquierdos",
                                                    "derecha",
                                                    "derechas",
                                                    "antihorario",
                                                    "esquerda",
                                                    "esquerdo",
                                                    "direita",
                                                    "direitas",
                                                    "sinistra",
                                                    "sinistro",
                                                    "destra",
                                                    "esquerra",
                                                    "dreta",
                                                    "rechtsaf",
                                                    "linksaf",
                                                    "vänster",
                                                    "höger",
                                                    "venstre",
                                                    "højre",
                                                    "høyre",
                                                    "vasen",
                                                    "oikea",
                                                    "lewo",
                                                    "lewa",
                                                    "lewy",
                                                    "prawo",
                                                    "prawa",
                                                    "prawy",
                                                    "vlevo",
                                                    "vpravo",
                                                    "levá",
                                                    "pravá",
                                                    "sağa",
                                                    "sola",
                                                    "налево",
                                                    "направо",
                                                    "влево",
                                                    "вправо",
                                                    "слева",
                                                    "справа",
                                                    "левый",
                                                    "правый",
                                                    "левая",
                                                    "правая",
                                                    "왼쪽",
                                                    "오른쪽",
                                                    "좌회전",
                                                    "우회전"};

// Of writing without blanks between words.
constexpr std::array<std::string_view, 3> side_signs{"左", "右", "時計回り"};

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

bool has_a_side(const std::string& name) {
  const std::vector<std::string> words = words_of(name);
  return std::ranges::any_of(words, [](const std::string& word) { return side_words.contains(word); }) ||
         std::ranges::any_of(side_signs, [&](std::string_view sign) { return name.find(sign) != std::string::npos; });
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + ' ';
  return text;
}

/// What the name becomes with one "left" for a "right", or an "l" that is a word for an "r".
std::vector<std::string> opposites_of(const std::string& name) {
  std::vector<std::string> opposites;
  const std::vector<std::string> words = words_of(name);
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::vector<std::string> changed = words;
    if (words.size() > 1 && words[i] == "l") {
      changed[i] = "r";
    } else if (const std::size_t at = words[i].find("left"); at != std::string::npos) {
      changed[i].replace(at, 4, "right");
    } else {
      continue;
    }
    opposites.push_back(joined(changed));
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
