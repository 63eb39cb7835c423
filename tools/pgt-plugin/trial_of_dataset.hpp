/// A dataset, its samples, and what it says of them.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <pgt/sdk/frame_source.hpp>
#include <pgt/sdk/plugin.hpp>

namespace pgt::check {

constexpr std::array<sdk::Split, 3> all_splits{sdk::Split::train, sdk::Split::val, sdk::Split::test};
const char* name_of(sdk::Split split);

/// A sample, and where it is.
struct Placed {
  sdk::Split split;
  std::size_t index;
  sdk::Sample sample;
};
/// "sample 3 of train (id "a/b.mp4")".
std::string text_of(const Placed& placed);

/// A question for labels, and the answer.
struct Labelled {
  const Placed* placed;
  std::vector<double> times;
  sdk::Target target;
};
/// "sample 3 of train (id "a/b.mp4") at 0.5 s", or "from 0 to 2.5 s".
std::string text_of(const Labelled& labelled);

class DatasetTrial {
 public:
  using Make = std::function<std::unique_ptr<sdk::Dataset>()>;
  using Elsewhere = std::function<std::vector<std::string>()>;
  /// As those of ScheduleTrial.
  DatasetTrial(std::string id, Make make, Elsewhere elsewhere = {})
      : id_(std::move(id)), make_(std::move(make)), elsewhere_(std::move(elsewhere)) {}

  std::unique_ptr<sdk::Dataset> make() const { return make_(); }
  /// Throws CannotBeTried where it cannot be made.
  const sdk::Dataset& dataset() const;
  /// These throw Error(plugin) "plugin ID, Dataset::sample: TEXT".
  sdk::DatasetInfo info_of(const sdk::Dataset& dataset) const;
  std::size_t size_of(const sdk::Dataset& dataset, sdk::Split split) const;
  sdk::Sample sample_of(const sdk::Dataset& dataset, sdk::Split split, std::size_t index) const;
  sdk::Target target_of(const sdk::Dataset& dataset, sdk::Split split, std::size_t index,
                        const std::vector<double>& times) const;
  std::vector<sdk::Segment> segments_of(const Placed& placed) const;
  /// Null where it has files.
  const sdk::FrameSource* frame_source() const { return sdk::extension_of<sdk::FrameSource>(dataset()); }

  const sdk::DatasetInfo& info() const;
  /// All samples of all splits. Throws CannotBeTried where one cannot be had.
  const std::vector<Placed>& samples() const;
  /// What is answered for some samples of each split: for their ends, for stretches and for single seconds in them.
  const std::vector<Labelled>& labelled() const;

  /// Of the information, the samples and the labels.
  std::vector<std::string> checksums() const;
  std::vector<std::string> checksums_elsewhere() const { return elsewhere_(); }

 private:
  std::string id_;
  Make make_;
  Elsewhere elsewhere_;
  mutable std::unique_ptr<sdk::Dataset> dataset_;
  mutable std::unique_ptr<sdk::DatasetInfo> info_;
  mutable std::unique_ptr<std::vector<Placed>> samples_;
  mutable std::unique_ptr<std::vector<Labelled>> labelled_;
};

/// Labels are asked for of so many samples of each split, spread evenly.
constexpr std::size_t most_labelled = 200;

/// What is asked of a sample.
std::vector<std::vector<double>> times_of(const sdk::Sample& sample, sdk::Task task);

}  // namespace pgt::check
