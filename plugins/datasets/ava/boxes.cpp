#include "boxes.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace pgt::datasets {
namespace {

template <class T>
std::optional<T> number_in(const std::string& text) {
  T value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stop != end) return std::nullopt;
  if constexpr (std::is_floating_point_v<T>) {
    if (!std::isfinite(value)) return std::nullopt;
  }
  return value;
}

/// Reads the rows of one file, each once.
class BoxReader {
 public:
  BoxReader(const std::string& file, BoxKind kind, const BoxRules& rules, Findings& findings)
      : file_(file), kind_(kind), rules_(rules), findings_(findings) {}

  void read(const std::vector<CsvField>& row) {
    const bool detected = kind_ == BoxKind::detected;
    if (row.size() != columns && (detected || row.size() + 1 != columns)) {
      return problem(row.front(), std::string("is not a row video,second,x1,y1,x2,y2,action,") +
                                      (detected ? "score" : "person") + ": it has " + std::to_string(row.size()) +
                                      " fields");
    }
    const std::optional<std::int64_t> second = number_in<std::int64_t>(row[1].text);
    if (row[0].text.empty()) return problem(row[0], "has no video");
    if (!second) return problem(row[1], "\"" + row[1].text + "\" is not a number of seconds");
    const bool nobody =
        std::all_of(row.begin() + 2, row.begin() + 6, [](const auto& field) { return field.text.empty(); });
    if (nobody) return;
    const std::optional<sdk::Box> box = box_in(row);
    const std::optional<std::vector<std::int64_t>> classes = classes_in(row[6]);
    if (!box || !classes) return;
    if (detected) {
      const std::optional<double> score = number_in<double>(row[7].text);
      if (!score) return problem(row[7], "\"" + row[7].text + "\" is not a detector's score");
      if (*score < rules_.min_score) return;
    }
    if (*second < rules_.first_second || *second > rules_.last_second) {
      ++read_.outside;
    } else if (!rules_.excluded.contains({row[0].text, *second})) {
      read_.flat += box->right <= box->left || box->bottom <= box->top ? 1 : 0;
      read_.first_rows.try_emplace(row[0].text, row[0].place);
      add(read_.boxes[row[0].text][*second], *box, *classes);
    }
  }
  BoxFile take() { return std::move(read_); }

 private:
  static constexpr std::size_t columns = 8;

  static void add(std::vector<sdk::LabelledBox>& boxes, const sdk::Box& box, const std::vector<std::int64_t>& classes) {
    auto found = std::ranges::find(boxes, box, &sdk::LabelledBox::box);
    if (found == boxes.end()) found = boxes.insert(boxes.end(), {box, {}});
    for (const std::int64_t a_class : classes) {
      const auto place = std::ranges::lower_bound(found->classes, a_class);
      if (place == found->classes.end() || *place != a_class) found->classes.insert(place, a_class);
    }
  }

  std::optional<sdk::Box> box_in(const std::vector<CsvField>& row) {
    float sides[4] = {};
    for (std::size_t i = 0; i < 4; ++i) {
      const CsvField& field = row[2 + i];
      const std::optional<float> side = number_in<float>(field.text);
      constexpr float far = 1;  // detectors reach a little over the picture's borders; pixels are far out
      if (!side || *side < -far || *side > 1 + far) {
        problem(field, "\"" + field.text + "\" is not a side of a box: sides are fractions of the picture, 0 to 1");
        return std::nullopt;
      }
      sides[i] = *side;
    }
    if (sides[2] < sides[0] || sides[3] < sides[1]) {
      problem(row[2], "the box ends before it begins: x1,y1 is its left top corner, x2,y2 its right bottom one");
      return std::nullopt;
    }
    return sdk::Box{sides[0], sides[1], sides[2], sides[3]};
  }

  std::optional<std::vector<std::int64_t>> classes_in(const CsvField& field) {
    if (field.text.empty()) return std::vector<std::int64_t>{};
    const std::optional<std::int64_t> action = number_in<std::int64_t>(field.text);
    if (action && *action >= 1 && *action <= rules_.classes) return std::vector<std::int64_t>{*action - 1};
    problem(field, "\"" + field.text + "\" is not an action: actions are 1 to " + std::to_string(rules_.classes) +
                       " (dataset.classes)");
    return std::nullopt;
  }

  void problem(const CsvField& field, const std::string& text) { findings_.problem(file_, field.place, text); }

  const std::string& file_;
  BoxKind kind_;
  const BoxRules& rules_;
  Findings& findings_;
  BoxFile read_;
};

}  // namespace

BoxFile read_boxes(const std::string& text, const std::string& file, BoxKind kind, const BoxRules& rules,
                   Findings& findings) {
  BoxReader reader(file, kind, rules, findings);
  for (const CsvProblem& problem : each_csv_row(text, [&](const std::vector<CsvField>& row) { reader.read(row); })) {
    findings.problem(file, problem.place, problem.text);
  }
  return reader.take();
}

TimeStamps read_time_stamps(const std::string& text, const std::string& file, Findings& findings) {
  TimeStamps stamps;
  for (const Line& line : lines_of(text)) {
    const std::size_t comma = line.text.rfind(',');
    const auto second =
        comma == std::string::npos ? std::nullopt : number_in<std::int64_t>(line.text.substr(comma + 1));
    if (!second || comma == 0) {
      findings.problem(file, line.place, "is not a row video,second");
    } else {
      stamps.emplace(line.text.substr(0, comma), *second);
    }
  }
  return stamps;
}

}  // namespace pgt::datasets
