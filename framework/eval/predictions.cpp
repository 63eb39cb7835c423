#include "eval/predictions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/number.hpp"
#include "base/text.hpp"
#include "eval/outcomes.hpp"

namespace pgt::eval {
namespace {

constexpr std::size_t ranks_shown = 3;  // pred, top2, top3

struct Rank {
  std::string name;
  double probability;
};

/// The best classes of a video.
std::vector<Rank> best_of(const Evaluation& evaluation, const Scored& video) {
  const std::vector<double> p = as_shown(video.probabilities, evaluation.task == sdk::Task::single_label);
  std::vector<Rank> ranks;
  for (const std::int64_t a_class : ranking(video.probabilities)) {
    if (ranks.size() == ranks_shown) break;
    const auto k = static_cast<std::size_t>(a_class);
    ranks.push_back({evaluation.classes[k], p[k]});
  }
  return ranks;
}

/// target, pred, prob, correct, top2, prob2, top3, prob3, views, error.
std::vector<std::string> prediction(const Evaluation& evaluation, const Scored& video) {
  const std::vector<Rank> ranks = best_of(evaluation, video);
  std::vector<std::string> targets;
  for (const std::int64_t k : video.classes) targets.push_back(evaluation.classes[static_cast<std::size_t>(k)]);
  const bool correct = std::ranges::count(video.classes, ranking(video.probabilities).front()) > 0;

  std::vector<std::string> fields{join(targets, ";")};
  for (std::size_t rank = 0; rank < ranks_shown; ++rank) {
    const bool there = rank < ranks.size();
    fields.push_back(there ? ranks[rank].name : "");
    fields.push_back(there ? round_trip(ranks[rank].probability) : "");
    if (rank == 0) fields.push_back(targets.empty() ? "" : correct ? "1" : "0");
  }
  fields.push_back(std::to_string(video.clips));
  fields.emplace_back();
  return fields;
}

std::vector<std::string> no_prediction(const std::string& reason) {
  return {"", "", "", "", "", "", "", "", "0", reason};
}

std::string percent(double probability) { return fixed(100 * probability, 1) + " %"; }

/// A row of the table; the widths of name, class and next class are what the terminal leaves.
using TableRow = std::array<std::string, 6>;
constexpr std::array<std::size_t, 3> texts = {0, 1, 3};

std::array<int, 6> widths_of(const std::vector<TableRow>& rows, int columns) {
  constexpr int gaps = 2 * 5, least = 6;
  std::array<int, 6> widths{};
  for (const TableRow& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns_of(row[i]));
  }
  const auto widest = [&] { return *std::ranges::max_element(texts, {}, [&](std::size_t i) { return widths[i]; }); };
  while (std::accumulate(widths.begin(), widths.end(), gaps) > columns && widths[widest()] > least) --widths[widest()];
  return widths;
}

}  // namespace

std::vector<double> as_shown(std::vector<double> probabilities, bool one_label) {
  const double sum = std::accumulate(probabilities.begin(), probabilities.end(), 0.0);
  if (!one_label || sum <= 0) return probabilities;
  for (double& p : probabilities) p /= sum;
  return probabilities;
}

std::string predictions_csv(const Evaluation& evaluation) {
  std::string text = csv_row({"path", "start", "end", "target", "pred", "prob", "correct", "top2", "prob2", "top3",
                              "prob3", "views", "error", "id"});
  for (const auto& [sample, scored, track, reason] : outcomes_of(evaluation)) {
    std::vector<std::string> row{sample.path.string(), round_trip(sample.start), round_trip(sample.end)};
    const std::vector<std::string> fields = scored ? prediction(evaluation, *scored) : no_prediction(reason);
    row.insert(row.end(), fields.begin(), fields.end());
    row.push_back(sample.id);
    text += csv_row(std::move(row));
  }
  return text;
}

std::string predictions_json(const Evaluation& evaluation) {
  auto rows = nlohmann::ordered_json::array();
  for (const auto& [sample, scored, track, reason] : outcomes_of(evaluation)) {
    nlohmann::ordered_json& row = rows.emplace_back();
    row["path"] = sample.path.string();
    if (!scored) {
      row["error"] = reason;
      continue;
    }
    row["start"] = sample.start;
    row["end"] = sample.end;
    for (const Rank& rank : best_of(evaluation, *scored)) {
      row["predictions"].push_back({{"class", rank.name}, {"prob", rank.probability}});
    }
    row["views"] = scored->clips;
  }
  return rows.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string predictions_table(const Evaluation& evaluation, int columns) {
  std::vector<TableRow> rows{{"video", "class", "", "next", "", "seconds"}};
  for (const auto& [sample, scored, track, reason] : outcomes_of(evaluation)) {
    if (!scored) continue;
    std::vector<Rank> ranks = best_of(evaluation, *scored);
    const bool one_class = ranks.size() < 2;
    rows.push_back({printable_name(sample.path.string()), printable_name(ranks[0].name), percent(ranks[0].probability),
                    one_class ? "" : printable_name(ranks[1].name), one_class ? "" : percent(ranks[1].probability),
                    fixed(sample.start, 1) + " to " + fixed(sample.end, 1)});
  }
  if (rows.size() == 1) return "";
  const std::array<int, 6> widths = widths_of(rows, columns);
  std::string text;
  for (const TableRow& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool is_text = std::ranges::count(texts, i) > 0;
      const std::string cell = i == 0 ? shortened_at_start(row[i], widths[i]) : shortened(row[i], widths[i]);
      const std::string padding(static_cast<std::size_t>(widths[i] - columns_of(cell)), ' ');
      line += (i > 0 ? "  " : "") + (is_text ? cell + padding : padding + cell);
    }
    text += line.erase(line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace pgt::eval
