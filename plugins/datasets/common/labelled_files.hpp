/// Datasets whose videos are files, each with labels that hold from its first to its last frame.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include <pgt/sdk/dataset.hpp>

#include "datasets/common/file_identity.hpp"
#include "datasets/common/split_name.hpp"

namespace pgt::datasets {

/// One video and its labels.
struct LabelledFile {
  sdk::Sample sample;
  std::vector<std::int64_t> classes;  ///< ascending
};

/// Immutable once its derived class has filled it in its constructor.
class LabelledFiles : public sdk::Dataset {
 public:
  sdk::DatasetInfo info() const override { return info_; }
  std::size_t size(sdk::Split split) const override { return of(split).size(); }
  /// Throws std::out_of_range.
  sdk::Sample sample(sdk::Split split, std::size_t index) const override { return of(split).at(index).sample; }
  sdk::Target target(sdk::Split split, std::size_t index, std::span<const double>) const override {
    return {of(split).at(index).classes};
  }

 protected:
  std::vector<LabelledFile>& of(sdk::Split split) { return splits_[static_cast<std::size_t>(split)]; }
  const std::vector<LabelledFile>& of(sdk::Split split) const { return splits_[static_cast<std::size_t>(split)]; }

  /// Moves a part of the training videos to validation, and warns where none can be spared. What is one file stays
  /// together.
  void set_aside_validation(double fraction, std::uint64_t seed);
  /// Adds warnings about classes that a split lacks, and groups and files that are in two splits.
  void warn_about_splits();
  /// Whether it was called for, with success or not.
  bool is_validation_set_aside() const { return is_validation_set_aside_; }

  sdk::DatasetInfo info_;
  std::array<std::vector<LabelledFile>, 3> splits_;  ///< by sdk::Split

 private:
  using Identities = std::array<std::vector<std::optional<FileIdentity>>, 3>;  ///< of the files in splits_

  void warn_about_missing_classes(sdk::Split split);
  void warn_about_shared_groups();
  void warn_about_shared_files(const Identities& identities);
  void warn_about_contradictions(const Identities& identities);

  bool is_validation_set_aside_ = false;
};

/// The option `frame_rate`, which Sample::fps takes.
void describe_frame_rate(sdk::Options& o, double& frame_rate);

/// "a, b, c and 4 more": at most `most` of the names.
std::string listed(const std::vector<std::string>& names, std::size_t most);

}  // namespace pgt::datasets
