#include "video/picture_operations.hpp"

#include <algorithm>
#include <cmath>

namespace pgt::video {
namespace {

// Of ITU-R BT.601, as everywhere in the field.
constexpr double red_weight = 0.299, green_weight = 0.587, blue_weight = 0.114;

std::uint8_t to_byte(double value) { return static_cast<std::uint8_t>(std::clamp(value, 0.0, 255.0) + 0.5); }

// Where each pixel counts, whole numbers stand for fractions: several times as fast.
constexpr int fraction_bits = 20;
int fixed(double value) { return static_cast<int>(std::lround(std::ldexp(value, fraction_bits))); }
std::uint8_t to_byte(int value) {
  return static_cast<std::uint8_t>(std::clamp((value + (1 << (fraction_bits - 1))) >> fraction_bits, 0, 255));
}

/// The same for all three colours.
template <class Value>
Lookup lookup(Value value_of) {
  Lookup table;
  for (std::size_t value = 0; value < 256; ++value) {
    const std::uint8_t changed = to_byte(value_of(static_cast<double>(value)));
    for (auto& colour : table.values) colour[value] = changed;
  }
  return table;
}

using Counts = std::array<std::array<std::int64_t, 256>, 3>;

/// How often each value of each colour comes up.
Counts count(const Picture& picture) {
  Counts counts{};
  for (std::size_t i = 0; i < picture.rgb.size(); i += 3) {
    for (std::size_t colour = 0; colour < 3; ++colour) ++counts[colour][picture.rgb[i + colour]];
  }
  return counts;
}

double mean_grey(const Picture& picture) {
  std::array<std::int64_t, 3> sums{};
  for (std::size_t i = 0; i < picture.rgb.size(); i += 3) {
    for (std::size_t colour = 0; colour < 3; ++colour) sums[colour] += picture.rgb[i + colour];
  }
  const double weighted = red_weight * static_cast<double>(sums[0]) + green_weight * static_cast<double>(sums[1]) +
                          blue_weight * static_cast<double>(sums[2]);
  return weighted / static_cast<double>(picture.rgb.size() / 3);
}

}  // namespace

void Lookup::apply(const Picture& picture) const {
  std::uint8_t* value = picture.rgb.data();
  for (std::uint8_t* const end = value + picture.rgb.size(); value != end; value += 3) {
    value[0] = values[0][value[0]];
    value[1] = values[1][value[1]];
    value[2] = values[2][value[2]];
  }
}

Lookup brightness(double factor) {
  return lookup([&](double value) { return factor * value; });
}

Lookup shifted(const std::array<double, 3>& shift) {
  Lookup table;
  for (std::size_t colour = 0; colour < 3; ++colour) {
    for (std::size_t value = 0; value < 256; ++value) {
      table.values[colour][value] = to_byte(static_cast<double>(value) + 255 * shift[colour]);
    }
  }
  return table;
}

Lookup posterize(int bits) {
  const int kept = 0xff << (8 - bits) & 0xff;
  return lookup([&](double value) { return static_cast<double>(static_cast<int>(value) & kept); });
}

Lookup solarize(double threshold) {
  return lookup([&](double value) { return value >= threshold ? 255 - value : value; });
}

void Contrast::apply(const Picture& picture) const {
  const double mean = mean_grey(picture);
  lookup([&](double value) { return mean + factor * (value - mean); }).apply(picture);
}

void Saturation::apply(const Picture& picture) const {
  const auto times = [](double weight) {
    std::array<int, 256> products{};
    for (std::size_t value = 0; value < 256; ++value) products[value] = fixed(weight * static_cast<double>(value));
    return products;
  };
  const auto own = times(factor), red = times((1 - factor) * red_weight), green = times((1 - factor) * green_weight),
             blue = times((1 - factor) * blue_weight);
  std::uint8_t* value = picture.rgb.data();
  for (std::uint8_t* const end = value + picture.rgb.size(); value != end; value += 3) {
    const int grey = red[value[0]] + green[value[1]] + blue[value[2]];
    value[0] = to_byte(own[value[0]] + grey);
    value[1] = to_byte(own[value[1]] + grey);
    value[2] = to_byte(own[value[2]] + grey);
  }
}

void Sharpness::apply(const Picture& picture) const {
  std::ranges::copy(picture.rgb, picture.spare.begin());
  const int own = fixed(factor), around = fixed((1 - factor) / 13);
  const std::ptrdiff_t line = 3 * picture.width;
  for (int y = 1; y + 1 < picture.height; ++y) {
    const std::uint8_t* from = picture.spare.data() + y * line;
    std::uint8_t* to = picture.rgb.data() + y * line;
    for (std::ptrdiff_t i = 3; i < line - 3; ++i) {
      const std::uint8_t* above = from + i - line;
      const std::uint8_t* here = from + i;
      const std::uint8_t* below = from + i + line;
      const int smooth =
          above[-3] + above[0] + above[3] + here[-3] + 5 * here[0] + here[3] + below[-3] + below[0] + below[3];
      to[i] = to_byte(own * here[0] + around * smooth);
    }
  }
}

void AutoContrast::apply(const Picture& picture) const {
  const Counts counts = count(picture);
  Lookup table;
  for (std::size_t colour = 0; colour < 3; ++colour) {
    const auto there = [](std::int64_t times) { return times > 0; };
    const auto& of = counts[colour];
    const double least = static_cast<double>(std::ranges::find_if(of, there) - of.begin());
    const double largest = 255 - static_cast<double>(std::find_if(of.rbegin(), of.rend(), there) - of.rbegin());
    const double scale = largest > least ? 255 / (largest - least) : 1;
    const double zero = largest > least ? least : 0;
    for (std::size_t value = 0; value < 256; ++value) {
      table.values[colour][value] = to_byte((static_cast<double>(value) - zero) * scale);
    }
  }
  table.apply(picture);
}

// Whole numbers throughout, with the steps that Pillow and torchvision take.
void Equalize::apply(const Picture& picture) const {
  const Counts counts = count(picture);
  Lookup table;
  for (std::size_t colour = 0; colour < 3; ++colour) {
    const auto& of = counts[colour];
    const std::int64_t of_largest = *std::find_if(of.rbegin(), of.rend(), [](std::int64_t times) { return times > 0; });
    const std::int64_t step = (static_cast<std::int64_t>(picture.rgb.size() / 3) - of_largest) / 255;
    std::int64_t below = 0;
    for (std::size_t value = 0; value < 256; below += of[value], ++value) {
      const std::int64_t spread = step == 0 ? static_cast<std::int64_t>(value) : (step / 2 + below) / step;
      table.values[colour][value] = static_cast<std::uint8_t>(std::min<std::int64_t>(255, spread));
    }
  }
  table.apply(picture);
}

void Warp::apply(const Picture& picture) const {
  constexpr int place_bits = 16, weight_bits = 8;  // of their fractions
  constexpr int whole_weight = 1 << weight_bits;
  const auto place = [](double pixels) { return std::llround(std::ldexp(pixels, place_bits)); };
  const int width = picture.width, height = picture.height;
  const double middle_x = (width - 1) / 2.0, middle_y = (height - 1) / 2.0;
  const std::int64_t step_x = place(matrix[0]), step_y = place(matrix[2]);

  std::ranges::copy(picture.rgb, picture.spare.begin());
  const std::uint8_t* from = picture.spare.data();
  const auto at = [&](std::int64_t x, std::int64_t y) { return from + 3 * (y * width + x); };
  const auto at_or_fill = [&](std::int64_t x, std::int64_t y) {
    return x >= 0 && x < width && y >= 0 && y < height ? at(x, y) : fill.data();
  };
  std::uint8_t* to = picture.rgb.data();
  for (int row = 0; row < height; ++row) {
    const double down = row - middle_y;
    std::int64_t x = place(middle_x + shift_x - matrix[0] * middle_x + matrix[1] * down);
    std::int64_t y = place(middle_y + shift_y - matrix[2] * middle_x + matrix[3] * down);
    for (int column = 0; column < width; ++column, x += step_x, y += step_y, to += 3) {
      const std::int64_t left = x >> place_bits, top = y >> place_bits;
      const int right_weight = x >> (place_bits - weight_bits) & (whole_weight - 1);
      const int lower_weight = y >> (place_bits - weight_bits) & (whole_weight - 1);
      const int left_weight = whole_weight - right_weight, upper_weight = whole_weight - lower_weight;
      const bool inside = left >= 0 && left + 1 < width && top >= 0 && top + 1 < height;
      const std::uint8_t* const upper_left = inside ? at(left, top) : at_or_fill(left, top);
      const std::uint8_t* const upper_right = inside ? upper_left + 3 : at_or_fill(left + 1, top);
      const std::uint8_t* const lower_left = inside ? at(left, top + 1) : at_or_fill(left, top + 1);
      const std::uint8_t* const lower_right = inside ? lower_left + 3 : at_or_fill(left + 1, top + 1);
      for (int colour = 0; colour < 3; ++colour) {
        const int upper = upper_left[colour] * left_weight + upper_right[colour] * right_weight;
        const int lower = lower_left[colour] * left_weight + lower_right[colour] * right_weight;
        const int value = upper * upper_weight + lower * lower_weight;
        to[colour] = static_cast<std::uint8_t>((value + whole_weight * whole_weight / 2) >> (2 * weight_bits));
      }
    }
  }
}

void Erase::apply(const Picture& picture) const {
  for (int row = y; row < y + height; ++row) {
    std::uint8_t* to = picture.rgb.data() + 3 * (static_cast<std::ptrdiff_t>(row) * picture.width + x);
    for (int column = 0; column < width; ++column, to += 3) std::ranges::copy(fill, to);
  }
}

}  // namespace pgt::video
