/// A dataset, what it says of its samples, and what it says in another process.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <pgt/sdk/plugin.hpp>
#include <pgt/sdk/testing/rules/dataset_answers.hpp>

namespace pgt::check {

using sdk::testing::all_splits;
using sdk::testing::DatasetAnswers;
using sdk::testing::Labelled;
using sdk::testing::name_of;
using sdk::testing::Placed;
using sdk::testing::text_of;

class DatasetTrial {
 public:
  using Make = std::function<std::unique_ptr<sdk::Dataset>()>;
  using Elsewhere = std::function<std::vector<std::string>()>;
  /// As those of ScheduleTrial.
  DatasetTrial(std::string id, Make make, Elsewhere elsewhere = {})
      : dataset_(std::move(id), make), make_(std::move(make)), elsewhere_(std::move(elsewhere)) {}
  DatasetTrial(const DatasetTrial&) = delete;
  DatasetTrial& operator=(const DatasetTrial&) = delete;

  std::unique_ptr<sdk::Dataset> make() const { return make_(); }
  /// Of one object, which is made when it is first asked. What it throws becomes Error(plugin) "plugin ID,
  /// Dataset::sample: TEXT"; throws CannotBeTried where the object cannot be made.
  const DatasetAnswers& answers() const { return answers_; }
  /// Of the information, the samples and the labels.
  std::vector<std::string> checksums() const;
  std::vector<std::string> checksums_elsewhere() const { return elsewhere_(); }

 private:
  class Guarded final : public sdk::Dataset {
   public:
    Guarded(std::string id, Make make) : id_(std::move(id)), make_(std::move(make)) {}
    sdk::DatasetInfo info() const override;
    std::size_t size(sdk::Split split) const override;
    sdk::Sample sample(sdk::Split split, std::size_t index) const override;
    sdk::Target target(sdk::Split split, std::size_t index, std::span<const double> times) const override;
    const void* extension(std::string_view id) const override { return dataset().extension(id); }

   private:
    const sdk::Dataset& dataset() const;
    std::string id_;
    Make make_;
    mutable std::unique_ptr<sdk::Dataset> dataset_;
  };

  Guarded dataset_;
  DatasetAnswers answers_{dataset_};
  Make make_;
  Elsewhere elsewhere_;
};

}  // namespace pgt::check
