#include "video/canvas.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace pgt::video {
namespace {

/// The letters from ' ' to '~', five pixels wide: seven rows from the top, each a digit to the base of 32 whose highest
/// bit is the left pixel.
constexpr std::array<const char*, 95> letters{
    "0000000", "4444404", "aa00000", "aavavaa", "4fke5u4", "op248j3", "cik8lid", "4480000",  //  !"#$%&'
    "2488842", "8422248", "04lel40", "044v440", "0000c48", "000v000", "00000cc", "01248g0",  // ()*+,-./
    "ehjlphe", "4c4444e", "eh1248v", "v2421he", "26aiv22", "vgu11he", "68guhhe", "v124888",  // 01234567
    "ehhehhe", "ehhf12c", "0cc0cc0", "0cc0c48", "248g842", "00v0v00", "8421248", "eh12404",  // 89:;<=>?
    "eh1dlle", "ehhhvhh", "uhhuhhu", "ehggghe", "sihhhis", "vgguggv", "vgguggg", "ehgnhhf",  // @ABCDEFG
    "hhhvhhh", "e44444e", "72222ic", "hikokih", "ggggggv", "hrllhhh", "hhpljhh", "ehhhhhe",  // HIJKLMNO
    "uhhuggg", "ehhhlid", "uhhukih", "fgge11u", "v444444", "hhhhhhe", "hhhhha4", "hhhllla",  // PQRSTUVW
    "hha4ahh", "hhha444", "v1248gv", "e88888e", "0g84210", "e22222e", "4ah0000", "000000v",  // XYZ[\]^_
    "8420000", "00e1fhf", "ggmphhu", "00egghe", "11djhhf", "00ehvge", "698s888", "0fhhf1e",  // `abcdefg
    "ggmphhh", "40c444e", "20622ic", "ggikoki", "c44444e", "00qllhh", "00mphhh", "00ehhhe",  // hijklmno
    "00uhugg", "00djf11", "00mpggg", "00ege1u", "88s8896", "00hhhjd", "00hhha4", "00hhlla",  // pqrstuvw
    "00ha4ah", "00hhf1e", "00v248v", "2448442", "4444444", "8442448", "08l2000"};            // xyz{|}~
constexpr const char* missing_letter = "vhhhhhv";

unsigned row_of(const char* letter, int row) {
  const char digit = letter[row];
  return static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

const char* letter_of(std::string_view character) {
  const unsigned char first = static_cast<unsigned char>(character.front());
  return first >= ' ' && first <= '~' ? letters[first - ' '] : missing_letter;
}

/// UTF-8 taken apart; a byte that is none of it is a character of its own.
std::vector<std::string_view> characters_of(std::string_view text) {
  std::vector<std::string_view> characters;
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text.front());
    std::size_t length = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    length = std::min(length, text.size());
    for (std::size_t i = 1; i < length; ++i) {
      if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) length = 1;
    }
    characters.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return characters;
}

}  // namespace

std::string undrawable(std::string_view text) {
  std::string all;
  std::set<std::string_view> seen;
  for (const std::string_view character : characters_of(text)) {
    if (letter_of(character) == missing_letter && seen.insert(character).second) all += character;
  }
  return all;
}

Canvas::Canvas(int width, int height)
    : width_(width), height_(height), rgb_(3 * static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {}

void Canvas::fill(int x, int y, int width, int height, Colour colour) {
  const int left = std::max(0, x), right = std::min(width_, x + width);
  for (int row = std::max(0, y); row < std::min(height_, y + height); ++row) {
    std::uint8_t* pixel = rgb_.data() + 3 * (static_cast<std::ptrdiff_t>(row) * width_ + left);
    for (int column = left; column < right; ++column) pixel = std::ranges::copy(colour, pixel).out;
  }
}

void Canvas::text(int x, int y, int scale, Colour colour, std::string_view text, std::size_t most) {
  std::vector<std::string_view> characters = characters_of(text);
  if (characters.size() > most) {
    characters.resize(most);
    for (std::size_t i = most; i > 0 && most - i < 2; --i) characters[i - 1] = ".";
  }
  for (const std::string_view character : characters) {
    const char* const letter = letter_of(character);
    for (int row = 0; row < letter_height; ++row) {
      for (int column = 0; column < 5; ++column) {
        if ((row_of(letter, row) >> (4 - column) & 1) == 0) continue;
        fill(x + column * scale, y + row * scale, scale, scale, colour);
      }
    }
    x += letter_width * scale;
  }
}

Colour Canvas::at(int x, int y) const {
  const std::uint8_t* const pixel = rgb_.data() + 3 * (static_cast<std::ptrdiff_t>(y) * width_ + x);
  return {pixel[0], pixel[1], pixel[2]};
}

}  // namespace pgt::video
